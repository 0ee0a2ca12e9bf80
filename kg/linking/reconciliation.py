"""Which entry of Wikidata is meant: names and properties in, scored candidates out (W3C Reconciliation API 0.2).

Only entries with a QID are offered. The score is a weighted mean, times 100, of how alike the names are and how well the
entry agrees with each property that is given (`kg.linking.evidence`); an entry of another type, and a namesake whom one
thinks of later, score less. Weights are set by hand. `match` says that a candidate may be taken without a look; when in doubt
it is not said, and so it is where a property has a value that cannot be read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.normal import normal_form
from kg.linking import schema
from kg.linking.evidence import (
    UNKNOWN,
    Evidence,
    agreements,
    countries_of,
    first_year,
    is_near,
    office_classes,
    read_evidence,
)
from kg.linking.offices import hindi_titles
from kg.linking.suggestion import PrefixIndex
from kg.records import (
    EntityType,
    GazetteerEntry,
    Office,
    PropertyValue,
    ReconciliationCandidate,
    ReconciliationExtension,
    ReconciliationItem,
    ReconciliationQuery,
    ReconciliationSummary,
)

WEIGHTS: Final = {"country": 0.4, "office": 0.4, "coordinates": 0.4, "year": 0.2}
"""Of each sort of evidence; the name has 1, or none where a query has no name."""
MARGIN: Final = 10.0  #: points by which a match leads the next candidate
LONGEST: Final = 200  #: characters of a name; a longer text is none

_SIMILAR: Final = 0.9  #: how much a name counts that is like the entry's but not the same
_DEMONYM: Final = 0.8  #: «रूसी» for Russia
_TYPE: Final = {1.0: 1.0, 0.5: 0.8, 0.0: 0.5}  #: fit of the type → factor of the score
_LATER: Final = 0.06  #: what a namesake loses for each rank behind the first
_LATEST: Final = 0.3  #: the most that it loses so
_BROWSED: Final = 300  #: entries looked at where a query has no name
_NEARBY_LIMIT: Final = 20
_SHOWN: Final = 6  #: aliases of a summary
_SHOWN_OFFICES: Final = 3
_QID: Final = re.compile(r"Q[1-9][0-9]{0,11}")
_DEVANAGARI: Final = re.compile(r"[\u0900-\u097f]")
_CAPITALS: Final = "city"  #: the kind of what is a capital; a palace stands for a government without being one


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scored:
    """An entry as a candidate."""

    entry: GazetteerEntry
    score: float  # 0–100
    features: Mapping[str, float | bool]


class Reconciler:
    """Answers what the Reconciliation API asks, from a gazetteer; holds nothing else."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    # ------------------------------------------------------------ candidates

    def reconcile(self, query: ReconciliationQuery) -> tuple[ReconciliationCandidate, ...]:
        """The candidates for a query, best first; `match` is true for the first alone, or for none.

        A query by QID gets that entry. One without a name gets entries by their properties, and no match.
        """
        hindi = bool(_DEVANAGARI.search(query.name))
        id = schema.bare_id(query.name.strip())
        if _QID.fullmatch(id):
            known = self._known(id)
            return (self._same(known),) if known else ()
        evidence = read_evidence(query.properties, self._gazetteer)
        if query.name.strip():
            scored = self._scored(self._named(query.name), query, evidence)
            match = None if evidence.unread else self._match(scored, query)
        else:
            scored = self._scored([(entry, 0.0) for entry in self._browse(evidence)], query, evidence)
            match = None
        return tuple(
            ReconciliationCandidate(
                entity=self._item(one.entry, hindi=hindi),
                score=one.score,
                match=one.entry is match,
                features=one.features,
            )
            for one in [one for one in scored if one.entry.qid][: query.limit]
        )

    def _named(self, name: str) -> list[tuple[GazetteerEntry, float]]:
        """Entries, and how alike the names are, 0–1; exactly 1 where the entry bears the name."""
        if len(name) > LONGEST or not normal_form(name):
            return []
        found = {entry.id: (entry, 1.0) for entry in self._gazetteer.lookup(name)}
        demonym = self._gazetteer.demonym(name)
        if demonym is not None and demonym in self._gazetteer:
            found.setdefault(demonym, (self._gazetteer.entry(demonym), _DEMONYM))
        for entry, similarity in self._gazetteer.similar(name, limit=_NEARBY_LIMIT):
            bears = normal_form(entry.label_en) == normal_form(name)  # who is known in English only is not looked up
            found.setdefault(entry.id, (entry, 1.0 if bears else _SIMILAR * similarity))
        return list(found.values())

    def _scored(
        self, named: Sequence[tuple[GazetteerEntry, float]], query: ReconciliationQuery, evidence: Evidence
    ) -> list[_Scored]:
        """The entries with their scores and features, best first; those without a QID included."""
        wanted = [schema.find_type(id) for id in query.types]
        fits = [[one.fit(entry) if one else 0.0 for one in wanted] or [1.0] for entry, _ in named]
        namesakes = [(entry, max(fit)) for (entry, name), fit in zip(named, fits, strict=True) if name == 1.0]
        closest = max((fit for _, fit in namesakes), default=0.0)
        first = min((entry.rank for entry, fit in namesakes if fit == closest), default=0)
        short = bool(namesakes) and self._gazetteer.is_short(query.name)
        found = []
        for (entry, name), fit in zip(named, fits, strict=True):
            if query.strict and (min(fit) if query.every_type else max(fit)) < 1.0:
                continue
            agreed = agreements(entry, evidence, self._gazetteer)
            later = max(0, entry.rank - first) if name == 1.0 else 0
            alike = _mean(name, agreed) if query.name.strip() else _mean(0.0, agreed, weight=0.0)
            score = round(100 * alike * _TYPE[max(fit)] * (1 - min(_LATEST, _LATER * later)), 2)
            features: dict[str, float | bool] = {}
            if query.name.strip():
                features |= {"name": round(name, 4), "exact_name": name == 1.0}
            if name == 1.0:
                features |= {"short_name": short, "later": later}
            if wanted:
                features["type"] = max(fit)
            found.append(_Scored(entry=entry, score=score, features=features | agreed))
        return sorted(found, key=lambda one: -one.score)

    def _match(self, scored: Sequence[_Scored], query: ReconciliationQuery) -> GazetteerEntry | None:
        """The entry that is safe to take: it bears the name, nothing speaks against it, none is as likely."""
        if not scored:
            return None
        best = scored[0]
        agreed = [value for name, value in best.features.items() if name in WEIGHTS]
        if (
            not best.features["exact_name"]
            or best.features["short_name"]
            or best.features.get("type", 1.0) < 1.0
            or any(value < UNKNOWN for value in agreed)
            or (len(scored) > 1 and best.score - scored[1].score < MARGIN)
        ):
            return None
        # A surname alone is known here, but others bear it who are not: something else must speak for this person.
        alone = best.entry.type is EntityType.PERSON and " " not in normal_form(query.name)
        return None if alone and not any(value > UNKNOWN for value in agreed) else best.entry

    def _browse(self, evidence: Evidence) -> list[GazetteerEntry]:
        """Entries that have what is told of them, for a query without a name."""
        sets: list[set[str]] = []
        if evidence.countries:
            sets.append({id for country in evidence.countries for id in self._by_country.get(country, ())})
        if evidence.offices:
            sets.append({id for office in evidence.offices for id in self._by_office.get(office.kind or "", ())})
        if evidence.points:
            sets.append({entry.id for entry in self._located if is_near(entry, evidence.points)})
        found = set.intersection(*sets) if sets else set()
        return sorted(map(self._gazetteer.entry, found), key=lambda entry: (entry.rank, entry.id))[:_BROWSED]

    # ------------------------------------------------------------ suggestions

    def types(self) -> tuple[ReconciliationItem, ...]:
        """All types, with those above them."""
        return tuple(schema.type_item(one, described=True) for one in schema.types())

    def suggest_entities(self, prefix: str, *, skip: int, limit: int) -> tuple[ReconciliationItem, ...]:
        """Entries whose names begin with `prefix`, or whose QID it is."""
        hindi = bool(_DEVANAGARI.search(prefix))
        id = schema.bare_id(prefix.strip())
        known = self._known(id[:1].upper() + id[1:])
        found = self._index.find(prefix) if len(prefix) <= LONGEST else ()
        ids = (known.id,) if known else found
        return tuple(self._item(self._gazetteer.entry(id), hindi=hindi) for id in ids[skip : skip + limit])

    def suggest_types(self, prefix: str) -> tuple[ReconciliationItem, ...]:
        """Types whose id, or a word of whose name in English or Hindi, begins with `prefix`; all for an empty one."""
        return tuple(
            schema.type_item(one, described=True) for one in schema.types() if _begins(prefix, one.id, one.en, one.hi)
        )

    def suggest_properties(self, prefix: str) -> tuple[ReconciliationItem, ...]:
        """Properties whose id, or a word of whose name in English or Hindi, begins with `prefix`; all for an empty one."""
        return tuple(
            schema.property_item(one, described=True)
            for one in schema.properties()
            if _begins(prefix, one.id, one.en, one.hi)
        )

    # ------------------------------------------------------------ facts

    def entity(self, id: str) -> ReconciliationSummary | None:
        """What is known of an entity, None where it is not offered."""
        entry = self._known(schema.bare_id(id))
        if entry is None:
            return None
        country = self._known(entry.country_qid or "")
        return ReconciliationSummary(
            entity=self._item(entry, hindi=True),
            name_en=entry.label_en,
            kind=entry.kind,
            country_hi=country.label_hi if country else "",
            country_en=country.label_en if country else "",
            offices=tuple(map(_with_term, _latest_first(entry.offices)[:_SHOWN_OFFICES])),
            aliases=entry.aliases[:_SHOWN],
            coordinates=_coordinates(entry),
        )

    def type(self, id: str) -> ReconciliationItem | None:
        """A type, None where it is unknown."""
        found = schema.find_type(id)
        return schema.type_item(found, described=True) if found else None

    def property(self, id: str) -> ReconciliationItem | None:
        """A property, None where it is unknown."""
        found = schema.find_property(id)
        return schema.property_item(found, described=True) if found else None

    def propose(self, type: str) -> tuple[ReconciliationItem, ...]:
        """The properties that entities of a type have; all of them for the most general type or an empty id."""
        wanted = schema.find_type(type) if type else None
        if type and wanted is None:
            return ()
        return tuple(
            schema.property_item(one)
            for one in schema.properties()
            if one.fetches and (wanted is None or wanted.of is None or wanted.of in one.classes)
        )

    def extend(
        self, ids: Sequence[str], properties: Sequence[tuple[str, str]], *, language: str = "hi"
    ) -> ReconciliationExtension:
        """Values of properties, given as (id, language of names: `hi` or `en`), for entities; none where unknown."""
        return ReconciliationExtension(
            properties=tuple(_column(id) for id, _ in properties),
            rows={
                id: tuple(tuple(self._values(id, property, hindi=said == "hi")) for property, said in properties)
                for id in ids
            },
        )

    def _values(self, id: str, property: str, *, hindi: bool) -> Iterator[PropertyValue]:
        entry, asked = self._known(schema.bare_id(id)), schema.find_property(property)
        if entry is None or asked is None or entry.type not in asked.classes:
            return
        match asked.id:
            case "P31":
                yield from (schema.type_item(one) for one in schema.types_of(entry)[:1])
            case "P17" | "P27":
                yield from self._country(self._gazetteer.country_of(entry.id), hindi=hindi)
            case "P1376" if entry.kind == _CAPITALS:
                yield from self._country(entry.capital_of, hindi=hindi)
            case "P39":
                titles = hindi_titles() if hindi else {}
                labels = (office.label_en for office in _latest_first(entry.offices))
                yield from dict.fromkeys(titles.get(label, label) for label in labels)
            case "P625" if entry.lat is not None:
                yield _coordinates(entry)
            case "Lhi":
                yield entry.label_hi
            case "Len" if entry.label_en:
                yield entry.label_en
            case "Ahi":
                yield from (alias for alias in entry.aliases if _DEVANAGARI.search(alias))
            case "Aen":
                yield from (alias for alias in entry.aliases if not _DEVANAGARI.search(alias))

    def _country(self, id: str | None, *, hindi: bool) -> Iterator[ReconciliationItem]:
        entry = self._known(id or "")
        if entry is not None:
            yield ReconciliationItem(id=entry.id, name=_name(entry, hindi=hindi))

    # ------------------------------------------------------------ entries

    def _known(self, id: str) -> GazetteerEntry | None:
        """The entry of a QID, None where there is none."""
        return self._gazetteer.entry(id) if _QID.fullmatch(id) and id in self._gazetteer else None

    def _same(self, entry: GazetteerEntry) -> ReconciliationCandidate:
        return ReconciliationCandidate(
            entity=self._item(entry, hindi=True), score=100.0, match=True, features={"same_id": True}
        )

    def _item(self, entry: GazetteerEntry, *, hindi: bool) -> ReconciliationItem:
        """An entry as clients see it, named in the script that they use where that is known."""
        other = _name(entry, hindi=not hindi)
        name = _name(entry, hindi=hindi)
        country = self._known(entry.country_qid or "")
        told = (other if other != name else "", entry.kind, country.label_en if country else "")
        return ReconciliationItem(
            id=entry.id,
            name=name,
            description=" · ".join(part for part in told if part),
            types=tuple(map(schema.type_item, schema.types_of(entry))),
        )

    @cached_property
    def _offered(self) -> tuple[GazetteerEntry, ...]:
        return tuple(entry for entry in self._gazetteer.entries() if entry.qid)

    @cached_property
    def _index(self) -> PrefixIndex:
        return PrefixIndex.of(self._offered)

    @cached_property
    def _by_country(self) -> Mapping[str, Sequence[str]]:
        return _grouped(
            (country, entry.id) for entry in self._offered for country in _countries(entry, self._gazetteer)
        )

    @cached_property
    def _by_office(self) -> Mapping[str, Sequence[str]]:
        return _grouped((kind, entry.id) for entry in self._offered for kind in office_classes(entry))

    @cached_property
    def _located(self) -> tuple[GazetteerEntry, ...]:
        return tuple(entry for entry in self._offered if entry.lat is not None)


