"""Stored parses come back as they went."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError
from kg.language import conllu
from kg.records import Article, Dateline, Document, NameSpan, PassageKind, Sentence, Token

ARTICLE = Article(id="भ/1 x", text="नेपाल के मंत्री आए।")

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
WORDS = TEXTS.filter(bool)
COUNTS = st.integers(0, 9999)
NUMBERS = st.none() | st.integers(0, 3000)
DATELINES = st.builds(
    Dateline,
    text=TEXTS,
    place=st.none() | TEXTS,
    day=NUMBERS,
    month=NUMBERS,
    year=NUMBERS,
    weekday=NUMBERS,
    begin=COUNTS,
    end=COUNTS,
)
FEATURES = st.dictionaries(st.sampled_from(["Case", "Number", "Gender"]), WORDS, max_size=3)


@st.composite
def names(draw: st.DrawFn, length: int) -> tuple[NameSpan, ...]:
    """Names in order, apart from each other."""
    edges = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(NameSpan(begin=b, end=e, tag=draw(st.sampled_from(["PER", "LOC"]))) for b, e in pairs)


@st.composite
def stored_sentences(draw: st.DrawFn, index: int) -> Sentence:
    """Any sentence, parsed or not."""
    length = draw(st.integers(1, 5))
    tokens = [
        Token(
            index=at,
            text=draw(WORDS),
            begin=draw(COUNTS),
            end=draw(COUNTS),
            lemma=draw(TEXTS),
            upos=draw(TEXTS),
            feats=draw(FEATURES),
            head=draw(st.integers(-1, length - 1)),
            deprel=draw(TEXTS),
        )
        for at in range(length)
    ]
    return Sentence(
        index=index,
        tokens=tuple(tokens),
        names=draw(names(length)),
        begin=draw(COUNTS),
        end=draw(COUNTS),
        kind=draw(st.sampled_from(PassageKind)),
        passage=draw(COUNTS),
        parsed=draw(st.booleans()),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any document."""
    count = draw(st.integers(0, 3))
    return Document(
        article=dataclasses.replace(ARTICLE, id=draw(TEXTS)),
        sentences=tuple(draw(stored_sentences(index)) for index in range(count)),
        dateline=draw(st.none() | DATELINES),
    )


@given(documents())
def test_round_trip(document: Document) -> None:
    """`loads` gives back exactly the document that `dumps` wrote."""
    assert conllu.loads(conllu.dumps(document), document.article) == document


def test_columns() -> None:
    """A token stands in ten columns, with its offsets and name in the last."""
    tokens = (
        Token(
            index=0,
            text="नेपाल",
            begin=0,
            end=5,
            lemma="नेपाल",
            upos="PROPN",
            feats={"Number": "Sing", "Case": "Acc"},
            head=1,
            deprel="nmod",
        ),
        Token(index=1, text="आए", begin=16, end=18, lemma="आ", upos="VERB", deprel="root"),
    )
    sentence = Sentence(index=0, tokens=tokens, names=(NameSpan(begin=0, end=1, tag="LOC"),), begin=0, end=18)
    lines = conllu.dumps(Document(article=ARTICLE, sentences=(sentence,))).splitlines()
    assert lines[0] == '# newdoc id = "भ/1 x"'
    rows = [line for line in lines if line and not line.startswith("#")]
    assert rows == [
        "1\tनेपाल\tनेपाल\tPROPN\t_\tCase=Acc|Number=Sing\t2\tnmod\t_\tbegin=0|end=5|name=B-LOC",
        "2\tआए\tआ\tVERB\t_\t_\t0\troot\t_\tbegin=16|end=18",
    ]


def test_parses_of_another_article_are_refused() -> None:
    """Parses are not loaded over an article with another id."""
    text = conllu.dumps(Document(article=ARTICLE, sentences=()))
    with pytest.raises(DataError, match="not of 'other'"):
        conllu.loads(text, Article(id="other", text=""))


HEAD = "# kind = body\n# passage = 0\n# begin = 0\n# end = 1\n# parsed = yes\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1\tक\n", "line 1: It has 2 columns"),
        (HEAD + "1\tक\t_\t_\t_\t_\tx\t_\t_\tbegin=0|end=1\n", "line 6"),
        (HEAD + "1\tक\t_\t_\t_\t_\t0\t_\t_\t_\n", "line 6"),
        (HEAD.replace("body", "song") + "1\tक\t_\t_\t_\t_\t0\t_\t_\tbegin=0|end=1\n", "song"),
        ("# newdoc id = x\n", "not JSON"),
        ('# newdoc id = "भ/1 x"\n# dateline = {"where": 1}\n', "dateline"),
    ],
)
def test_a_wrong_file_is_an_error_with_words(text: str, words: str) -> None:
    """A line that cannot be read raises DataError that says which and why."""
    with pytest.raises(DataError, match=words):
        conllu.loads(text, ARTICLE)
