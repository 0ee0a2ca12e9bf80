"""How names sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.honorifics import without_honorifics
from kg.gazetteer.sound import acronym_in_other_letters, similarity, skeleton, skeletons_near, sound


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("किम जोंग उन", "kim jong un"),
        ("ज़ेलेंस्की", "jelenski"),
        ("जेलेन्स्की", "jelenski"),
        ("Smith", "smit"),
        ("Mélanie Joly", "melani joli"),
        ("Xi", "xi"),
        ("शी", "xi"),
        ("ऋषि", "rixi"),
        ("एस. जयशंकर", "es jyxnkr"),
        ("", ""),
        ("।", ""),
    ],
)
def test_a_name_in_either_script_has_a_sound(name: str, expected: str) -> None:
    """Letters that the press confuses sound alike, and the inherent vowel is left out."""
    assert sound(name) == expected


@given(st.text())
def test_any_text_has_a_sound_of_plain_letters(text: str) -> None:
    """Whatever is given, the sound is made of Latin letters, digits and spaces, and its skeleton of consonants."""
    heard = sound(text)
    assert heard.isascii() and all(letter.isalnum() or letter == " " for letter in heard)
    assert set(skeleton(heard)) <= set("kgcstdnmpbrlqwzxjfv")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("बेलौसोव", "बेलूसोव"),
        ("ज़ेलेंस्की", "जेलेन्स्की"),
        ("शी चिनफिंग", "शी जिनपिंग"),
        ("मैक्रों", "मैक्रोन"),
        ("व्लादिमीर", "ब्लादीमिर"),
        ("नेतन्याहू", "नेतान्याहु"),
        ("मोहम्मद", "मुहम्मद"),
    ],
)
def test_spellings_of_one_name_have_one_skeleton(one: str, other: str) -> None:
    """What Hindi print varies is one class of consonants, or none."""
    assert skeleton(sound(one)) == skeleton(sound(other))
    assert similarity(sound(one).split(), sound(other).split()) > 0.8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("अमित शाह", "अमित शर्मा"),
        ("राजेश कुमार", "राजीव कुमार"),
        ("जॉन केरी", "जॉन मेजर"),
        ("सुनील", "सोनल"),
        ("इराक", "ईरान"),
    ],
)
def test_other_names_are_less_alike_than_spellings_of_one(one: str, other: str) -> None:
    """A name is no more alike than its least alike word allows."""
    assert similarity(sound(one).split(), sound(other).split()) < 0.8


def test_skeletons_near_differ_in_one_consonant() -> None:
    """One lacking, one other, one more; each once, and not the skeleton itself. A short one has none."""
    near = list(skeletons_near("mkrn"))
    assert {"mkr", "mkrl", "mkrnk"} <= set(near)
    assert len(near) == len(set(near)) and "mkrn" not in near
    assert list(skeletons_near("mkr")) == []


@pytest.mark.parametrize(
    ("key", "expected"),
    [("un", "यूएन"), ("यूएन", "un"), ("ईयू", "eu"), ("आईएमएफ", "imf"), ("नाटो", ""), ("a", ""), ("के", ""), ("रूस", "")],
)
def test_an_acronym_is_read_in_the_other_script(key: str, expected: str) -> None:
    """Letters are read by their Hindi names; what is no acronym gives nothing."""
    assert acronym_in_other_letters(key) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("राष्ट्रपति व्लादिमीर पुतिन", "व्लादिमीर पुतिन"),
        ("डॉ. एस. जयशंकर", "एस जयशंकर"),
        ("पूर्व प्रधानमंत्री मनमोहन सिंह जी", "मनमोहन सिंह"),
        ("लेफ्टिनेंट जनरल मनोज नरवाने", "मनोज नरवाने"),
        ("महासचिव", "महासचिव"),
        ("अमित शाह", "अमित शाह"),
    ],
)
def test_honorifics_and_offices_are_no_part_of_a_name(name: str, expected: str) -> None:
    """What stands around a name is left out, but never all there is."""
    assert without_honorifics(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("आंद्रेई बेलूसोव", "Q4082839"),
        ("शी चिन फिंग", "Q15031"),
        ("राष्ट्रपति एर्दोआन", "Q39259"),
        ("सुब्रमण्यम जयशंकर", "Q16186720"),
        ("वी. पुतिन", "Q7747"),
        ("Nikol Pashinyan", "Q7035479"),
        ("दमासकस", "Q3766"),
    ],
)
def test_a_spelling_never_seen_is_found(gazetteer: Gazetteer, name: str, expected: str) -> None:
    """The entry whose name sounds most like the one given is the first of those alike."""
    assert gazetteer.lookup(name) == () or gazetteer.lookup(name)[0].id == expected
    assert gazetteer.similar(name)[0][0].id == expected


def test_holders_of_an_office_are_found_by_surname(gazetteer: Gazetteer) -> None:
    """A surname is compared with those alone who held the office."""
    (best, alike), *_ = gazetteer.holders("सेर्ड्युकोव", country="Q159", office="defence")
    assert best.label_en == "Anatoliy Serdyukov" and alike > 0.8
    assert gazetteer.holders("सेर्ड्युकोव", country="Q668", office="defence") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ममता बनर्जी", "Mamata Banerjee"),
        ("अनंत कुमार", "Anant Kumar"),
        ("नाइक", "Naik"),
        ("नित्यानंद राय", "Nityanand Rai"),
        ("हर्ष वर्धन", "Harsh Vardhan"),
        ("गौड़ा", "Gowda"),
        ("राव", "Rao"),
        ("मैकनेनी", "McEnany"),
    ],
)
def test_a_name_sounds_like_its_english_spelling(one: str, other: str) -> None:
    """Consonants with a vowel between are two («ममता»), and English has its own ways to write what Hindi says."""
    assert similarity(sound(one).split(), sound(other).split()) > 0.75


def test_a_name_may_lack_its_first_or_last_word_where_parts_count() -> None:
    """«हरसिमरत कौर» may be «हरसिमरत कौर बादल», at a price; of organizations the rest is another one."""
    one, other = sound("हरसिमरत कौर").split(), sound("हरसिमरत कौर बादल").split()
    assert similarity(one, other) < similarity(one, other, parts=True) == similarity(other, one, parts=True) <= 0.8
