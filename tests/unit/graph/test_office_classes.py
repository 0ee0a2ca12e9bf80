"""What sort of office a title is."""

from __future__ import annotations

import pytest

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.tables import DATA, read_table
from kg.graph.office_classes import office_classes
from kg.graph.vocabulary import KgTerms
from kg.records import EntityType, GazetteerEntry

ROWS = list(read_table(DATA / "office_names.tsv", ("name", "country", "from", "until", "classes", "source")))
STATE, GOVERNMENT = "HeadOfState", "HeadOfGovernment"
BOTH = (GOVERNMENT, STATE)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """The package's."""
    return Gazetteer.load()


def test_rows_speak_of_countries_and_classes_that_there_are(gazetteer: Gazetteer) -> None:
    """A country is one of the gazetteer, a class one of the ontology; no two rows say when the same holds."""
    for name, country, _, _, classes, _ in ROWS:
        assert name == name.casefold()
        assert country in ("", "*") or gazetteer.entry(country).type is EntityType.COUNTRY, (name, country)
        assert all(KgTerms[one] for one in classes.split("|") if one), name
    assert len({tuple(row[:4]) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("label", "country", "day", "classes"),
    [
        ("President of Russia", "Q159", "9999", (STATE,)),
        ("Prime Minister", "Q159", "9999", (GOVERNMENT,)),
        ("President of the United States", "Q30", "2021-01-20", BOTH),
        ("Prime Minister of India", "Q668", "9999", (GOVERNMENT,)),
        ("President of India", "Q668", "9999", (STATE,)),
        ("Chancellor of Germany", "Q183", "9999", (GOVERNMENT,)),
        ("Premier of China", "Q148", "9999", (GOVERNMENT,)),
        ("President of the People's Republic of China", "Q148", "9999", (STATE,)),
        ("Supreme Leader of Iran", "Q794", "9999", (STATE,)),
        ("President of Iran", "Q794", "9999", (GOVERNMENT,)),
        ("President of Iran", "Q794", "1985", ()),
        ("President", "Q43", "2007-08-28", (STATE,)),
        ("President", "Q43", "9999", BOTH),
        ("Prime Minister", "Q43", "2014-08-29", (GOVERNMENT,)),
        ("President", "Q884", "9999", BOTH),
        ("Prime Minister", "Q884", "9999", ()),
        ("Emperor of Japan", "Q17", "9999", (STATE,)),
        ("Acting President", "Q159", "2000-05-07", (STATE,)),
        ("President of the Council of Ministers", "Q38", "9999", (GOVERNMENT,)),
        ("United States Secretary of State", "Q30", "9999", ("ForeignMinister",)),
        ("Foreign Secretary of the United Kingdom", "Q145", "9999", ("ForeignMinister",)),
        ("Foreign Secretary of India", "Q668", "9999", ()),
        ("Chancellor of the Exchequer", "Q145", "9999", ("FinanceMinister",)),
        ("ambassador to the United States of America", "Q668", "9999", ("Envoy",)),
        ("Chief Minister of Gujarat", "Q668", "9999", ("RegionalLeader",)),
        ("Governor of the Central Bank", "Q159", "9999", ()),
        ("President of the Senate", "Q30", "9999", ()),
        ("Premier of Ontario", "Q16", "9999", ()),
        ("Secretary of State for Health and Social Care", "Q145", "9999", ()),
        ("Deputy Minister of Foreign Affairs", "Q159", "9999", ()),
        ("First Deputy Prime Minister", "Q159", "9999", ("DeputyHead",)),
        ("Secretary General of NATO", "Q20", "9999", ("SecretaryGeneral",)),
    ],
)
def test_an_office_is_what_its_constitution_makes_it(
    gazetteer: Gazetteer, label: str, country: str, day: str, classes: tuple[str, ...]
) -> None:
    """Heads of state and of government are kept apart by country and time, and only a name in full counts."""
    assert office_classes(label, gazetteer.entry(country), day=day) == classes


def test_a_president_of_an_organization_is_no_head_of_state(gazetteer: Gazetteer) -> None:
    """What is an office of an organization is none of a state."""
    assert office_classes("President", gazetteer.entry("Q458")) == ()


@pytest.mark.parametrize(
    ("label", "of", "elsewhere", "classes"),
    [
        ("Prime Minister", None, False, (GOVERNMENT,)),
        ("President", None, False, (STATE,)),
        ("President", "Q30", True, BOTH),
        ("President", "Q458", True, ()),
        ("President", None, True, ()),
        ("Minister of Foreign Affairs", None, False, ("ForeignMinister",)),
        ("Foreign Secretary", None, False, ()),
        ("Monarch", None, False, ()),
        ("Leader", "Q423", True, ()),
        ("Head", None, False, ()),
    ],
)
def test_a_name_without_a_country_is_an_office_of_a_state(
    gazetteer: Gazetteer, label: str, of: str | None, elsewhere: bool, classes: tuple[str, ...]
) -> None:
    """«Prime Minister», of whatever country, heads a government; a title of several offices, or of no state, has no class."""
    entry: GazetteerEntry | None = gazetteer.entry(of) if of is not None else None
    assert office_classes(label, entry, elsewhere=elsewhere) == classes
