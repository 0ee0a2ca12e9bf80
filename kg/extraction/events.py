"""What an event says beside who takes part: its words, where it was, and what was given, signed or tested."""

from __future__ import annotations

from kg.extraction.matcher import Trigger
from kg.extraction.quantities import NumberLexicon, find_quantities
from kg.extraction.reading import Group, Reading
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys, keys_of
from kg.records import EntityType, EventMention, EventType

_SPOKEN = frozenset({EventType.CRITICISM, EventType.ACCUSATION, EventType.WARNING, EventType.SUPPORT})
"""Types of what is said, to which «X से» gives the place that it is said from."""


def mention_of(trigger: Trigger, reading: Reading, text: str) -> EventMention:
    """Where the article's text tells of an event, and by which rule it was read."""
    tokens = reading.sentence.tokens
    begin, end = tokens[trigger.begin].begin, tokens[trigger.end - 1].end
    return EventMention(
        sentence=reading.sentence.index, begin=begin, end=end, trigger=text[begin:end], rule=trigger.entry.id
    )


def places_of(one: Filled, scene: Scene) -> Keys:
    """Where it happened, finest first: the places named, then the countries that the text names with them."""
    named = [key for group in one.places for key in (*scene.referents[group.index].keys, *_country(group, scene))]
    if not named and one.type is EventType.ATTACK:  # «काबुल पर हमला»: it is there that it happens
        targets = [scene.registry[key] for key in one.targets]
        named = [target.key for target in targets if target.type is EntityType.PLACE and target.named]
        named += [key for index in sorted(one.used) for key in _situated(scene.reading.groups[index], scene)]
    if not named and one.trigger.finite:
        named = list(_spoken_at(one, scene))
    return tuple(sorted(dict.fromkeys(named), key=lambda key: scene.registry[key].type is EntityType.COUNTRY))


def _situated(group: Group, scene: Scene) -> Keys:
    """«कतर | स्थित | सैन्य अड्डे पर»: where a thing lies."""
    words, situated = scene.reading.words, scene.lexicon.function_words["situated"]
    names = (mention for mention in group.modifiers if not mention.pronoun and mention.end < group.end)
    return tuple(scene.registry.named(mention) for mention in names if words[mention.end] in situated)


def _spoken_at(one: Filled, scene: Scene) -> Keys:
    """«कानपुर की | रैली में», and of what is said «कालाहांडी से»: where somebody speaks, or where it happens."""
    clause = scene.clause(one.trigger).index
    for group in scene.reading.groups:
        if group.clause != clause or group.index in one.used:
            continue
        if group.marker == "mein" and scene.holds_class(group, "gatherings"):
            owners = keys_of(scene.reading.possessors(group), scene.referents)
            places = tuple(key for key in owners if scene.registry[key].type is EntityType.PLACE)
            if places:
                return places
        referent = scene.referents.get(group.index)
        said = one.type in _SPOKEN and group.marker == "se" and referent is not None
        if said and referent is not None and referent.type is EntityType.PLACE and referent.kind == "name":
            return referent.keys
    return ()


def _country(group: Group, scene: Scene) -> Keys:
    """«रूस के | व्लादिवोस्तोक में», «रूसी शहर व्लादिवोस्तोक में»: the country that a place is said to lie in."""
    named = [one for one in scene.reading.possessors(group) if one.mention is not None and not one.mention.pronoun]
    owners = keys_of(named, scene.referents)
    own = [scene.registry.named(mention) for mention in group.modifiers if not mention.pronoun]
    return tuple(key for key in (*owners, *own) if scene.registry[key].type is EntityType.COUNTRY)


def object_of(one: Filled, reading: Reading) -> str | None:
    """The words of the object noun, with what stands before it in its group but names."""
    group = reading.group_of(one.trigger.object)
    if group is None or one.type is EventType.MEETING:  # «बैठक में शामिल हुए», «फोन पर बात की»: no object
        return None
    begin = group.begin
    for mention in group.modifiers:
        if mention.begin == begin and not mention.demonym:
            begin = mention.end
    return reading.text(begin, min(group.end, max(one.trigger.object + 1, group.begin + 1))) or None


def count_of_object(one: Filled, reading: Reading, numbers: NumberLexicon) -> int | None:
    """How many the object is: «दस हजार | सैनिक»."""
    group = reading.group_of(one.trigger.object)
    if group is None:
        return None
    for found in find_quantities(reading.texts, lexicon=numbers):
        noun = found.noun if found.noun is not None else found.end
        if group.begin <= noun < group.end or (found.end == group.begin and found.begin < group.begin):
            return found.value
    return None
