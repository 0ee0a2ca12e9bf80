"""Names in token sequences."""

from __future__ import annotations

import pytest

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.honorifics import without_honorifics
from kg.gazetteer.normal import normal_form


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def found(gazetteer: Gazetteer, text: str) -> list[tuple[str, str]]:
    tokens = text.split()
    return [(" ".join(tokens[spot.begin : spot.end]), spot.ids[0]) for spot in gazetteer.spot(tokens)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("उत्तर कोरिया के किम जोंग - उन", [("उत्तर कोरिया", "Q423"), ("किम जोंग - उन", "Q56226")]),
        ("व्लादिमिर पुतिन से मास्को में", [("व्लादिमिर पुतिन", "Q7747"), ("मास्को", "Q649")]),
        ("यू . एन . की बैठक", [("यू . एन", "Q1065")]),
        ("श्री लंका और श्रीलंका", [("श्री लंका", "Q854"), ("श्रीलंका", "Q854")]),
        ("दक्षिण चीन सागर में चीन", [("दक्षिण चीन सागर", "Q37660"), ("चीन", "Q148")]),
        ("उत्तर कोरियाई सैनिक", [("उत्तर कोरियाई", "Q423")]),
        ("अमेरिकियों ने अफगानों से", [("अमेरिकियों", "Q30"), ("अफगानों", "Q889")]),
        ("शाम को मेन रोड पर हवाई हमला", []),
        ("", []),
        (", । -", []),
    ],
)
def test_the_longest_known_names_are_found(gazetteer: Gazetteer, text: str, expected: list[tuple[str, str]]) -> None:
    """`spot` gives the longest names from the left, whatever their spelling, and nothing else."""
    assert found(gazetteer, text) == expected


def test_a_demonym_is_marked(gazetteer: Gazetteer) -> None:
    """An adjective of a country is a demonym, the country's name is not."""
    assert [spot.demonym for spot in gazetteer.spot(["रूसी", "और", "रूस"])] == [True, False]


@pytest.mark.parametrize("name", ["चीनी", "माली", "शी", "किम", "पाक", "मर्ज"])
def test_a_common_word_is_short(gazetteer: Gazetteer, name: str) -> None:
    """A name that is also a common word, or very short, is marked as short."""
    assert [spot.short for spot in gazetteer.spot([name])] == [True]


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("पं. जवाहरलाल नेहरू", "जवाहरलाल नेहरु"),
        ("सैयद यूसुफ रजा गिलानी", "यूसुफ रजा गिलानी"),
        ("सैयद अकबरुद्दीन", "सैयद अकबरुद्दीन"),
        ("राजा फारूक हैदर खान", "फारूक हैदर खान"),
    ],
)
def test_what_is_a_name_as_well_goes_only_before_a_whole_name(name: str, bare: str) -> None:
    """«सैयद» and «राजा» are titles before two words or more, and names before one."""
    assert without_honorifics(name) == normal_form(bare)


def test_a_name_is_as_common_as_its_parts(gazetteer: Gazetteer) -> None:
    """Where many have the first word and many the last, many have both."""
    rare, common = gazetteer.commonness("Q8000233"), gazetteer.commonness("Q59309198")  # Wilbur Ross, Mohammad Iqbal
    assert 0 <= rare < 0.3 < 0.6 < common <= 1
    assert gazetteer.commonness("Q668") == 0
