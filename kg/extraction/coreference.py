"""What each noun group stands for: a name, an office, a body that acts for its country, a group, or what a pronoun means.

Resolution runs through the text in order and prefers the latest fitting subject, by number and type.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.extraction.context import Context
from kg.extraction.descriptions import described, description
from kg.extraction.entities import Introduced, Registry
from kg.extraction.memory import BODIES, Memory, Seen
from kg.extraction.mentions import Knowledge, as_government
from kg.extraction.possession import country_of, organization_of
from kg.extraction.pronouns import antecedents, is_place
from kg.extraction.reading import DATIVE, ERGATIVE, GENITIVE, NOMINATIVE, Group, Mention, Reading
from kg.extraction.subjects import Keys, Referent
from kg.language import labels
from kg.records import EntityType, EventType

_ACTS = frozenset({ERGATIVE, DATIVE, "saath", "beech", "dwara", "khilaf", "according", "se"})
"""Postpositions of those who act or are acted on: «मॉस्को ने» is a government, «मॉस्को में» a city."""
_RANKS = frozenset({"title.other"})
"""Titles that stand between an office and a name."""
_ARGUMENTS = frozenset(
    {labels.NSUBJ, labels.NMOD, labels.AMOD, labels.COMPOUND, labels.OBL, labels.OBJ, labels.CONJ, labels.DEP}
)
"""Relations that parsers give to subjects."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """The referents of a sentence."""

    referents: dict[int, Referent]  #: by group, for the groups that have one
    pronouns: dict[int, Keys]  #: by first token, for possessive pronouns inside a group («अपनी यात्रा»)
    carried: Keys  #: the subject of the sentence right before


class Resolver:
    """Gives the groups of a document's sentences their referents, one sentence after the other."""

    def __init__(self, knowledge: Knowledge, registry: Registry, *, here: str | None = None) -> None:
        self.knowledge = knowledge
        self.registry = registry
        self.memory = Memory(here=here)

    def resolve(self, reading: Reading) -> Resolved:
        """What the groups of a sentence stand for."""
        context = Context(reading=reading, knowledge=self.knowledge, registry=self.registry, memory=self.memory)
        number, before = self.memory.subject
        for group in reading.groups:
            for mention in group.modifiers:
                if mention.pronoun:
                    context.pronouns[mention.begin] = antecedents(mention, group, context)
            referent = _referent(group, context)
            if referent is not None:
                context.referents[group.index] = referent
        _remember(context)
        carried = before if number == context.index - 1 else ()
        return Resolved(referents=context.referents, pronouns=context.pronouns, carried=carried)


def _referent(group: Group, context: Context) -> Referent | None:
    if group.mention is None:
        return described(group, context)
    if group.mention.pronoun:
        keys = antecedents(group.mention, group, context)
        return context.referent(keys, "pronoun") if keys else None
    return _named(group, group.mention, context)


# ------------------------------------------------------------------ names


def _named(group: Group, mention: Mention, context: Context) -> Referent:
    if mention.type is not EntityType.PERSON and mention.begin <= group.begin and _acts(group, context):
        mention = as_government(mention, context.knowledge.gazetteer)  # «मॉस्को ने», «बीजिंग के साथ»
    key = _body(group, mention, context) or context.registry.named(mention)
    form = mention.name if mention.glued else context.reading.text(mention.begin, mention.end)
    context.note_form(key, form, mention.begin, mention.end, is_name=True)
    if mention.type is EntityType.PERSON:
        _note_office(key, group, mention, context)
    return context.referent((key,), "name")


def _body(group: Group, mention: Mention, context: Context) -> str | None:
    """«पाकिस्तान के विदेश मंत्रालय ने»: every country has one, so the words alone name none for good."""
    registry = context.registry
    generic = context.reading.words[mention.end - 1] in context.lexicon.classes["ministries"]
    if mention.type is not EntityType.ORGANIZATION or mention.ids or not generic:
        return None
    of = country_of(group, mention.begin, context)
    if of is None:
        said = [key for key, one in registry.clusters.items() if one.type is mention.type and mention.name in one.forms]
        return said[-1] if said else registry.described(mention.type, mention.name)
    return registry.described(mention.type, f"{registry[of].name} का {mention.name}", country=of)


def _acts(group: Group, context: Context) -> bool:
    """Whether a name is that of somebody who acts, so that a capital or seat stands for its country."""
    if group.marker == GENITIVE and group.owner >= 0:
        return _acts_through(context.word(context.reading.groups[group.owner]), context)
    if group.marker == "par":
        return _is_accused(group, context)
    return group.marker in _ACTS or (group.marker == NOMINATIVE and _is_subject(group, context))


