"""Gates for precision: what a candidate must have to become an event. What they hold back is kept for `kg explain`."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extraction.governors import is_done
from kg.extraction.reading import GENITIVE, NOMINATIVE, Finiteness, Group
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys
from kg.extraction.words import fold
from kg.language import labels
from kg.records import SYMMETRIC, EntityType, EventType

_LEFT = 3  #: words behind «समझौते से» in which it is left
_CONTENT = 4  #: words between «करने की» and the request


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Which gate held a candidate back, and why."""

    gate: str
    reason: str


def gate(filled: Filled, scene: Scene, *, content: bool) -> Held | None:
    """The gate that holds a candidate back; None where it passes. `content`: whether it has an event as its content."""
    entry, bare = filled.trigger.entry, filled.trigger.verb is None
    if not filled.everybody:
        return Held(gate="participants", reason="nobody takes part")
    if entry.type is EventType.DENIAL and filled.trigger.negated:
        return Held(gate="denial", reason="who does not deny says nothing")
    if entry.type is EventType.DENIAL and not content and _refusal(filled, scene):
        return Held(gate="denial", reason="who refuses to do something denies no claim")
    if entry.needs and not _needed(filled, scene):
        return Held(gate="marker", reason=f"none of its participants has {' or '.join(sorted(entry.needs))}")
    parties = all(_is_party(key, scene) for key in filled.targets) or all(
        _is_party(key, scene) for key in filled.agents
    )
    if entry.at_parties and not parties:
        return Held(gate="speakers", reason="it is no party that is attacked")
    if entry.said and filled.trigger.negated:
        return Held(gate="denial", reason="it is said not to be so")
    if entry.speakers and not all(_speaks(key, scene) for key in filled.agents):
        return Held(gate="speakers", reason="who does it may do more than speak")
    if entry.content and not content:
        return Held(gate="content", reason="what is claimed is no event")
    if entry.type is EventType.MEETING and (_interview(filled, scene) or _with_press(filled, scene)):
        return Held(gate="interview", reason="it is a talk with the press")
    if entry.type is EventType.TREATY_SIGNING and bare and _is_left(filled, scene):
        return Held(gate="withdrawal", reason="it is left, not signed")
    if entry.type is EventType.VISIT and _is_of_sport(filled, scene):
        return Held(gate="topic", reason="it is a match that is reached")
    if entry.type is EventType.VISIT and _arrives(filled, scene):
        return Held(gate="participants", reason="something arrives, nobody does")
    if entry.type is EventType.MEETING and _is_received(filled, scene):
        return Held(gate="partners", reason="something is received, nobody is met")
    if entry.type in SYMMETRIC:
        return _symmetric(filled, scene, bare=bare)
    if entry.needs_target and not filled.targets:
        return Held(gate="target", reason="it says not where or on whom")
    if bare and not (filled.agents and filled.targets) and not _visible(filled, scene):
        return Held(gate="nominal", reason="a bare noun needs both roles")
    if not filled.agents and not _happened(filled):
        return Held(gate="agent", reason="nobody does it")
    if entry.type is EventType.VISIT and _nameless(filled.agents, scene) and not _delegates(filled, scene):
        return Held(gate="crowd", reason="those who travel are nobody that the text names")
    if _is_demanded(filled):
        return Held(gate="demanded", reason="support or criticism that is asked for is not given yet")
    if _crowd(filled, scene):
        return Held(gate="crowd", reason="nobody is named but people at large")
    told = filled.places or (filled.agents and filled.targets and not bare)
    if entry.type is EventType.ATTACK and _nameless(filled.everybody, scene) and not told:
        return Held(gate="crowd", reason="it names neither who takes part nor where")
    return None


def _is_demanded(filled: Filled) -> bool:
    """«विरोध करने की मांग की», «साथ देने की अपील»."""
    asked = filled.governor is not None and filled.governor.type is EventType.REQUEST and not filled.trigger.finite
    return asked and filled.type in (EventType.SUPPORT, EventType.CRITICISM)


