"""How well a gazetteer entry fits an entity in its document, as named features and one score.

The score is a weighted sum of the features, cut to 0–1. The weights are set by hand so that a full name that only one
entry bears is enough by itself, a short one («किम», «माली») never is, and context that disagrees outweighs a surname.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.normal import normal_form
from kg.linking.candidates import type_agreement
from kg.linking.offices import office_class
from kg.records import Candidate, Entity, EntityType, GazetteerEntry, HeldOffice, Office

WEIGHTS = MappingProxyType(
    {
        "name": 0.65,  #: how much of the entity's fullest name the entry bears
        "type": 0.20,  #: 1 the same class, 0.5 a near one
        "prior": 0.10,  #: 1 for the entry thought of first, 1/2 for the second …
        "country": 0.15,  #: 1 where the country read beside the name is the entry's, -1 (a surname: -4) where it is another
        "office": 0.15,  #: 1 where an office read in the text is one that the person holds, -1/2 where it is none of them
        "term": 0.05,  #: 1 where that office was held when the article appeared, -8 where the person is of another time
        "company": 0.05,  #: 1 where the entry's country is named in the document
    }
)
_SURNAME_ELSEWHERE = -4.0  #: a lone surname beside another country's name is somebody else
_SHORT = MappingProxyType(  #: a short name; extraction has read «पाक» as a country already, a surname tells little
    {
        EntityType.COUNTRY: 0.6,
        EntityType.ORGANIZATION: 0.25,
        EntityType.PLACE: 0.25,
        EntityType.PERSON: 0.1,
        EntityType.GROUP: 0.0,
    }
)
_OTHER_FORM = 0.8  #: not the fullest name, but another full one, is the entry's
_VARIANT = 0.75  #: a spelling that differs in a letter or two from the entry's, which bears a shorter form as well
_SAME_WORD = 0.7  #: least similarity of two spellings of a word, 0–1 (Ratcliff and Obershelp)
_SAME_NAME = 0.88  #: of a whole name
_ANOTHER_TIME = -8.0
_DEMONYM = 0.9
_SLACK = 1  #: years by which an article may come before or after a term
_CAREER = 25  #: years before the first known office in which a person is not yet news


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What the rest of the document tells of one entity."""

    countries: frozenset[str] = frozenset()  #: ids of the countries named in the document
    office_countries: frozenset[str] = frozenset()  #: ids of the countries whose office the person is said to hold
    offices: tuple[HeldOffice, ...] = ()  #: offices read beside the name
    date: datetime.date | None = None  #: day of publication


def score(entity: Entity, entry: GazetteerEntry, *, gazetteer: Gazetteer, context: Context) -> Candidate:
    """The features of `entry` for `entity`, and their weighted sum between 0 and 1."""
    features = {
        "name": _name(entity, entry, gazetteer),
        "type": type_agreement(entity.type, entry.type),
        "prior": _prior(entity, entry, gazetteer),
        "country": _country(entity, entry, gazetteer, context),
        "office": _office(entry, context.offices),
        "term": _term(entry, context),
        "company": float(gazetteer.country_of(entry.id) in context.countries),
    }
    total = sum(WEIGHTS[name] * value for name, value in features.items())
    return Candidate(id=entry.id, score=round(min(1.0, max(0.0, total)), 4), features=features)


def _name(entity: Entity, entry: GazetteerEntry, gazetteer: Gazetteer) -> float:
    """1: the entry bears the fullest name; less for a short name or a demonym; 0: it bears a shorter form alone."""
    if entry.id in (found.id for found in gazetteer.lookup(entity.name)):
        if not gazetteer.is_short(entity.name) or _fuller(entity, entry, gazetteer):
            return 1.0
        return _SHORT[entity.type]
    if gazetteer.demonym(entity.name) == entry.id:
        return _DEMONYM
    if _fuller(entity, entry, gazetteer, words=2):
        return _OTHER_FORM
    return _VARIANT if _respelled(entity.name, entry) else 0.0


def _fuller(entity: Entity, entry: GazetteerEntry, gazetteer: Gazetteer, *, words: int = 1) -> bool:
    """Whether a form of the entity, of `words` words or more, names the entry without doubt."""
    return any(
        entry.id in (found.id for found in gazetteer.lookup(form))
        for form in entity.forms
        if not gazetteer.is_short(form) and len(normal_form(form).split()) >= words
    )


def _respelled(name: str, entry: GazetteerEntry) -> bool:
    """Whether `name` is a spelling of one of the entry's full names: alike as a whole, and word for word."""
    words = normal_form(name).split()
    for alias in (entry.label_hi, *entry.aliases):
        known = normal_form(alias).split()
        if len(known) < 2 or len(known) != len(words) or _similarity(" ".join(words), " ".join(known)) < _SAME_NAME:
            continue
        if all(_similarity(word, other) >= _SAME_WORD for word, other in zip(words, known, strict=True)):
            return True
    return False


def _similarity(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _prior(entity: Entity, entry: GazetteerEntry, gazetteer: Gazetteer) -> float:
    ranked = [found.id for found in gazetteer.lookup(entity.name)]
    return 1.0 / (1 + ranked.index(entry.id)) if entry.id in ranked else 0.5


def _country(entity: Entity, entry: GazetteerEntry, gazetteer: Gazetteer, context: Context) -> float:
    if entry.type in (EntityType.PLACE, EntityType.ORGANIZATION):
        return float(entry.country_qid in context.countries)
    if entry.type is not EntityType.PERSON or not context.office_countries:
        return 0.0
    own = {entry.country_qid, *(office.country_qid for office in entry.offices)}
    if own & context.office_countries:
        return 1.0
    return -1.0 if " " in normal_form(entity.name) else _SURNAME_ELSEWHERE


def _office(entry: GazetteerEntry, held: Sequence[HeldOffice]) -> float:
    read = _classes(office.label_en for office in held)
    known = _classes(office.label_en for office in entry.offices)
    if not read or not known:
        return 0.0
    return 1.0 if read & known else -0.5


def _term(entry: GazetteerEntry, context: Context) -> float:
    if context.date is None:
        return 0.0
    year = context.date.year
    begins = [int(office.begin[:4]) for office in entry.offices if office.begin]
    if begins and year < min(begins) - _CAREER:
        return _ANOTHER_TIME
    read = _classes(office.label_en for office in context.offices)
    terms = [office for office in entry.offices if office_class(office.label_en) in read and office.begin]
    return float(any(_holds(office, year) for office in terms))


def _holds(office: Office, year: int) -> bool:
    begin = int(office.begin[:4]) if office.begin else year
    end = int(office.end[:4]) if office.end else year
    return begin - _SLACK <= year <= end + _SLACK


def _classes(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(found for found in map(office_class, labels) if found is not None)
