"""What holds for the cleaning of any text."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.documents.characters import clean_text
from kg.documents.clean import clean
from kg.documents.patterns import abbreviations
from kg.records import Article, PassageKind

HINDI = "कनरडएआहैिाेंँःऽ़्\u0929\u0958\u095c०१।॥|.?!,:;'\"`‘’“”«»()[]-–—… \t\u00a0\u200b\u200c\u200d\u00ad\ufeff"
OTHER = "aéZ1\u0301\u0338\u0345\u09c7\u09be\u1100\u1161\u11a8\x00\x0b\ud800\U0001f600\ufe0f"
PIECES = ["दिल्ली", "नई दिल्ली", "(भाषा)", "13 सितंबर", "है", "उन्होंने कहा", "डॉ", "Russia:", "यह भी पढ़ें", "\n", "\r\n", "। "]
lines = st.text(st.sampled_from(HINDI + OTHER), max_size=60)
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), lines), max_size=12).map("".join),
)


def cleaned(text: str):
    return clean_text(text, abbreviations=abbreviations())


@given(lines)
@settings(max_examples=500, deadline=None)
def test_cleaning_twice(text):
    """Cleaning a cleaned line changes nothing."""
    once = cleaned(text)
    twice = cleaned(once.text)
    assert twice.text == once.text
    assert twice.offsets == tuple(range(len(once.text) + 1))


@given(texts)
@settings(max_examples=200, deadline=None)
def test_offsets(text):
    """The offsets of an article's passages never decrease, lie in the text, and number one more than the characters."""
    last = 0
    for passage in clean(Article(id="a", text=text)).passages:
        assert len(passage.offsets) == len(passage.text) + 1
        for offset in passage.offsets:
            assert last <= offset <= len(text)
            last = offset


@given(lines)
@settings(max_examples=500, deadline=None)
def test_letters(text):
    """Letters of the cleaned line are the letters of the original, composed, in their order."""

    def letters(some: str) -> list[str]:
        visible = "".join(char for char in some if unicodedata.category(char) not in ("Cf", "Cc", "Cs"))
        visible = visible.replace("\u034f", "").replace("\ufe0f", "")
        return [char for char in unicodedata.normalize("NFC", visible) if unicodedata.category(char).startswith("L")]

    # A late nukta composes with न only after it was moved, so both sides are compared decomposed.
    def bare(chars: list[str]) -> str:
        return "".join(c for c in unicodedata.normalize("NFD", "".join(chars)) if unicodedata.category(c)[0] == "L")

    assert bare(letters(cleaned(text).text)) == bare(letters(text))


@given(lines)
@settings(max_examples=500, deadline=None)
def test_letters_at_their_offsets(text):
    """A Devanagari letter of the cleaned line stands in the original at its offset, its nukta aside."""
    result = cleaned(text)
    for char, offset in zip(result.text, result.offsets, strict=False):
        if "\u0904" <= char <= "\u0939":
            assert unicodedata.normalize("NFD", text[offset])[0] == unicodedata.normalize("NFD", char)[0]


@given(texts)
@settings(max_examples=200, deadline=None)
def test_words_lead_back(text):
    """A body passage cleaned again from the characters that it stands for gives its text again."""
    for passage in clean(Article(id="a", text=text)).passages:
        begin, end = passage.offsets[0], passage.offsets[-1]
        if passage.kind is not PassageKind.BODY or '"' in passage.text or "'" in passage.text:
            continue  # whether a quote closes depends on those before it on the line
        if not passage.text[0].isalnum():
            continue  # how a mark is cleaned depends on the word before it, which may have been a dateline
        assert cleaned(text[begin:end]).text == passage.text