def _speaks(key: str, scene: Scene) -> bool:
    """«राहुल गांधी», «कांग्रेस»: a person or party attacks in words, an army or militia does not."""
    return scene.registry[key].type is EntityType.PERSON or _is_party(key, scene)


def _is_party(key: str, scene: Scene) -> bool:
    one, gazetteer = scene.registry[key], scene.registry.gazetteer
    if not one.ids and fold(one.name.split()[-1]) in scene.lexicon.classes["alliances"]:
        return True
    return any(gazetteer.entry(id).kind == "political party" for id in one.ids if id in gazetteer)


def _happened(filled: Filled) -> bool:
    """«सीमा पर सैनिक तैनात किए गए»: news whoever did it."""
    passive = filled.trigger.finite and filled.trigger.passive and bool(filled.targets)
    return passive and filled.type in (EventType.TROOP_DEPLOYMENT, EventType.SANCTION)


def _refusal(filled: Filled, scene: Scene) -> bool:
    """«मानने से इनकार किया»; but «शामिल होने से इनकार किया» denies."""
    reading = scene.reading
    deeds = (verb for verb in reading.verbs if verb.marker == "se" and verb.marker_end == filled.trigger.host)
    return any("हो" not in scene.lexicon.stems_of(reading.words[verb.main]) for verb in deeds)


def _nameless(keys: Keys, scene: Scene) -> bool:
    return all(scene.registry[key].type is EntityType.GROUP for key in keys)


def _crowd(filled: Filled, scene: Scene) -> bool:
    """«कुछ लोग», «तमाम लोग»."""
    names = [scene.registry[key].name.split()[-1] for key in filled.everybody]
    return _nameless(filled.everybody, scene) and all(fold(name) in scene.lexicon.classes["crowds"] for name in names)


def _delegates(filled: Filled, scene: Scene) -> bool:
    """«प्रतिनिधिमंडल», «वरिष्ठ अधिकारी»: they travel for their country."""
    words = {fold(word) for key in filled.agents for word in scene.registry[key].name.split()}
    return not words.isdisjoint(scene.lexicon.classes["delegates"])


def _visible(filled: Filled, scene: Scene) -> bool:
    """A bare noun with its agent alone: tests of weapons, which have no target, and «हमले की जिम्मेदारी ली»."""
    if filled.type is EventType.REQUEST:
        return bool(filled.agents) and _leads_on(filled, scene)
    if filled.type is EventType.ATTACK and filled.agents and is_done(filled.trigger, scene):
        return True  # «पाकिस्तान की ओर से की गई गोलीबारी»
    taken = filled.governor_word in scene.lexicon.classes["responsibility"]
    return bool(filled.agents) and (filled.type is EventType.WEAPONS_TEST or taken)


def _leads_on(filled: Filled, scene: Scene) -> bool:
    """«के अनुरोध पर», «घाटा कम करने की भारत की मांग»: a request that something follows, or that says what is asked."""
    reading, host = scene.reading, filled.trigger.host
    group = reading.group_of(host)
    if group is not None and group.marker == "par":
        return True
    return any(
        verb.finiteness is Finiteness.INFINITIVE and verb.marker == GENITIVE and 0 <= host - verb.marker_end <= _CONTENT
        for verb in reading.verbs
    )


def _is_of_sport(filled: Filled, scene: Scene) -> bool:
    """«क्वार्टर फाइनल में पहुंची»."""
    clause, reading = scene.clause(filled.trigger), scene.reading
    words = {word for at, word in enumerate(reading.words) if reading.clause_of[at] == clause.index}
    return not words.isdisjoint(scene.lexicon.classes["rounds"])


def _is_received(filled: Filled, scene: Scene) -> bool:
    """«सुप्रीम कोर्ट से | क्लीन चिट | मिलने के बाद»: what stands bare before the verb is what one gets."""
    return _bare_thing(filled, scene) is not None


