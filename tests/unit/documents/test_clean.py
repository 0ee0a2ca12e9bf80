"""Cleaning of characters, and the offsets that lead back."""

from __future__ import annotations

import unicodedata

import pytest

from kg.documents.characters import Cleaned, clean_text
from kg.documents.clean import clean
from kg.documents.patterns import abbreviations
from kg.records import Article


def cleaned(text: str, *, begin: int = 0) -> Cleaned:
    return clean_text(text, abbreviations=abbreviations(), begin=begin)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("सड\u093cक", "सड\u093cक"),
        ("स\u095cक", "सड\u093cक"),
        ("\u095bमीन", "ज\u093cमीन"),
        ("कि\u093c", "क\u093cि"),
        ("क\u093c\u093c", "क\u093c"),
        ("न\u093c", "\u0929"),
        ("\u0929\u093c", "\u0929"),
        ("cafe\u0301", "caf\u00e9"),
        ("र\u094d\u200dय", "र\u094dय"),
        ("क\u094d\u200cष", "क\u094dष"),
        ("\ufeffसेना\u00ad \u200eऔर\u2060 पुलिस\ufe0f", "सेना और पुलिस"),
        ("से\x00ना\x07", "सेना"),
    ],
)
def test_one_spelling(given, expected):
    """Letters have one spelling and invisible marks are gone."""
    assert cleaned(given).text == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("‘हां’ ‚हां‛ `हां´ ′हां′", "'हां' 'हां' 'हां' 'हां'"),
        ("“हां” ”हां” „हां‟ «हां»", '"हां" "हां" "हां" "हां"'),
        ("''हां''", '"हां"'),
        ("‘‘हां’’", '"हां"'),
        ("भारत–चीन — वार्ता − 2", "भारत-चीन - वार्ता - 2"),
        ("एक\u00a0दो\u2003तीन\tचार   पांच ", "एक दो तीन चार पांच"),
        ("  आगे", "आगे"),
        ("हुआ|", "हुआ।"),
        ("हुआ । फिर |", "हुआ । फिर ।"),
        ("हुआ।। फिर ॥", "हुआ। फिर ।"),
        ("'हुआ'|", "'हुआ'।"),
        ("A | B", "A | B"),
    ],
)
def test_plain_marks(given, expected):
    """Quotes, dashes, spaces and dandas are the plain ones."""
    assert cleaned(given).text == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("वह आया है।मंगलवार को", "वह आया है। मंगलवार को"),
        ("आरोप लगाया.उन्होंने", "आरोप लगाया. उन्होंने"),
        ("कौन आया?वह", "कौन आया? वह"),
        ("आओ!वह", "आओ! वह"),
        ('"वह आया।"अब', '"वह आया।" अब'),
        ('आया।"अब"', 'आया। "अब"'),
        ("आया...फिर", "आया... फिर"),
        ("आया (कल)।फिर", "आया (कल)। फिर"),
        ("2020।फिर", "2020। फिर"),
    ],
)
def test_glued_sentences(given, expected):
    """Two sentences glued at their mark are parted by a space."""
    assert cleaned(given).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "एस.जयशंकर",
        "डॉ.वर्मा",
        "यू.पी.में",
        "के.वी.कामत",
        "द.अफ्रीका",
        "90किमी.की",
        "8.5 और ८.५",
        "१२.३०बजे",
        "https://example.org/a.html?क=1",
        "समाचार.कॉम",
        "www.example.com",
        "डॉ. वर्मा",
        "आया।",
        "आया.",
    ],
)
def test_no_space_inside(text):
    """Numbers, initials, abbreviations and addresses stay in one piece."""
    assert cleaned(text).text == text


def test_offsets_of_what_changed():
    """Composed, doubled, dropped and inserted characters stand where their originals do."""
    #        0 1 2     3     4  5 6 7 8      9 10
    text = "स\u095cक\u200d  है।तब"
    result = cleaned(text, begin=100)
    assert result.text == "सड\u093cक है। तब"
    assert result.offsets == (100, 101, 101, 102, 104, 106, 107, 108, 109, 109, 110, 111)


def test_offsets_of_parts():
    """A part of a cleaned text has no spaces at its sides and keeps its offsets."""
    part = cleaned("एक  दो  तीन").part(2, 6)
    assert part == Cleaned(text="दो", offsets=(4, 5, 6))


def test_end_excludes_what_follows():
    """The end of a line's last word leaves out the spaces and marks behind it."""
    text = "सेना \u200b  \n"
    (passage,) = clean(Article(id="a", text=text)).passages
    assert passage.offsets == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_line_ends(end):
    """Every kind of line end parts lines and counts in the offsets."""
    first, second = "सेना आगे बढ़ी।", "पुलिस पीछे हटी।"
    text = first + end + end + second
    passages = clean(Article(id="a", text=text)).passages
    assert [passage.text for passage in passages] == [unicodedata.normalize("NFC", one) for one in (first, second)]
    assert passages[1].offsets[0] == len(first + end + end)


def test_blank_article():
    """A text of nothing but spaces has no passages."""
    assert clean(Article(id="a", text=" \n\u200b\n")).passages == ()


def test_article_is_kept():
    """The article comes back as it was given."""
    article = Article(id="a", text="सेना\u200d आगे बढ़ी।")
    assert clean(article).article is article
