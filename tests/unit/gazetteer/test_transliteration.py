"""Hindi names in Latin letters, and Latin names in Devanagari."""

from __future__ import annotations

import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import transliteration as trainer
from kg.gazetteer.normal import normal_form
from kg.gazetteer.transliteration import MODEL, devanagari, pieces, romanised


@pytest.mark.parametrize(
    ("hindi", "latin"),
    [
        ("व्लादिमीर पुतिन", "Vlādimīr Putin"),
        ("नरेंद्र मोदी", "Narēndra Mōdī"),
        ("नरेन्द्र", "Narēndra"),
        ("जयशंकर", "Jayśaṅkar"),
        ("मनमोहन सिंह", "Manmōhan Siṁh"),
        ("लखनऊ", "Lakhnaū"),
        ("कमला हैरिस", "Kamlā Hairis"),
        ("उत्तर प्रदेश", "Uttar Pradēś"),
        ("किम जोंग उन", "Kim Jōṅg Un"),
        ("रूस", "Rūs"),
        ("भारत", "Bhārat"),
        ("चीन", "Cīn"),
        ("मॉस्को", "Môskō"),
        ("ज़ेलेंस्की", "Zēlēṁskī"),
        ("गाँधी", "Gām̐dhī"),
        ("कृष्ण", "Kr̥ṣṇa"),
        ("धर्म", "Dharm"),
        ("चंद्रमा", "Candramā"),
        ("पंजाब", "Pañjāb"),
        ("कंबोडिया", "Kambōḍiyā"),
        ("पंडित", "Paṇḍit"),
        ("लद्दाख़", "Laddāk͟h"),
        ("फ़्रांस", "Frāṁs"),
        ("गुड़गांव", "Guṛgāṁv"),
        ("पढ़ना", "Paṛhnā"),
        ("झारखंड", "Jhārkhaṇḍ"),
        ("ऐश्वर्या", "Aiśvaryā"),
        ("औरंगाबाद", "Auraṅgābād"),
        ("ओमान", "Ōmān"),
        ("ईरान", "Īrān"),
        ("एशिया", "Ēśiyā"),
        ("ऋषि", "R̥ṣi"),
        ("जी-20", "Jī-20"),
        ("जी-२०", "Jī-20"),
        ("यूएन (UN)", "Yūēn (UN)"),
        ("", ""),
        ("क", "Ka"),
        ("राम", "Rām"),
        ("जनता", "Jantā"),
        ("सरकार", "Sarkār"),
        ("बांग्लादेश", "Bāṅglādēś"),
        ("काठमांडू", "Kāṭhmāṇḍū"),
        ("दुःख", "Duḥkh"),
    ],
)
def test_a_hindi_name_in_latin_letters(hindi: str, latin: str) -> None:
    """ISO 15919, without the inherent vowels that Hindi does not speak."""
    assert romanised(hindi) == latin


@pytest.mark.parametrize(
    ("latin", "hindi"),
    [
        ("John Kerry", "जॉन केरी"),
        ("Mélanie Joly", "मेलानी जोली"),
        ("Narendra Modi", "नरेंद्र मोदी"),
        ("Wang Yi", "वांग यी"),
        ("Michael Smith", "माइकल स्मिथ"),
        ("J. P. Kumar", "जे. पी. कुमार"),
        ("Jean-Pierre", "ज्यां-पियरे"),
        ("François", "फ्रांस्वा"),
        ("Sergei Lavrov", "सर्गेई लावरोव"),
        ("Ahmed al-Hassan", "अहमद अल-हसन"),
        ("रूस", "रूस"),
        ("", ""),
    ],
)
def test_a_latin_name_in_devanagari(latin: str, hindi: str) -> None:
    """Names are written as the Hindi press most likely writes them."""
    assert normal_form(devanagari(latin)) == normal_form(hindi)


@given(st.text())
def test_any_text_can_be_given(text: str) -> None:
    """Nothing raises, and Devanagari has no Devanagari letter left in Latin."""
    assert not re.search("[\u0904-\u0939\u0958-\u0961]", romanised(text))
    devanagari(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_a_latin_word_leaves_no_latin_letter(word: str) -> None:
    """Every word of Latin letters is written in Devanagari alone."""
    assert not re.search("[a-z]", devanagari(word))


@given(st.text(alphabet="कखगज़ाीुे्ंअआमरल", max_size=10))
def test_pieces_make_up_the_word(word: str) -> None:
    """What a word is cut into for training is the word."""
    assert "".join(pieces(word)) == "".join(pieces("".join(pieces(word))))


def test_the_model_is_what_the_script_trains() -> None:
    """The stored model is made from the tables and the code of today, and so it is again."""
    made = gzip.decompress(trainer.stored(trainer.pairs()))
    assert made == gzip.decompress(MODEL.read_bytes())


def test_the_names_of_office_holders_are_what_the_model_writes() -> None:
    """A part of the table of office-holders, spread over it, has the Hindi names that the model gives."""
    rows = [row for row in trainer.rows() if row[0] != "qid"][::997]
    assert [row[2] for row in rows] == [devanagari(row[1]) for row in rows]
