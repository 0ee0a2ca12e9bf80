"""The tables of the gazetteer."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest

from kg.gazetteer import kinds, members
from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.normal import normal_form
from kg.gazetteer.tables import DATA, ENTRY_COLUMNS, ENTRY_FILES, HOLDER_COLUMNS, HOLDERS, read_table
from kg.records import EntityType

QID = re.compile(r"Q[1-9][0-9]*")
LOCAL = re.compile(r"local:[a-z0-9]+(-[a-z0-9]+)*")
TABLES = {
    "ambiguous.tsv": ("form", "ids", "why"),
    "capitals.tsv": ("id", "of", "name", "source"),
    "classes.tsv": ("id", "type", "kind"),
    "demonyms.tsv": ("form", "id", "source"),
    "given_names.tsv": ("en", "hi", "source"),
    "honorifics.tsv": ("form", "place", "why"),
    "kinds.tsv": kinds.COLUMNS,
    "members.tsv": members.COLUMNS,
    "office_classes.tsv": ("phrase", "class"),
    "nicknames.tsv": ("short", "name"),
    "office_places.tsv": ("phrase", "country"),
    "portfolios.tsv": ("class", "label", "hindi", "english"),
    "office_names.tsv": ("name", "country", "from", "until", "classes", "source"),
    HOLDERS: HOLDER_COLUMNS,
    "offices.tsv": ("id", "label", "country", "begin", "end", "source"),
    "spellings.tsv": ("word", "source"),
    "traps.tsv": ("form", "why"),
    **dict.fromkeys(ENTRY_FILES, ENTRY_COLUMNS),
}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def rows(name: str) -> list[list[str]]:
    return list(read_table(DATA / name, TABLES[name]))


def test_every_table_is_listed() -> None:
    """Every table of the folder is checked here and described in its README."""
    assert {path.name for path in DATA.glob("*.tsv*")} == set(TABLES)
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert [name for name in TABLES if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {HOLDERS}))
def test_a_table_is_sorted_and_has_no_row_twice(name: str) -> None:
    """Rows are sorted, in NFC, and none stands twice."""
    found = rows(name)
    assert found == sorted(found)
    assert [row for row, count in Counter(map(tuple, found)).items() if count > 1] == []


def test_every_kind_has_its_names(gazetteer: Gazetteer) -> None:
    """Each kind of a place or an organization has a name in English and in Hindi, and the table has no other."""
    told = {entry.kind for entry in gazetteer.entries() if entry.kind and entry.type is not EntityType.PERSON}
    assert {row[0] for row in rows("kinds.tsv")} == told
    assert all(en and hi for _, en, hi, _ in rows("kinds.tsv"))


def test_entries_are_well_formed() -> None:
    """Every entry has a unique QID or local id, a class, labels, a rank, a source and no blank or repeated alias."""
    entries = [row for name in ENTRY_FILES for row in rows(name)]
    assert [id for id, count in Counter(row[0] for row in entries).items() if count > 1] == []
    wrong = []
    for id, type, hi, en, aliases, country, _, lat, lon, rank, source in entries:
        names = [hi, *(aliases.split("|") if aliases else [])]
        good = (
            (QID.fullmatch(id) or LOCAL.fullmatch(id))
            and type in {member.value for member in EntityType}
            and all(name and name == name.strip() for name in names)
            and len(set(names)) == len(names)
            and en
            and (not country or QID.fullmatch(country))
            and (not lat or (abs(float(lat)) <= 90 and abs(float(lon)) <= 180))
            and int(rank) > 0
            and source
        )
        if not good:
            wrong.append(id)
    assert wrong == []


def test_references_lead_to_entries(gazetteer: Gazetteer) -> None:
    """Countries, capitals, demonyms, offices and ambiguities name entries that exist."""
    ids = [row[0] for row in rows("capitals.tsv")] + [row[1] for row in rows("capitals.tsv")]
    ids += [row[1] for row in rows("demonyms.tsv")] + [row[0] for row in rows("offices.tsv")]
    ids += [id for row in rows("ambiguous.tsv") for id in row[1].split()]
    ids += [row[5] for name in ENTRY_FILES for row in rows(name) if row[5]]
    assert sorted({id for id in ids if id not in gazetteer}) == []


def test_capitals_stand_for_countries_or_unions(gazetteer: Gazetteer) -> None:
    """A capital or seat stands for a country, or for the European Union."""
    types = {gazetteer.entry(row[1]).type for row in rows("capitals.tsv") if row[1] != "Q458"}
    assert types == {EntityType.COUNTRY}


def test_no_name_means_two_things_unless_listed(gazetteer: Gazetteer) -> None:
    """Every normal form that several entries share stands in ambiguous.tsv with just these entries."""
    bearers = defaultdict(set)
    for entry in gazetteer.entries():
        for name in (entry.label_hi, entry.label_en, *entry.aliases):
            bearers[normal_form(name)].add(entry.id)
    shared = {form: " ".join(sorted(ids)) for form, ids in bearers.items() if len(ids) > 1}
    assert shared == {row[0]: row[1] for row in rows("ambiguous.tsv")}


def test_no_demonym_is_a_name(gazetteer: Gazetteer) -> None:
    """An adjective is not also an alias."""
    assert [row[0] for row in rows("demonyms.tsv") if gazetteer.lookup(row[0])] == []


def test_a_person_has_no_title_in_an_alias(gazetteer: Gazetteer) -> None:
    """Aliases are names without an office before them."""
    titles = ("राष्ट्रपति ", "प्रधानमंत्री ", "पीएम ", "विदेश मंत्री ", "रक्षा मंत्री ", "डॉ ", "डॉ. ")
    people = [entry for entry in gazetteer.entries() if entry.type is EntityType.PERSON]
    assert [name for entry in people for name in (entry.label_hi, *entry.aliases) if name.startswith(titles)] == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("रूसी", "Q159"),
        ("रूसियों", "Q159"),
        ("अमरीकी", "Q30"),
        ("अमेरिकियों", "Q30"),
        ("चीनी", "Q148"),
        ("ब्रितानी", "Q145"),
        ("फ़्रांसीसी", "Q142"),
        ("इज़राइली", "Q801"),
        ("इसराइलियों", "Q801"),
        ("फ़लस्तीनियों", "Q219060"),
        ("उत्तर कोरियाई", "Q423"),
        ("अफ़ग़ानों", "Q889"),
        ("तालिबानी", "Q42418"),
        ("जॉर्डनी", "Q810"),
        ("आस्ट्रेलियाई", "Q408"),
        ("जर्मनों", "Q183"),
        ("रूस", None),
        ("पानी", None),
    ],
)
def test_demonyms(gazetteer: Gazetteer, word: str, expected: str | None) -> None:
    """An adjective of a country gives the country, inflected or not, and other words give nothing."""
    assert gazetteer.demonym(word) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("क्रेमलिन", "Q159"),
        ("व्हाइट हाउस", "Q30"),
        ("पेइचिंग", "Q148"),
        ("सोल", "Q884"),
        ("नई दिल्ली", "Q668"),
        ("ब्रसेल्स", "Q458"),
        ("डाउनिंग स्ट्रीट", "Q145"),
        ("मुंबई", None),
    ],
)
def test_governments(gazetteer: Gazetteer, name: str, expected: str | None) -> None:
    """A capital or seat gives the country whose government it stands for."""
    assert gazetteer.government_of(gazetteer.lookup(name)[0].id) == expected


def test_countries_of_entries(gazetteer: Gazetteer) -> None:
    """A person, a city and a country give their country; an unknown id gives nothing."""
    assert [gazetteer.country_of(id) for id in ("Q7747", "Q649", "Q159", "Q0")] == ["Q159", "Q159", "Q159", None]


def test_the_best_known_bearer_comes_first(gazetteer: Gazetteer) -> None:
    """Of two entries with one name the country, or the larger place, is first."""
    assert [gazetteer.lookup(name)[0].id for name in ("जॉर्जिया", "हैदराबाद", "कांगो")] == ["Q230", "Q1361", "Q974"]