def _arrives(filled: Filled, scene: Scene) -> bool:
    """«कांग्रेस को झटका लगा, … 38 | सीटें | आईं»: what stands bare before a finite verb, and is no place, is its subject."""
    thing = _bare_thing(filled, scene) if filled.trigger.finite else None
    places = scene.lexicon.classes["sites"] | scene.lexicon.classes["kinds_of_place"]
    return thing is not None and thing.index not in filled.used and scene.reading.words[thing.head] not in places


def _bare_thing(filled: Filled, scene: Scene) -> Group | None:
    """The common noun that stands without a postposition right before a simple verb, and names nobody."""
    verb, reading = filled.trigger.verb, scene.reading
    before = reading.group_of(verb.begin - 1) if verb is not None and verb.begin and filled.trigger.simple else None
    if before is None or before.marker != NOMINATIVE or before.index in scene.referents or before.mention is not None:
        return None
    aside = scene.lexicon.classes["times"] | scene.lexicon.classes["manner"] | scene.lexicon.classes["by_the_way"]
    noun = reading.sentence.tokens[before.head].upos == labels.NOUN
    return before if noun and reading.words[before.head] not in aside else None


def _is_left(filled: Filled, scene: Scene) -> bool:
    """«समझौते से | अलग होने», «संधि से | बाहर निकला»."""
    group = scene.reading.group_of(filled.trigger.host)
    if group is None or group.marker != "se":
        return False
    behind = scene.reading.words[group.marker_end : group.marker_end + _LEFT]
    return not scene.cues["withdrawal"].isdisjoint(behind)


def _symmetric(filled: Filled, scene: Scene, *, bare: bool) -> Held | None:
    alone = len(filled.agents) < 2
    verb = filled.trigger.verb
    described = verb is not None and verb.finiteness is Finiteness.PARTICIPLE  # «हस्ताक्षर करने वाले देश»
    if described and alone and filled.agents and _nameless(filled.agents, scene):
        return Held(gate="crowd", reason="it names nobody who takes part")
    if bare and alone and not (filled.type is EventType.MEETING and _assembly(filled, scene)):
        return Held(gate="nominal", reason="a bare noun needs two participants")
    if alone and filled.type is EventType.MEETING and not _assembly(filled, scene):
        return Held(gate="partners", reason="it takes two")
    return None


def _interview(filled: Filled, scene: Scene) -> bool:
    """«समाचार एजेंसी से बातचीत»."""
    registry = scene.registry
    return any(scene.cues.is_media(registry[key].ids, registry.gazetteer) for key in filled.agents)


def _with_press(filled: Filled, scene: Scene) -> bool:
    """«पत्रकारों से बात की»."""
    names = [
        scene.registry[key].name.split()[-1] for key in filled.agents if scene.registry[key].type is EntityType.GROUP
    ]
    return any(fold(name) in scene.lexicon.classes["press"] for name in names)


def _assembly(filled: Filled, scene: Scene) -> bool:
    """A body of many members meets by itself: «सुरक्षा परिषद की बैठक हुई», «क्वाड देशों के विदेश मंत्रियों की बैठक»."""
    if filled.trigger.simple:
        return False  # «चेतावनी मिली»
    groups = [scene.reading.groups[index] for index in filled.used]
    if any(group.marker in ("se", "saath") for group in groups):
        return False  # «तालिबान से बातचीत»: there was another
    if all(scene.registry[key].type is EntityType.ORGANIZATION for key in filled.agents):
        return True
    return any(
        group.marker == GENITIVE and scene.reading.words[group.head] in scene.lexicon.classes["delegates"]
        for group in groups
    )


def _needed(filled: Filled, scene: Scene) -> bool:
    """Whether a participant has a marker that the entry needs, and is of a type that it needs there."""
    entry = filled.trigger.entry
    if entry.type in SYMMETRIC and len(filled.agents) > 1 and not entry.types_of_needs:
        return True
    for index in filled.used:
        group = scene.reading.groups[index]
        referent = scene.referents.get(index)
        types = {referent.type} if referent is not None else set[EntityType]()
        if group.marker in entry.needs and (not entry.types_of_needs or types & entry.types_of_needs):
            return True
    return False
