"""How well a gazetteer entry fits an entity in its document, as named features and one score.

The score is the probability of a logistic regression over the features, whose weights are fitted on annotated names
(`data/weights.yml`, `benchmarks/linking.py`). Two things rule an entry out whatever else speaks for it: a person of another time,
and a lone surname beside the name of another country.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import yaml

from kg.errors import DataError
from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.normal import normal_form
from kg.gazetteer.officeclass import MINISTER, ministerial
from kg.gazetteer.sound import skeleton, sound
from kg.linking.candidates import Context, How, Proposal, type_agreement
from kg.linking.offices import agreement, office_class, read_class, years_apart
from kg.records import Candidate, Entity, EntityType, GazetteerEntry

PATH: Final = Path(__file__).resolve().parent / "data" / "weights.yml"
BIAS: Final = "bias"

_WAYS: Final = MappingProxyType({**{how: how.value for how in How}, How.OFFICE: "office-alone"})
_LEAST_ALIKE: Final = (
    MappingProxyType(  #: similarity that counts as nothing; a word alone is alike by chance more often
        {How.ALIKE: 0.7, How.WORD: 0.82, How.HEARD: 0.7, How.SURNAME: 0.7}
    )
)
_LONG: Final = 5  #: consonants of a word that is like no other by chance
_SHORTER: Final = 3
_FAR_BEHIND: Final = 0.25  #: similarity by which another name is as much more alike as counts
_BY_CHANCE: Final = frozenset({How.ALIKE, How.HEARD})  #: ways to find people in which a common name misleads
_CAREER: Final = 25  #: years before the first known office in which a person is not yet news
_LIFE: Final = 60  #: years after the last known office in which a person is news no more
_SOMETHING_OF_IT: Final = 0.5  #: a city or a person of the country says less than its name
_HOME: Final = "Q668"  #: whose press this is
_OFFICER: Final = "officer"  #: of a district or of the police: no list has them
_NOT_ALL_KNOWN: Final = -0.5  #: another office than those of a list that is not complete
_SLACK: Final = 1  #: years by which an article may come before or after a term


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """The weights of the features, and the score below which an entity is NIL."""

    of: Mapping[str, float]
    threshold: float

    @classmethod
    @cache
    def load(cls, path: Path = PATH) -> Weights:
        """The weights in a file, read once. Raises DataError where the file cannot be read or says something else."""
        try:
            told = yaml.safe_load(path.read_text(encoding="utf-8"))
            weights = {row["id"]: float(row["weight"]) for row in told["weights"]}
            return cls(of=MappingProxyType(weights), threshold=float(told["threshold"]))
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"These weights cannot be read: {error}.", where=str(path), cure="Install again."
            ) from error

    def score(self, features: Mapping[str, float]) -> float:
        """The probability that an entry with these features is the entity."""
        total = self.of[BIAS] + sum(self.of.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def scored(
    entity: Entity, proposals: Sequence[Proposal], *, gazetteer: Gazetteer, context: Context, weights: Weights
) -> tuple[Candidate, ...]:
    """The proposals as candidates, best first; what is ruled out has the score 0."""
    found = []
    for proposal in proposals:
        features = features_of(entity, proposal, gazetteer=gazetteer, context=context)
        score = 0.0 if is_ruled_out(entity, proposal, features, context) else weights.score(features)
        found.append(Candidate(id=proposal.entry.id, score=round(score, 4), features=features))
    return tuple(sorted(found, key=lambda candidate: (-candidate.score, candidate.id)))


def features_of(entity: Entity, proposal: Proposal, *, gazetteer: Gazetteer, context: Context) -> dict[str, float]:
    """The features of an entry for an entity, those that are 0 left out."""
    entry = proposal.entry
    term = _term(entry, context)
    told = {
        "near": float(type_agreement(entity.type, entry.type) < 1),
        "part": _part(entity, entry, gazetteer),
        "later": 1 - 1 / proposal.place,
        "country": _country(entry, gazetteer, context),
        "home": _home(entry, context),
        "office": _office(entry, context),
        "term": max(term, 0.0),
        "missed": max(-term, 0.0),
        "company": _company(entry, gazetteer, context),
    }
    if proposal.how is not How.PROPOSED:
        least = _LEAST_ALIKE.get(proposal.how, 0.0)
        told[_WAYS[proposal.how]] = max(0.0, (proposal.alike - least) / (1 - least))
    if proposal.how is How.WORD and proposal.alike < 1:
        told["brief"] = min(1.0, max(0.0, (_LONG - len(skeleton(sound(entity.name)))) / _SHORTER))
    told["behind"] = min(1.0, proposal.behind / _FAR_BEHIND)
    if proposal.how in (How.WORD, How.ALIKE):
        told["fame"] = told[_WAYS[proposal.how]] / entry.rank
    if proposal.how in _BY_CHANCE and entry.type is EntityType.PERSON:
        told["common"] = gazetteer.commonness(entry.id)
    if not any(told[name] > 0 for name in ("country", "home", "office", "term", "company")):
        told["nothing" if entity.type is EntityType.PERSON else "adrift"] = 1.0
    return {name: round(value, 4) for name, value in told.items() if value}


def _part(entity: Entity, entry: GazetteerEntry, gazetteer: Gazetteer) -> float:
    """Whether the text calls it by a surname or other part of its name that is safe alone, too."""
    parts = (form for form in entity.forms if form != entity.name and not gazetteer.is_short(form))
    return float(any(entry.id == found.id for form in parts for found in gazetteer.lookup(form)))


def is_ruled_out(entity: Entity, proposal: Proposal, features: Mapping[str, float], context: Context) -> bool:
    """Whether an entry cannot be the entity, whatever its score: nothing in the text names it, or it is of another time or, by
    surname alone, of another country or held the office at another time."""
    if proposal.how is How.PROPOSED:
        return True
    if proposal.entry.type is not EntityType.PERSON:
        return False
    if proposal.how is How.SURNAME and features.get("missed", 0.0) > 0:
        return True
    elsewhere = features.get("country", 0.0) < 0 and " " not in normal_form(entity.name)
    return elsewhere or _of_another_time(proposal.entry, context)


def _of_another_time(entry: GazetteerEntry, context: Context) -> bool:
    if context.date is None:
        return False
    begins = [int(office.begin[:4]) for office in entry.offices if office.begin]
    ends = [int(office.end[:4]) for office in entry.offices if office.end]
    year = context.date.year
    return bool(begins) and (year < min(begins) - _CAREER or year > max(begins + ends) + _LIFE)


def _country(entry: GazetteerEntry, gazetteer: Gazetteer, context: Context) -> float:
    if entry.type in (EntityType.PLACE, EntityType.ORGANIZATION):
        return float(entry.country_qid in context.countries)
    if entry.type is not EntityType.PERSON or not context.bodies:
        return 0.0
    own = {entry.country_qid, *(office.country_qid for office in entry.offices)} - {None}
    if not own:
        return 0.0
    if own & context.bodies:
        return 1.0
    organizations = [body for body in context.bodies if body in gazetteer and gazetteer.country_of(body) != body]
    if any(gazetteer.country_of(body) in own for body in organizations):
        return _SOMETHING_OF_IT
    return 0.0 if len(organizations) == len(context.bodies) else -1.0


def _home(entry: GazetteerEntry, context: Context) -> float:
    """Whether the text gives an office and not whose it is, and the entry is of the writers' country: «कृषि मंत्री» is India's."""
    told = _read(context) - {_OFFICER}
    if entry.type is not EntityType.PERSON or context.bodies or not told:
        return 0.0
    return float(_HOME in {entry.country_qid, *(office.country_qid for office in entry.offices)})


def _company(entry: GazetteerEntry, gazetteer: Gazetteer, context: Context) -> float:
    """Whether the text names the entry's country, or something else of it."""
    country = gazetteer.country_of(entry.id)
    return 1.0 if country in context.countries else _SOMETHING_OF_IT * (country in context.around)


def _office(entry: GazetteerEntry, context: Context) -> float:
    read = _read(context)
    known = {kind for office in entry.offices if (kind := office_class(office.label_en)) is not None}
    if not read or not known:
        return 0.0
    most = max(agreement(read, kind) for kind in known)
    if most or (MINISTER in known and not read.isdisjoint(ministerial())):
        return most  # of a minister of nothing in particular, any ministry may be meant
    return -1.0 if entry.listed or _OFFICER in read else _NOT_ALL_KNOWN


def _read(context: Context) -> frozenset[str]:
    """The classes of the offices that the text gives."""
    return frozenset(kind for office in context.offices if (kind := read_class(office)) is not None)


def _term(entry: GazetteerEntry, context: Context) -> float:
    """Whether an office of the class that the text gives was held when it appeared; 0 where nothing is known of that."""
    if context.date is None:
        return 0.0
    read, year = _read(context), context.date.year
    terms = [
        (agrees, years_apart(office, year) <= _SLACK)
        for office in entry.offices
        if office.begin and (agrees := agreement(read, office_class(office.label_en) or ""))
    ]
    if not terms:
        return 0.0
    return max((agrees for agrees, held in terms if held), default=-max(agrees for agrees, _ in terms))
