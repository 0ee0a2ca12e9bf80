"""The gazetteer entries that an entity may be, each with the way in which it was found."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.honorifics import without_honorifics, without_kind
from kg.gazetteer.normal import normal_form
from kg.gazetteer.officeclass import SINGULAR
from kg.gazetteer.sound import acronym_in_other_letters, skeleton, sound
from kg.linking.offices import held_on, office_class, read_class
from kg.records import Entity, EntityType, GazetteerEntry, HeldOffice

# Entity type → entry types that it may be linked to, besides its own. Hong Kong and Kosovo are a place to one and a
# country to another; a movement («तालिबान») may be read as a group; a seat («क्रेमलिन») as a place.
_NEAR: Final = {
    EntityType.COUNTRY: frozenset({EntityType.PLACE}),
    EntityType.PLACE: frozenset({EntityType.COUNTRY, EntityType.ORGANIZATION}),
    EntityType.GROUP: frozenset({EntityType.ORGANIZATION}),
    EntityType.ORGANIZATION: frozenset({EntityType.PLACE}),
    EntityType.PERSON: frozenset[EntityType](),
}
_BODIES: Final = frozenset({EntityType.ORGANIZATION, EntityType.COUNTRY, EntityType.GROUP})
_LONG_WORD: Final = 5  #: consonants of a word that may be two of a name («हर्षवर्धन»)
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_VAGUE: Final = frozenset(map(normal_form, ("नेता", "शीर्ष नेता", "प्रमुख", "अध्यक्ष", "मुखिया")))  #: many are called so
_OTHER_TIME: Final = frozenset(  #: words with which a title means another day's holder, or none
    map(
        normal_form,
        ("पूर्व", "भूतपूर्व", "तत्कालीन", "नवनिर्वाचित", "निर्वाचित", "अगले", "अगला", "अगली", "भावी", "नए", "नये", "नई"),
    )
)


class How(StrEnum):
    """How an entry was found for an entity."""

    EXACT = "exact"  #: it bears the entity's name, which is safe alone
    FULLER = "fuller"  #: it bears another form of the entity that is
    SHORT = "short"  #: it bears the entity's name, which is safe only beside a fuller one
    DEMONYM = "demonym"  #: the name is made from the entry's
    ALIKE = "alike"  #: one of its names, of several words, sounds like the entity's
    WORD = "word"  #: likewise, a name of one word
    HEARD = "heard"  #: its English name sounds like the entity's; no Hindi name of it is known
    SURNAME = "surname"  #: it held the office read beside the name, which sounds like a last name of it
    OFFICE = "office"  #: it alone held the office by which the text names it, on the day of the article
    PROPOSED = "proposed"  #: extraction thought of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What the rest of the document tells of one entity."""

    countries: frozenset[str] = frozenset()  #: ids of the countries named in the document
    bodies: frozenset[str] = (
        frozenset()
    )  #: ids of the countries and organizations whose office the person is said to hold
    offices: tuple[HeldOffice, ...] = ()  #: offices read beside the name
    date: datetime.date | None = None  #: day of publication
    around: frozenset[str] = frozenset()  #: ids of the countries of the other entities that are linked already


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """An entry that an entity may be."""

    entry: GazetteerEntry
    how: How
    alike: float = 1.0  #: similarity of the names, 0–1
    behind: float = 0.0  #: by how much more alike another name that was found likewise is
    place: int = 1  #: among those that bear the name: 1 is thought of first


def proposals(entity: Entity, gazetteer: Gazetteer, context: Context) -> tuple[Proposal, ...]:
    """The entries that bear the entity's name or one of its forms, sound like it, or held its office; best first.

    Each entry stands once, as it was found best. Entries of a type that does not fit are left out, so a person is never
    linked to a place.
    """
    found: dict[str, Proposal] = {}
    for proposal in _found(entity, gazetteer, context):
        fits = type_agreement(entity.type, proposal.entry.type) > 0
        if fits and proposal.entry.id not in found:
            found[proposal.entry.id] = proposal
    return tuple(found.values())


def _found(entity: Entity, gazetteer: Gazetteer, context: Context) -> Iterator[Proposal]:
    """The proposals, the surest ways first."""
    if not entity.named:
        yield from _by_office(entity, gazetteer, context)
        return
    borne = list(_borne(entity, gazetteer))
    yield from borne
    demonym = gazetteer.demonym(entity.name)
    if demonym is not None and demonym in gazetteer:
        yield Proposal(entry=gazetteer.entry(demonym), how=How.DEMONYM)
    safe = any(proposal.how in (How.EXACT, How.FULLER) for proposal in borne)
    if entity.type is not EntityType.GROUP and (entity.type is EntityType.PERSON or not safe):
        yield from _by_sound(entity, gazetteer, context)
    for id in entity.candidates:
        if id in gazetteer:
            yield Proposal(entry=gazetteer.entry(id), how=How.PROPOSED)


