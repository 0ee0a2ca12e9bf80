"""What a client tells of a thing besides its name, and how well a gazetteer entry agrees with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.normal import normal_form
from kg.linking.offices import english_titles, office_class
from kg.linking.schema import bare_id
from kg.records import EntityType, GazetteerEntry, Office, PropertyValue, ReconciliationItem

COUNTRY: Final = frozenset({"P17", "P27"})
OFFICE: Final = "P39"
COORDINATES: Final = "P625"
POINT_IN_TIME: Final = "P585"

UNKNOWN: Final = 0.5  #: agreement with an entry of which nothing is known in this respect
_ELSEWHERE: Final = 0.25  #: the office agrees, its country does not
_SLACK: Final = 1  #: years by which a year may lie before or after a term
_EARTH_KM: Final = 6371.0
_FAR_KM: Final = {"city": 25.0, "facility": 25.0}  #: how far from an entry's point one inside it may well lie
_FAR_REGION_KM: Final = 250.0
_FAR_COUNTRY_KM: Final = 1500.0
_LATIN: Final = re.compile(r"[A-Za-z]")
_QID: Final = re.compile(r"Q[1-9][0-9]{0,11}")
_NUMBER: Final = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?"
_PAIR: Final = re.compile(rf"\s*({_NUMBER})\s*[,;\s]\s*({_NUMBER})\s*")
_POINT: Final = re.compile(rf"\s*POINT\s*\(\s*({_NUMBER})\s+({_NUMBER})\s*\)\s*", re.IGNORECASE)
_YEAR: Final = re.compile(r"\s*([0-9०-९]{4})(?:$|[-/T\s].{0,30})")


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedOffice:
    """An office as a client names it."""

    label: str  #: in English where it is known, casefolded
    kind: str | None  #: see `office_class`
    country: str | None  #: QID of the country that is named with it


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What was read from the properties of a query; empty where nothing was given, or nothing that could be read."""

    countries: frozenset[str] = frozenset()  #: QIDs
    offices: tuple[WantedOffice, ...] = ()
    points: tuple[tuple[float, float], ...] = ()  #: (latitude, longitude) in degrees
    years: tuple[int, ...] = ()
    unread: bool = False  #: a property was given of which no value could be read


def read_evidence(properties: Iterable[tuple[str, Sequence[PropertyValue]]], gazetteer: Gazetteer) -> Evidence:
    """What the (property, values) of a query say. Properties that are unknown, and blank values, are passed over."""
    parts = [_read(bare_id(id), [value for value in values if value != ""], gazetteer) for id, values in properties]
    return Evidence(
        countries=frozenset(id for part in parts for id in part.countries),
        offices=tuple(dict.fromkeys(office for part in parts for office in part.offices)),
        points=tuple(point for part in parts for point in part.points),
        years=tuple(year for part in parts for year in part.years),
        unread=any(part.unread for part in parts),
    )


def _read(property: str, values: Sequence[PropertyValue], gazetteer: Gazetteer) -> Evidence:
    """What the values of one property say."""
    if not values or property not in (*COUNTRY, OFFICE, COORDINATES, POINT_IN_TIME):
        return Evidence()
    if property in COUNTRY:
        found = Evidence(countries=frozenset(id for value in values for id in country_ids(value, gazetteer)))
    elif property == OFFICE:
        found = Evidence(offices=tuple(office for value in values for office in _office(value, gazetteer)))
    elif property == COORDINATES:
        found = Evidence(points=tuple(point for value in values for point in _point(value)))
    else:
        found = Evidence(years=tuple(year for value in values for year in _year(value)))
    return Evidence(unread=True) if found == Evidence() else found


def agreements(entry: GazetteerEntry, evidence: Evidence, gazetteer: Gazetteer) -> dict[str, float]:
    """How well an entry agrees with each sort of evidence that is given: 1 it does, 0 it does not, `UNKNOWN` unknown."""
    found: dict[str, float] = {}
    if evidence.countries:
        found["country"] = _agrees_country(entry, evidence.countries, gazetteer)
    if evidence.offices:
        found["office"] = max(_agrees_office(entry, wanted) for wanted in evidence.offices)
    if evidence.points:
        found["coordinates"] = max(_agrees_point(entry, point) for point in evidence.points)
    if evidence.years:
        found["year"] = max(_agrees_year(entry, year, evidence.offices) for year in evidence.years)
    return found


def countries_of(entry: GazetteerEntry, gazetteer: Gazetteer) -> frozenset[str]:
    """QIDs of the countries that an entry belongs to, or served."""
    own = (gazetteer.country_of(entry.id), *(office.country_qid for office in entry.offices))
    return frozenset(id for id in own if id)


def office_classes(entry: GazetteerEntry) -> frozenset[str]:
    """The classes of the offices that a person held."""
    return frozenset(found for office in entry.offices if (found := office_class(office.label_en)) is not None)


def is_near(entry: GazetteerEntry, points: Iterable[tuple[float, float]]) -> bool:
    """Whether an entry lies at one of the points, as far as its kind has an extent."""
    return any(_agrees_point(entry, point) > UNKNOWN for point in points)


