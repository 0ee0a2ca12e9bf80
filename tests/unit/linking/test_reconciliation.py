"""Candidates, matches, suggestions and values of the reconciliation, over the gazetteer of the package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kg.gazetteer.gazetteer import Gazetteer
from kg.linking import schema
from kg.linking.evidence import agreements, country_ids, distance, read_evidence
from kg.linking.reconciliation import MARGIN, Reconciler
from kg.linking.suggestion import PrefixIndex
from kg.records import (
    EntityType,
    GazetteerEntry,
    Office,
    PropertyValue,
    ReconciliationCandidate,
    ReconciliationItem,
    ReconciliationQuery,
)

PUTIN, MODI, XI = "Q7747", "Q1058", "Q15031"
RUSSIA, INDIA, DELHI = "Q159", "Q668", "Q1353"
HYDERABAD_IN, HYDERABAD_PK = "Q1361", "Q1640079"
Properties = tuple[tuple[str, tuple[PropertyValue, ...]], ...]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def reconciler(gazetteer: Gazetteer) -> Reconciler:
    return Reconciler(gazetteer)


class Small:
    """A gazetteer of a few entries that are known by their Hindi label."""

    def __init__(self, *entries: GazetteerEntry, short: str = "") -> None:
        self._entries = {entry.id: entry for entry in entries}
        self._short = short

    def __contains__(self, id: object) -> bool:
        return id in self._entries

    def entry(self, id: str) -> GazetteerEntry:
        return self._entries[id]

    def entries(self) -> Iterator[GazetteerEntry]:
        return iter(self._entries.values())

    def lookup(self, name: str) -> tuple[GazetteerEntry, ...]:
        return tuple(entry for entry in self._entries.values() if entry.label_hi == name)

    def similar(self, name: str, *, limit: int = 10) -> tuple[tuple[GazetteerEntry, float], ...]:
        return tuple((entry, 0.97) for entry in self._entries.values() if entry.label_hi != name)[:limit]

    def is_short(self, name: str) -> bool:
        return name == self._short

    def demonym(self, name: str) -> str | None:
        return None

    def country_of(self, id: str) -> str | None:
        return self._entries[id].country_qid

    def spot(self, tokens: list[str]) -> tuple[()]:
        return ()


def person(id: str, *, rank: int = 5, name: str = "रमेश वर्मा", offices: tuple[Office, ...] = ()) -> GazetteerEntry:
    return GazetteerEntry(id=id, type=EntityType.PERSON, label_hi=name, rank=rank, offices=offices)


def small(*entries: GazetteerEntry, short: str = "") -> Reconciler:
    return Reconciler(Small(*entries, short=short))  # type: ignore[arg-type]


def found(reconciler: Reconciler, name: str = "", **more: object) -> tuple[ReconciliationCandidate, ...]:
    return reconciler.reconcile(ReconciliationQuery(name=name, **more))  # type: ignore[arg-type]


def matched(candidates: tuple[ReconciliationCandidate, ...]) -> str | None:
    """The id of the match."""
    return next((one.entity.id for one in candidates if one.match), None)


# ---------------------------------------------------------------------- matches


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("व्लादिमीर पुतिन", PUTIN),
        ("व्लादिमिर  पुतिन", PUTIN),
        ("Vladimir Putin", PUTIN),
        ("vladimir putin", PUTIN),
        (f"http://www.wikidata.org/entity/{PUTIN}", PUTIN),
        ("भारत", INDIA),
        ("दिल्ली", DELHI),
        ("संयुक्त राष्ट्र", "Q1065"),
    ],
)
def test_a_full_name_of_one_entity_is_a_match(reconciler: Reconciler, name: str, id: str) -> None:
    """A name that one entity alone bears, in either script and any spelling, is matched with 100 points."""
    best = found(reconciler, name)[0]
    assert (best.entity.id, best.match, best.score) == (id, True, 100.0)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("शी", "a short name"),
        ("पुतिन", "a surname"),
        ("हैदराबाद", "two cities"),
        ("कांगो", "two countries"),
        ("रूसी", "an adjective"),
        ("व्लादमीर पूतीन", "another spelling"),
    ],
)
def test_a_name_that_may_mean_another_is_no_match(reconciler: Reconciler, name: str, why: str) -> None:
    """The candidates are given, none as a match."""
    candidates = found(reconciler, name)
    assert candidates
    assert matched(candidates) is None


@pytest.mark.parametrize(
    ("name", "more", "id"),
    [
        ("पुतिन", {"properties": (("P27", ("रूस",)),)}, PUTIN),
        ("पुतिन", {"properties": (("P39", ("राष्ट्रपति",)),)}, PUTIN),
        ("पुतिन", {"types": ("Q5",)}, None),
        ("शी", {"properties": (("P39", ("चीन के राष्ट्रपति",)),)}, None),
        ("हैदराबाद", {"properties": (("P17", ("पाकिस्तान",)),)}, HYDERABAD_PK),
        ("हैदराबाद", {"properties": (("P17", ("India",)),)}, HYDERABAD_IN),
        ("हैदराबाद", {"properties": (("P625", ("25.4,68.4",)),)}, HYDERABAD_PK),
        ("हैदराबाद", {"types": ("Q6256",)}, None),
        ("नरेंद्र मोदी", {"properties": (("P39", ("President of India",)),)}, None),
        ("नरेंद्र मोदी", {"properties": (("P27", ("पाकिस्तान",)),)}, None),
        ("नरेंद्र मोदी", {"properties": (("P39", ("भारत के प्रधानमंत्री",)), ("P585", ("2019-05-01",)))}, MODI),
        ("नरेंद्र मोदी", {"properties": (("P585", (1950,)),)}, None),
        ("Georgia", {"types": ("Q34876",)}, "Q1428"),
        ("Georgia", {"types": ("Q6256",)}, "Q230"),
        ("व्लादिमीर पुतिन", {"types": ("Q43229",)}, None),
        ("व्लादिमीर पुतिन", {"types": ("Q35120",)}, PUTIN),
        ("व्लादिमीर पुतिन", {"types": ("Q0",)}, None),
    ],
)
def test_what_else_is_known_decides(reconciler: Reconciler, name: str, more: dict[str, object], id: str | None) -> None:
    """Types and properties make a match of a name that may mean several, or forbid one."""
    assert matched(found(reconciler, name, **more)) == id


def test_namesakes_as_likely_are_no_match() -> None:
    """Of two entries with one name and rank, none is a match; of two whose ranks lie apart, the first is."""
    assert matched(found(small(person("Q1"), person("Q2")), "रमेश वर्मा")) is None
    assert matched(found(small(person("Q1", rank=4), person("Q2")), "रमेश वर्मा")) is None
    assert matched(found(small(person("Q1", rank=2), person("Q2")), "रमेश वर्मा")) == "Q1"


def test_what_has_no_qid_is_not_offered_but_counts() -> None:
    """An entry without a QID is no candidate, yet a namesake of it is no match."""
    candidates = found(small(person("Q1"), person("local:x")), "रमेश वर्मा")
    assert [one.entity.id for one in candidates] == ["Q1"]
    assert matched(candidates) is None


def test_a_similar_name_does_not_hinder_a_match() -> None:
    """An entry with a name that is like it scores at least the margin less than the one that bears the name."""
    candidates = found(small(person("Q1"), person("Q2", name="रमेश वर्म")), "रमेश वर्मा")
    assert matched(candidates) == "Q1"
    assert candidates[0].score - candidates[1].score >= MARGIN


def test_a_short_name_is_no_match() -> None:
    """A name that the gazetteer calls short is matched neither alone nor with a property that agrees."""
    office = Office(label_en="President of Russia", country_qid=RUSSIA)
    one = small(person("Q1", name="रमेश", offices=(office,)), short="रमेश")
    assert matched(found(one, "रमेश")) is None
    assert matched(found(one, "रमेश", properties=(("P39", ("President of Russia",)),))) is None


# ---------------------------------------------------------------------- scores


def test_a_property_that_agrees_raises_above_one_that_does_not(reconciler: Reconciler) -> None:
    """Of two namesakes the one whose country is given comes first, though the other is thought of first."""
    plain = found(reconciler, "हैदराबाद")
    told = found(reconciler, "हैदराबाद", properties=(("P17", ("पाकिस्तान",)),))
    assert [one.entity.id for one in plain[:2]] == [HYDERABAD_IN, HYDERABAD_PK]
    assert [one.entity.id for one in told[:2]] == [HYDERABAD_PK, HYDERABAD_IN]
    assert (told[0].features["country"], told[1].features["country"]) == (1.0, 0.0)


def test_an_unknown_property_changes_nothing(reconciler: Reconciler) -> None:
    """A property that the service does not compare, or a blank value, leaves the candidates as they are."""
    plain = found(reconciler, "नरेंद्र मोदी")
    assert matched(plain) == MODI
    for properties in ((("P9999", ("x",)),), (("Lhi", ("x",)),), (("P17", ("",)),), (("P17", ()),)):
        assert found(reconciler, "नरेंद्र मोदी", properties=properties) == plain


@pytest.mark.parametrize("property", ["P17", "P39", "P625", "P585"])
def test_a_value_that_cannot_be_read_forbids_a_match(reconciler: Reconciler, property: str) -> None:
    """What a client says and the service does not understand may speak against the entity: no match, the same scores."""
    plain = found(reconciler, "नरेंद्र मोदी")
    told = found(reconciler, "नरेंद्र मोदी", properties=((property, ("कखग",)),))
    assert [one.score for one in told] == [one.score for one in plain]
    assert matched(told) is None
    assert matched(found(reconciler, "नरेंद्र मोदी", properties=(("P17", ("भारत",)), ("P27", ("भारत",))))) == MODI


def test_a_strict_type_leaves_others_out(reconciler: Reconciler) -> None:
    """Of two types, an entity needs one with «any», both with «all»; without, the others only score less."""
    soft = found(reconciler, "Georgia", types=("Q34876",))
    assert {one.entity.id for one in soft} >= {"Q230", "Q1428"}
    one = found(reconciler, "Georgia", types=("Q34876", "Q2221906"), strict=True)
    assert one and all(schema.find_type("Q2221906") in schema.types_of(_entry(reconciler, c)) for c in one)
    both = found(reconciler, "Georgia", types=("Q34876", "Q2221906"), strict=True, every_type=True)
    assert [c.entity.id for c in both] == ["Q1428"]
    assert found(reconciler, "Georgia", types=("Q34876", "Q6256"), strict=True, every_type=True) == ()


def _entry(reconciler: Reconciler, candidate: ReconciliationCandidate) -> GazetteerEntry:
    return reconciler._gazetteer.entry(candidate.entity.id)


def test_a_query_without_a_name_gets_entities_by_their_properties(reconciler: Reconciler) -> None:
    """The prime minister of India in 1995 to 1997 comes first for that office, country and year; it is no match."""
    properties = (("P39", ("प्रधानमंत्री",)), ("P17", ("भारत",)), ("P585", ("1997",)))
    candidates = found(reconciler, properties=properties)
    assert {"Q377870", "Q316920"} & {one.entity.id for one in candidates[:3]}
    assert candidates[0].score == 100.0
    assert matched(candidates) is None
    near = found(reconciler, properties=(("P625", ("28.6,77.2",)),), types=("Q515",))
    assert DELHI in [one.entity.id for one in near]
    assert found(reconciler) == ()


def test_candidates_have_the_script_of_the_query(reconciler: Reconciler) -> None:
    """A query in Devanagari gets Hindi names, one in Latin letters English ones; the other name is in the description."""
    hindi, english = found(reconciler, "दिल्ली")[0].entity, found(reconciler, "Delhi")[0].entity
    assert (hindi.name, english.name) == ("दिल्ली", "Delhi")
    assert hindi.description.startswith("Delhi · ")
    assert english.description.startswith("दिल्ली · ")
    assert [type.id for type in hindi.types] == ["Q515", "Q2221906"]


# ---------------------------------------------------------------------- evidence


@pytest.mark.parametrize(
    ("value", "id"),
    [
        ("रूस", RUSSIA),
        ("Russia", RUSSIA),
        ("रूसी", RUSSIA),
        (RUSSIA, RUSSIA),
        (f"http://www.wikidata.org/entity/{RUSSIA}", RUSSIA),
        (ReconciliationItem(id=RUSSIA, name=""), RUSSIA),
        (ReconciliationItem(id="x", name="रूस"), RUSSIA),
        ("दिल्ली", None),
        (5, None),
        (True, None),
    ],
)
def test_a_country_may_be_given_in_many_ways(gazetteer: Gazetteer, value: PropertyValue, id: str | None) -> None:
    """A country is known by QID, IRI, or name in Hindi or English; a city is none."""
    assert country_ids(value, gazetteer) == (frozenset({id}) if id else frozenset())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("President of Russia", 1.0),
        ("रूस के राष्ट्रपति", 1.0),
        ("रूसी राष्ट्रपति", 1.0),
        ("राष्ट्रपति", 1.0),
        ("President of France", 0.25),
        ("फ्रांस के राष्ट्रपति", 0.25),
        ("रक्षा मंत्री", 0.0),
        ("Minister of Defence", 0.0),
    ],
)
def test_an_office_agrees_by_its_class_and_country(gazetteer: Gazetteer, value: str, expected: float) -> None:
    """An office is known in Hindi and English, with or without its country; that of another country hardly agrees."""
    evidence = read_evidence([("P39", (value,))], gazetteer)
    assert agreements(gazetteer.entry(PUTIN), evidence, gazetteer) == {"office": expected}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("28.67,77.23", 1.0),
        ("28.67 77.23", 1.0),
        ("Point(77.23 28.67)", 1.0),
        ("19.07,72.87", 0.0),
        ("128.67,77.23", None),
        ("28.67,181.5", None),
        ("दिल्ली", None),
        (28.6, None),
    ],
)
def test_coordinates_agree_by_distance(gazetteer: Gazetteer, value: PropertyValue, expected: float | None) -> None:
    """A point in Delhi agrees with Delhi, one in Mumbai does not, what is no point says nothing."""
    agreed = agreements(gazetteer.entry(DELHI), read_evidence([("P625", (value,))], gazetteer), gazetteer)
    if expected is None:
        assert agreed == {}
    else:
        assert agreed["coordinates"] == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2001, 1.0), ("2001", 1.0), ("२००१", 1.0), ("2001-05-01T00:00:00Z", 1.0), (2001.0, 1.0), (1990, 0.0)],
)
def test_a_year_agrees_with_a_term(value: PropertyValue, expected: float) -> None:
    """A year within a term of office, or next to it, agrees, however it is written."""
    one = person("Q1", offices=(Office(label_en="President of Russia", begin="2000-05-07", end="2008"),))
    known = Small(one)
    evidence = read_evidence([("P585", (value,))], known)  # type: ignore[arg-type]
    assert agreements(one, evidence, known) == {"year": expected}  # type: ignore[arg-type]


def test_a_year_is_that_of_the_office_that_is_given() -> None:
    """Where an office is given too, its own term counts, not that of another."""
    offices = (
        Office(label_en="President of Russia", begin="2012"),
        Office(label_en="Minister of Defence", begin="1990", end="1995"),
    )
    one = person("Q1", offices=offices)
    known = Small(one)
    evidence = read_evidence([("P39", ("Minister of Defence",)), ("P585", ("2020",))], known)  # type: ignore[arg-type]
    assert agreements(one, evidence, known) == {"office": 1.0, "year": 0.0}  # type: ignore[arg-type]


def test_a_distance_is_that_on_the_globe() -> None:
    """Delhi and Mumbai lie some 1,150 km apart, also where longitude jumps from 180 to -180 nothing is far."""
    assert distance((28.61, 77.21), (19.08, 72.88)) == pytest.approx(1150, abs=15)
    assert distance((0.0, 179.9), (0.0, -179.9)) == pytest.approx(22.2, abs=0.1)


# ---------------------------------------------------------------------- types and properties


@pytest.mark.parametrize("id", ["Q5", "wd:Q5", "http://www.wikidata.org/entity/Q5", "Q215627", "Person", "kg:Person"])
def test_a_type_is_known_by_many_ids(id: str) -> None:
    """Wikidata's ids, those of near classes and the ontology's names lead to one type."""
    found = schema.find_type(id)
    assert found is not None
    assert found.id == "Q5"


def test_a_type_is_known_by_its_iri_in_the_ontology_and_its_names() -> None:
    """The class's IRI and the type's names in English and Hindi lead to it."""
    for id in ("https://w3id.org/hindi-news-kg/ontology#Country", "country", "देश"):
        assert schema.find_type(id) == schema.find_type("Q6256") is not None


def test_every_type_has_entries(gazetteer: Gazetteer) -> None:
    """Each type of the table is borne by an entry, and its ids are its own."""
    borne = {one for entry in gazetteer.entries() for one in schema.types_of(entry)}
    assert {one.id for one in schema.types()} - {one.id for one in borne} == {"Q35120"}
    ids = [id for one in schema.types() for id in (one.id, *one.also)]
    assert len(ids) == len(set(ids))


def test_every_entry_has_a_type(gazetteer: Gazetteer) -> None:
    """Each entry is of the type of its class, the last one, but those of groups."""
    for entry in gazetteer.entries():
        assert not schema.types_of(entry)[-1].kind


def test_a_type_tells_what_is_above_it(reconciler: Reconciler) -> None:
    """A city is a place, a place an entity, and there it ends."""
    above = {type.id: [one.id for one in type.broader] for type in reconciler.types()}
    assert (above["Q515"], above["Q2221906"], above["Q35120"]) == (["Q2221906"], ["Q35120"], [])


# ---------------------------------------------------------------------- suggestions and values


@pytest.mark.parametrize(("prefix", "id"), [("हिन्", "Q1239"), ("हिं", "Q1239"), ("मोदि", MODI), ("नई ", "Q987")])
def test_a_name_is_found_while_it_is_typed(reconciler: Reconciler, prefix: str, id: str) -> None:
    """Half a conjunct, half a word and a space at the end do not hide a name."""
    assert id in [one.id for one in reconciler.suggest_entities(prefix, skip=0, limit=1000)]


def test_every_beginning_of_every_name_finds_it() -> None:
    """An entry is found by each beginning of its name."""
    one = person("Q1", name="हिन्दुस्तान सिंह रूडी")
    index = PrefixIndex.of([one, replace(one, id="Q2", label_hi="क")])
    for end in range(1, len(one.label_hi) + 1):
        assert "Q1" in index.find(one.label_hi[:end]), one.label_hi[:end]
    assert index.find("") == index.find("«»") == ()


def test_who_is_named_exactly_so_comes_first() -> None:
    """An exact name goes before a longer one of a better rank, and a better rank before a worse."""
    entries = [
        person("Q1", name="राम", rank=9),
        person("Q2", name="राम सिंह", rank=1),
        person("Q3", name="रामपाल", rank=2),
    ]
    assert PrefixIndex.of(entries).find("राम") == ("Q1", "Q2", "Q3")


def test_a_summary_tells_what_is_known(reconciler: Reconciler) -> None:
    """A summary has both names, the country in both languages and the latest offices first."""
    one = reconciler.entity(PUTIN)
    assert one is not None
    assert (one.entity.name, one.name_en) == ("व्लादिमीर पुतिन", "Vladimir Putin")
    assert (one.country_hi, one.country_en) == ("रूस", "Russia")
    assert "2012" in one.offices[0]
    assert reconciler.entity("Q0") is None
    assert reconciler.entity("local:x") is None


@pytest.mark.parametrize(
    ("id", "property", "expected"),
    [
        (DELHI, "P1376", ("भारत",)),
        ("Q133274", "P1376", ()),
        (PUTIN, "P625", ()),
        (RUSSIA, "P17", ("रूस",)),
        (PUTIN, "P17", ()),
        (PUTIN, "P27", ("रूस",)),
        (PUTIN, "Lhi", ("व्लादिमीर पुतिन",)),
    ],
)
def test_values_are_those_of_the_entry(
    reconciler: Reconciler, id: str, property: str, expected: tuple[str, ...]
) -> None:
    """A palace is no capital, a person has a citizenship and no coordinates, a country is in itself."""
    values = reconciler.extend([id], [(property, "hi")]).rows[id][0]
    assert tuple(one.name if isinstance(one, ReconciliationItem) else one for one in values) == expected


def test_an_office_is_named_in_hindi_where_that_is_known(reconciler: Reconciler) -> None:
    """«Prime Minister» is «प्रधानमंत्री» in Hindi; in English it is left as it is."""
    row = reconciler.extend([PUTIN], [("P39", "hi"), ("P39", "en")]).rows[PUTIN]
    assert "प्रधानमंत्री" in row[0]
    assert "Prime Minister" in row[1]
