"""Normal and display forms of names."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.normal import alternatives, display_form, normal_form

DEVANAGARI = st.characters(min_codepoint=0x900, max_codepoint=0x97F)
TEXT = st.text(alphabet=st.one_of(DEVANAGARI, st.sampled_from(" -.यीेन्मिुज़्रूAaéॉऑ॰\u200d"), st.characters()), max_size=14)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("हिन्द महासागर", "हिंद महासागर"),
        ("ट्रम्प", "ट्रंप"),
        ("सङ्घ", "संघ"),
        ("पञ्जाब", "पंजाब"),
        ("झारखण्ड", "झारखंड"),
        ("फ्रान्स", "फ्रांस"),
        ("लन्दन", "लंदन"),
        ("राँची", "रांची"),
        ("ज़ेलेंस्की", "जेलेंस्की"),
        ("छत्तीसगढ़", "छत्तीसगढ"),
        (unicodedata.normalize("NFD", "क़तर"), "कतर"),
        ("नयी दिल्ली", "नई दिल्ली"),
        ("तुर्किये", "तुर्किए"),
        ("कोरियायी", "कोरियाई"),
        ("यू.एन.", "यूएन"),
        ("यू॰एस॰", "यूएस"),
        ("एस. जयशंकर", "एस जयशंकर"),
        ("किम जोंग-उन", "किम जोंग उन"),
        ("अल–कायदा", "अल कायदा"),
        ("जी-२०", "जी-20"),
        ("नेतन्याहु", "नेतन्याहू"),
        ("मुर्मु", "मुर्मू"),
        ("रुस", "रूस"),
        ("सर्गेइ लावरोव", "सर्गेई लावरोव"),
        ("परिषद्", "परिषद"),
        ("मोल्डोवा", "मॉल्डोवा"),
        ("‘तास’", "तास"),
        ("क्षे\u200dत्र", "क्षेत्र"),
        ("  मध्य   पूर्व ", "मध्य पूर्व"),
        ("NATO", "nato"),
        ("Erdoğan", "erdogan"),
        ("दुःख", "दुख"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    """The variants that the press writes have one normal form and one display form."""
    assert normal_form(one) == normal_form(other)
    assert display_form(one) == display_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("रूस", "रास"),
        ("नाइजर", "नाइजीरिया"),
        ("ईरान", "इराक"),
        ("गिनी", "घाना"),
        ("शी", "सी"),
        ("मोदी", "मोती"),
        ("किम जोंग उन", "किम जोंग इल"),
        ("उत्तर कोरिया", "दक्षिण कोरिया"),
        ("बाली", "माली"),
        ("ओमान", "अम्मान"),
        ("जॉन", "जान"),
        ("कन्या", "कंया"),
        ("अन्नान", "अनान"),
        ("दमिश्क", "दमिष्क"),
        ("येरुशलम", "एरुशलम"),
    ],
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    """What tells two names apart is kept."""
    assert normal_form(one) != normal_form(other)


@given(TEXT)
def test_a_normal_form_is_its_own(name: str) -> None:
    """The normal form of a normal form is itself."""
    assert normal_form(normal_form(name)) == normal_form(name)


@given(TEXT)
def test_a_display_form_follows_from_the_normal_form(name: str) -> None:
    """The display form is a function of the normal form and has the same normal form."""
    assert display_form(name) == display_form(normal_form(name))
    assert normal_form(display_form(name)) == normal_form(name)


@pytest.mark.parametrize(
    ("name", "shown"), [("ॠषि", "ॠषी"), ("ऋषी सुनक", "ऋषि सुनक"), ("रुसी", "रूसी"), ("धनखड", "धनखड़"), ("गुरू", "गुरु")]
)
def test_a_display_form_reads_well(name: str, shown: str) -> None:
    """A word of the table of spellings is shown as the table has it."""
    assert display_form(name) == shown


@pytest.mark.parametrize("name", ["", " ", "।", "-", "…", "\u200d"])
def test_what_is_no_word_has_an_empty_form(name: str) -> None:
    """Punctuation and blanks have an empty normal form."""
    assert normal_form(name) == ""


def test_english_o_is_read_both_ways() -> None:
    """A name with ॉ is looked for with ो and with ा."""
    assert alternatives("वॉशिंगटन") == ("वोशिंगटन", "वाशिंगटन")
    assert [entry.id for entry in Gazetteer.load().lookup("आस्ट्रेलिया")] == ["Q408"]
