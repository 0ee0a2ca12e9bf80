"""Where words and sentences end, without a model: the tokenizer proposes white space alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError
from kg.language import boundaries
from kg.language.boundaries import LONGEST, Abbreviations, sentences, words

TABLE = Path(boundaries.__file__).parent / "data" / "abbreviations.tsv"
ABBREVIATIONS = Abbreviations.load(TABLE)


def spans(text: str) -> list[tuple[int, int]]:
    return words(text, [match.span() for match in re.finditer(r"\S+", text)], abbreviations=ABBREVIATIONS)


def split(text: str) -> str:
    """Words with a space between them, sentences with « / »."""
    return " / ".join(" ".join(text[b:e] for b, e in group) for group in sentences(text, spans(text)))


WORDS = [
    ("भारत-पाक सीमा", "भारत - पाक सीमा"),
    ("सू-सुक बोले", "सू - सुक बोले"),
    ("एस-400 प्रणाली", "एस - 400 प्रणाली"),
    ("2022-23 में", "2022 - 23 में"),
    ("रूस–चीन", "रूस – चीन"),
    ("वह -- शायद -- आए", "वह -- शायद -- आए"),
    ("10,000 सैनिक", "10,000 सैनिक"),
    ("3.5 अरब", "3.5 अरब"),
    ("१२.५ लाख", "१२.५ लाख"),
    ("10:30 बजे", "10:30 बजे"),
    ("13/09/2023 को", "13/09/2023 को"),
    ("13.09.2023 को", "13.09.2023 को"),
    ("50% वोट", "50 % वोट"),
    ("पुतिन,किम", "पुतिन , किम"),
    ("कहा:यह", "कहा : यह"),
    ("(नाटो)", "( नाटो )"),
    ("डॉ. राव", "डॉ. राव"),
    ("डॉ.राव", "डॉ. राव"),
    ("प्रो. सिंह", "प्रो. सिंह"),
    ("एस. जयशंकर", "एस. जयशंकर"),
    ("ए.के. शर्मा", "ए.के. शर्मा"),
    ("ए. के. शर्मा", "ए. के. शर्मा"),
    ("यू.एस. में", "यू.एस. में"),
    ("यू.एस में", "यू.एस में"),
    ("सी.आई.ए. ने", "सी.आई.ए. ने"),
    ("U.S. ने", "U.S. ने"),
    ("J. Smith", "J. Smith"),
    ("रु. 500", "रु. 500"),
    ("www.example.org/ख पर", "www.example.org/ख पर"),
    ("desk@example.org को", "desk@example.org को"),
    ("example.org के", "example.org के"),
    ("don't का", "don't का"),
    ("'साम्राज्यवाद' से", "' साम्राज्यवाद ' से"),
    ("‘साम्राज्यवाद‘ से", "‘ साम्राज्यवाद ‘ से"),
    ("लेकिन... नहीं", "लेकिन ... नहीं"),
    ("लेकिन… नहीं", "लेकिन … नहीं"),
]

SENTENCES = [
    ("वे आए। वे गए।", "वे आए । / वे गए ।"),
    ("वार्ता हुई है।मंगलवार को", "वार्ता हुई है । / मंगलवार को"),
    ("वे आए | वे गए |", "वे आए | / वे गए |"),
    ("वे आए|वे गए|", "वे आए | / वे गए |"),
    ("वे आए॥ वे गए॥", "वे आए ॥ / वे गए ॥"),
    ("वे आए।। वे गए।", "वे आए । । / वे गए ।"),
    ("उसने कहा. बैठक हुई.", "उसने कहा . / बैठक हुई ."),
    ("उसने कहा.बैठक हुई.", "उसने कहा . / बैठक हुई ."),
    ("डॉ. एस. जयशंकर यू.एस. गए। वे लौटे।", "डॉ. एस. जयशंकर यू.एस. गए । / वे लौटे ।"),
    ("वे भारत आई. वह खुश है।", "वे भारत आई . / वह खुश है ।"),
    ("सी. आई. ए. ने कहा।", "सी. आई. ए. ने कहा ।"),
    ("आई. के. राव बोले।", "आई. के. राव बोले ।"),
    ("मोदी जी. वे आए।", "मोदी जी . / वे आए ।"),
    ("1. भारत 2. चीन", "1. भारत 2 . / चीन"),
    ("यह 2023. वह 2024.", "यह 2023 . / वह 2024 ."),
    ("क्या वे आए? हां! आए।", "क्या वे आए ? / हां ! / आए ।"),
    ("क्या?! वे आए।", "क्या ? ! / वे आए ।"),
    ("“वे आए।” फिर गए।", "“ वे आए । ” / फिर गए ।"),
    ('"वे आए।" फिर गए।', '" वे आए । " / फिर गए ।'),
    ("'वे आए।' फिर गए।", "' वे आए । ' / फिर गए ।"),
    ("‘वे आए।‘ फिर गए।", "‘ वे आए । ‘ / फिर गए ।"),
    ('"वे आए। " फिर गए।', '" वे आए । " / फिर गए ।'),
    ('वे आए। "हम साथ हैं।"', 'वे आए । / " हम साथ हैं । "'),
    ('वे आए।"हम साथ हैं।"', 'वे आए । / " हम साथ हैं । "'),
    ('"वे आए।"पुतिन बोले।', '" वे आए । " / पुतिन बोले ।'),
    ('"वे आए।", पुतिन बोले।', '" वे आए । " , पुतिन बोले ।'),
    ("\"'वे आए।'\" वे बोले।", "\" ' वे आए । ' \" / वे बोले ।"),
    ("(वे आए।) फिर गए।", "( वे आए । ) / फिर गए ।"),
    ("उसने (क्या?) कहा।", "उसने ( क्या ? ) कहा ।"),
    ("आए। ...", "आए । ..."),
    ("— वे आए।", "— वे आए ।"),
    ("। वे आए।", "। वे आए ।"),
    ("हथियार पर बातचीत", "हथियार पर बातचीत"),
    ("***", "* * *"),
    ("10।5", "10 । 5"),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(text: str, expected: str) -> None:
    """The words of the text are those of the table."""
    assert split(text) == expected


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text: str, expected: str) -> None:
    """The sentences of the text are those of the table."""
    assert split(text) == expected


def test_a_cut_of_the_tokenizer_counts_where_no_rule_speaks() -> None:
    """The tokenizer may cut «500रुपये» in two, but neither a number nor a letter from its sign."""
    assert words("500रुपये", [(0, 3), (3, 8)], abbreviations=ABBREVIATIONS) == [(0, 3), (3, 8)]
    assert words("3.5", [(0, 1), (1, 3)], abbreviations=ABBREVIATIONS) == [(0, 3)]
    assert words("कि", [(0, 1), (1, 2)], abbreviations=ABBREVIATIONS) == [(0, 2)]


def test_a_very_long_sentence_is_cut_at_its_last_comma() -> None:
    """A sentence of more than `LONGEST` words is cut behind the last comma that leaves no part too long."""
    text = " ".join(["क"] * 199 + [","] + ["ख"] * 200)
    assert [len(group) for group in sentences(text, spans(text))] == [200, 200]


def test_a_very_long_sentence_without_commas_is_cut_at_the_limit() -> None:
    """Five thousand words without punctuation give sentences of `LONGEST` words."""
    text = " ".join(["क"] * 5000)
    assert {len(group) for group in sentences(text, spans(text))} == {LONGEST}


@given(st.text(alphabet="कखि्जीआई.एसके।|?!,'\"“”()0१9 -A:/", max_size=60))
def test_every_sign_is_in_one_word_of_one_sentence(text: str) -> None:
    """Whatever the text, the words of its sentences are its signs in order, without white space."""
    found = sentences(text, spans(text))
    assert "".join(text[b:e] for group in found for b, e in group) == "".join(text.split())
    assert all(group for group in found)


@pytest.mark.parametrize("row", ["क", "क\tverb\tx", "क\tword"])
def test_a_wrong_line_of_the_table_is_named(tmp_path: Path, row: str) -> None:
    """A line with a wrong kind or number of columns raises DataError with file and line."""
    path = tmp_path / "a.tsv"
    path.write_text(f"form\tkind\tgloss\n{row}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.tsv:2"):
        Abbreviations.load(path)


def test_a_missing_table_is_an_error_with_words(tmp_path: Path) -> None:
    """A table that is not there raises DataError."""
    with pytest.raises(DataError, match="cannot be read"):
        Abbreviations.load(tmp_path / "none.tsv")


def test_the_table_has_no_word_twice() -> None:
    """No form stands in the table of abbreviations under two kinds."""
    known = ABBREVIATIONS
    assert not (known.letters & known.words | known.letters & known.word_letters | known.words & known.word_letters)