def first_year(date: str | None) -> int | None:
    """The year of an ISO date, None where there is none."""
    return int(date[:4]) if date and date[:4].isdecimal() else None


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points on a sphere, by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = ((radians(lat), radians(lon)) for lat, lon in (one, other))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(chord)))


def country_ids(value: PropertyValue, gazetteer: Gazetteer) -> frozenset[str]:
    """QIDs of the countries that a value may mean: a QID, or a name or adjective in Hindi or English."""
    if isinstance(value, ReconciliationItem):
        id = bare_id(value.id)
        return frozenset({id}) if _QID.fullmatch(id) else country_ids(value.name, gazetteer)
    if not isinstance(value, str):
        return frozenset()
    if _QID.fullmatch(bare_id(value.strip())):
        return frozenset({bare_id(value.strip())})
    named = frozenset(entry.id for entry in gazetteer.lookup(value) if entry.type is EntityType.COUNTRY)
    demonym = gazetteer.demonym(value)
    return named or frozenset({demonym} if demonym else ())


def _office(value: PropertyValue, gazetteer: Gazetteer) -> Iterator[WantedOffice]:
    text = value.name if isinstance(value, ReconciliationItem) else value
    if not isinstance(text, str) or not normal_form(text):
        return
    label = text if _LATIN.search(text) else _english(text)
    if label:
        yield WantedOffice(label=label.casefold(), kind=office_class(label), country=_country_in(text, gazetteer))


def _english(text: str) -> str:
    """The English name of the longest title that stands in a Hindi text, empty where there is none."""
    words = f" {normal_form(text)} "
    titles: Mapping[str, str] = english_titles()
    found = [form for form in titles if f" {form} " in words]
    return titles[max(found, key=lambda form: (len(form), form))] if found else ""


def _country_in(text: str, gazetteer: Gazetteer) -> str | None:
    for spot in gazetteer.spot(text.split()):
        for id in spot.ids:
            if gazetteer.entry(id).type is EntityType.COUNTRY:
                return id
    return None


def _point(value: PropertyValue) -> Iterator[tuple[float, float]]:
    if not isinstance(value, str):
        return
    pair, point = _PAIR.fullmatch(value), _POINT.fullmatch(value)
    if pair:
        lat, lon = float(pair[1]), float(pair[2])
    elif point:
        lat, lon = float(point[2]), float(point[1])
    else:
        return
    if abs(lat) <= 90 and abs(lon) <= 180:
        yield lat, lon


def _year(value: PropertyValue) -> Iterator[int]:
    if isinstance(value, bool | ReconciliationItem):
        return
    found = _YEAR.fullmatch(str(int(value) if isinstance(value, float) and value.is_integer() else value))
    if found:
        yield int(found[1])


def _agrees_country(entry: GazetteerEntry, wanted: frozenset[str], gazetteer: Gazetteer) -> float:
    own = countries_of(entry, gazetteer)
    return float(bool(own & wanted)) if own else UNKNOWN


def _agrees_office(entry: GazetteerEntry, wanted: WantedOffice) -> float:
    if entry.type is not EntityType.PERSON:
        return 0.0
    if not entry.offices:
        return 1.0 if f" {wanted.label} " in f" {entry.kind.casefold()} " else UNKNOWN
    return max(_same_office(office, wanted, entry.country_qid) for office in entry.offices)


def _same_office(office: Office, wanted: WantedOffice, home: str | None) -> float:
    """How well an office agrees; `home` is the country of who holds it, whose office it is where no other is named."""
    label = office.label_en.casefold()
    if label != wanted.label:
        same = office_class(label) == wanted.kind if wanted.kind else f" {wanted.label} " in f" {label} "
        if not same:
            return 0.0
    country = office.country_qid or home
    return _ELSEWHERE if wanted.country and country and wanted.country != country else 1.0


def _agrees_point(entry: GazetteerEntry, point: tuple[float, float]) -> float:
    if entry.lat is None or entry.lon is None:
        return UNKNOWN
    far = _FAR_COUNTRY_KM if entry.type is EntityType.COUNTRY else _FAR_KM.get(entry.kind, _FAR_REGION_KM)
    return round(min(1.0, far / max(far, distance((entry.lat, entry.lon), point))), 4)


def _agrees_year(entry: GazetteerEntry, year: int, wanted: Sequence[WantedOffice]) -> float:
    """Whether a person held office in a year: one of the wanted offices, where there are such."""
    meant = [
        office for office in entry.offices if any(_same_office(office, one, entry.country_qid) == 1.0 for one in wanted)
    ]
    terms = [office for office in meant or entry.offices if office.begin or office.end]
    if not terms:
        return UNKNOWN
    return float(any(_holds(office, year) for office in terms))


def _holds(office: Office, year: int) -> bool:
    begin, end = first_year(office.begin), first_year(office.end)
    return (begin is None or begin - _SLACK <= year) and (end is None or year <= end + _SLACK)