def _mean(name: float, agreed: Mapping[str, float], *, weight: float = 1.0) -> float:
    """The mean of the name's and the properties' agreement, each with its weight; the name has `weight`."""
    total = weight * name + sum(WEIGHTS[sort] * value for sort, value in agreed.items())
    return total / (weight + sum(WEIGHTS[sort] for sort in agreed))


def _countries(entry: GazetteerEntry, gazetteer: Gazetteer) -> Iterable[str]:
    return sorted(countries_of(entry, gazetteer))


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, id in pairs:
        found[key].append(id)
    return found


def _column(id: str) -> ReconciliationItem:
    known = schema.find_property(id)
    if known is None:
        return ReconciliationItem(id=id, name=id)
    country = schema.find_type(EntityType.COUNTRY)
    entities = known.id in ("P17", "P27", "P1376") and country is not None
    return ReconciliationItem(id=id, name=known.en, types=(schema.type_item(country),) if entities and country else ())


def _begins(prefix: str, id: str, *names: str) -> bool:
    """Whether an id or a word of a name begins so."""
    if prefix.strip().casefold() == id.casefold()[: len(prefix.strip())]:
        return True
    wanted = f" {normal_form(prefix)}"
    return any(wanted in f" {normal_form(name)}" for name in names)


def _name(entry: GazetteerEntry, *, hindi: bool) -> str:
    return entry.label_hi if hindi or not entry.label_en else entry.label_en


def _coordinates(entry: GazetteerEntry) -> str:
    return f"{entry.lat},{entry.lon}" if entry.lat is not None and entry.lon is not None else ""


def _latest_first(offices: Sequence[Office]) -> list[Office]:
    return sorted(offices, key=lambda office: office.begin or "", reverse=True)


def _with_term(office: Office) -> str:
    begin, end = first_year(office.begin), first_year(office.end)
    return f"{office.label_en} ({begin or ''}–{end or ''})" if begin or end else office.label_en