def _is_accused(group: Group, context: Context) -> bool:
    """«इस्लामाबाद पर | आरोप», «मॉस्को पर | प्रतिबंध»; but «मॉस्को पर हमला»."""
    following = context.reading.groups[group.index + 1 : group.index + 2]
    entries = [entry for one in following for entry in context.lexicon.by_host.get(context.word(one), ())]
    return any(entry.type in (EventType.ACCUSATION, EventType.SANCTION) for entry in entries)


def _acts_through(noun: str, context: Context) -> bool:
    """«मॉस्को का फैसला», «मॉस्को के हमले»; but «मॉस्को की यात्रा»."""
    entries = context.lexicon.by_host.get(noun, ())
    if any(entry.type is EventType.VISIT for entry in entries):
        return False
    return noun in context.lexicon.classes["acts"] or bool(entries)


def _is_subject(group: Group, context: Context) -> bool:
    clause = context.clause(group)
    if clause.verb < 0 or context.reading.verbs[clause.verb].begin < group.begin:
        return False
    if _is_destination(group, context):
        return False
    deprel = context.reading.sentence.tokens[group.head].deprel
    return context.is_first_subject(group) and deprel in _ARGUMENTS


def _is_destination(group: Group, context: Context) -> bool:
    """«काठमांडू | जाना पड़ा»: right before a verb of motion."""
    verb = context.reading.verb_of(group.end)
    if verb is None:
        return False
    stems = context.lexicon.stems_of(context.reading.words[verb.main])
    return any(entry.type is EventType.VISIT for stem in stems for entry in context.lexicon.by_verb.get(stem, ()))


def _note_office(key: str, group: Group, mention: Mention, context: Context) -> None:
    """Note the title before a person's name, and of which country or ministry it is."""
    reading, registry = context.reading, context.registry
    references = context.knowledge.references
    title, begin = references.title_ending(reading.words, group.begin, mention.begin)
    if title is None:
        return
    before, at = references.title_ending(reading.words, group.begin, begin)
    if before is not None and title.id in _RANKS:
        title, begin, mention = before, at, replace(mention, begin=begin)  # «सेना प्रमुख | जनरल बिपिन रावत»
    of = country_of(group, begin, context)
    registry.holds(
        key,
        title,
        reading.text(begin, mention.begin),
        _ministry(group, context) or of or organization_of(group, context),
    )
    ids = registry[of].ids[:1] if of is not None else ()
    context.memory.introduced.append(Introduced(mention=mention, title=title.id, country=ids[0] if ids else None))
    if begin < mention.begin and group.modifiers and not group.modifiers[0].pronoun:
        context.note_form(key, reading.text(group.begin, mention.begin), group.begin, mention.begin)


def _ministry(group: Group, context: Context) -> str | None:
    """«दक्षिण कोरिया के विदेश मंत्रालय के प्रवक्ता»: the ministry, by a name of its own."""
    reading = context.reading
    for owner in reversed(reading.possessors(group)):
        if owner.mention is not None or context.word(owner) not in context.lexicon.classes["ministries"]:
            continue
        of = country_of(owner, owner.head, context)
        if of is None:
            return None
        name, before = description(owner, context), reading.possessors(owner)
        if before:
            name = f"{reading.text(before[-1].begin, before[-1].end)} का {reading.text(owner.begin, owner.end)}"
        return context.registry.described(EntityType.ORGANIZATION, name, country=of)
    return None


# ------------------------------------------------------------------ memory


def _remember(context: Context) -> None:
    """Note what the sentence has named, for those after it."""
    memory, groups = context.memory, context.reading.groups
    for index, referent in sorted(context.referents.items()):
        group = groups[index]
        subject = group.marker == ERGATIVE or (group.marker == NOMINATIVE and context.is_first_subject(group))
        memory.seen.extend(
            Seen(key=key, type=context.registry[key].type, sentence=context.index, subject=subject)
            for key in referent.keys
        )
        if group.mention is not None and is_place(index, context):
            memory.place = referent.keys[0]
        if group.marker == DATIVE and referent.kind != "pronoun" and referent.type in BODIES:
            memory.given = (context.index, referent.keys)
    memory.together.extend((context.index, keys) for keys in context.together())
    memory.speaker = _speaker(context) or memory.speaker
    number, before = memory.subject
    carried = before if number == context.index - 1 and context.leaves_out_subject() else ()
    memory.subject = (context.index, context.subject(context.reading.clauses[0]) or carried)


def _speaker(context: Context) -> str | None:
    """The subject of the first verb of saying that has one."""
    stems = tuple(context.lexicon.stems["speaking"])
    for clause in context.reading.clauses:
        if clause.verb >= 0 and context.reading.words[context.reading.verbs[clause.verb].main].startswith(stems):
            keys = context.subject(clause)
            if keys:
                return keys[0]
    return None