def _borne(entity: Entity, gazetteer: Gazetteer) -> Iterator[Proposal]:
    bare = _bare(entity)
    entries = gazetteer.lookup(entity.name) or gazetteer.lookup(bare)
    country = entity.type is EntityType.COUNTRY  # extraction has read «पाक» as a country already
    short = not country and gazetteer.is_short(entity.name) and gazetteer.is_short(bare)
    if entries and not short:
        yield from _numbered(entries, How.EXACT)
        return  # «भारत» is India, also where the text calls it «नई दिल्ली»
    for form in sorted(entity.forms, key=lambda form: (-len(normal_form(form).split()), form)):
        if form != entity.name and not gazetteer.is_short(form):
            enough = (short and entries) or len(normal_form(form).split()) > 1
            yield from _numbered(gazetteer.lookup(form) if enough else (), How.FULLER)
    if entries and short:
        yield from _numbered(entries, How.SHORT)


def _bare(entity: Entity) -> str:
    """The name without what stands beside it in a text: «डॉ.», «जी», «शहर», «(भाजपा)»; organizations keep offices in theirs."""
    name = _BRACKETS.sub(" ", entity.name).strip() or entity.name
    return without_kind(name) if entity.type in _BODIES else without_honorifics(name)


def _numbered(entries: Iterable[GazetteerEntry], how: How) -> Iterator[Proposal]:
    for place, entry in enumerate(entries, start=1):
        yield Proposal(entry=entry, how=how, place=place)


def _is_adjective(word: str, entry: GazetteerEntry) -> bool:
    """Whether a word ends as an adjective of a name would («एशियाई», «जनकपुरी»), while no name of the entry ends so."""
    return sound(word).endswith("i") and not any(sound(name).endswith("i") for name in (entry.label_hi, *entry.aliases))


def _by_sound(entity: Entity, gazetteer: Gazetteer, context: Context) -> Iterator[Proposal]:
    person = entity.type is EntityType.PERSON
    several = " " in (without_honorifics(entity.name) if person else without_kind(entity.name))
    if acronym_in_other_letters(normal_form(entity.name)):
        return  # «सीसीपीओ» is not «सीसीपी»: every letter counts
    found = [one for name in dict.fromkeys((entity.name, _bare(entity))) for one in gazetteer.similar(name)]
    best = max((alike for _, alike in found), default=0.0)
    for entry, alike in sorted(found, key=lambda one: -one[1]):
        behind = best - alike
        if entry.listed and (several or not _is_adjective(entity.name, entry)):
            yield Proposal(entry=entry, how=How.ALIKE if several else How.WORD, alike=alike, behind=behind)
        elif not entry.listed and (several or (person and len(skeleton(sound(entity.name))) >= _LONG_WORD)):
            yield Proposal(entry=entry, how=How.HEARD, alike=alike, behind=behind)
    if person and not several:
        for body in sorted(context.bodies):
            for kind in _classes(context):
                holders = gazetteer.holders(entity.name, country=body, office=kind)
                for entry, alike in holders:
                    yield Proposal(entry=entry, how=How.SURNAME, alike=alike)


def _classes(context: Context) -> list[str]:
    """The classes of the offices read beside a name."""
    return sorted({kind for office in context.offices if (kind := read_class(office)) is not None})


def _by_office(entity: Entity, gazetteer: Gazetteer, context: Context) -> Iterator[Proposal]:
    """The one holder of the office by which the text names somebody: «अमेरिकी राष्ट्रपति» in 2023 is another than in 2025."""
    if entity.type is not EntityType.PERSON or context.date is None:
        return
    if not _OTHER_TIME.isdisjoint(normal_form(entity.name).split()):
        return
    telling = replace(context, offices=tuple(one for one in context.offices if normal_form(one.label_hi) not in _VAGUE))
    for kind in sorted(SINGULAR.intersection(_classes(telling))):
        for body in sorted(context.bodies):
            holders = [
                entry
                for entry in gazetteer.officers(country=body, office=kind)
                if any(
                    office_class(office.label_en) == kind
                    and held_on(office, context.date, known=_is_looked_after(entry))
                    for office in entry.offices
                )
            ]
            if len(holders) == 1:
                yield Proposal(entry=holders[0], how=How.OFFICE)


def _is_looked_after(entry: GazetteerEntry) -> bool:
    """Whether an office without an end is held still: somebody wrote the entry down, or it was fetched."""
    return entry.listed or "wikidata" in entry.source.split(";")


def type_agreement(entity: EntityType, entry: EntityType) -> float:
    """1 where the types are one, 0.5 where one may be read as the other, else 0."""
    if entity is entry:
        return 1.0
    return 0.5 if entry in _NEAR[entity] else 0.0
