"""The shipped models, loaded once, on sentences of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ModelError
from kg.language.parser import Need, Parser
from kg.records import Article, CleanArticle, Passage, PassageKind
from kg.settings import Settings

TEXT = "भारत और चीन के बीच वार्ता हुई। नरेंद्र मोदी दिल्ली में हैं।"


def clean(text: str) -> CleanArticle:
    passage = Passage(kind=PassageKind.BODY, text=text, offsets=tuple(range(len(text) + 1)))
    return CleanArticle(article=Article(id="a", text=text), passages=(passage,))


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(models_dir=Settings().models_dir)


@pytest.mark.model
def test_tokens_are_the_text_at_their_offsets(parser: Parser) -> None:
    """Every token is the article's text between its offsets, in two sentences that both have trees."""
    document = parser.parse(clean(TEXT))
    assert len(document.sentences) == 2
    assert all(sentence.parsed for sentence in document.sentences)
    for sentence in document.sentences:
        assert all(TEXT[token.begin : token.end] == token.text for token in sentence.tokens)
        assert sum(token.head == -1 for token in sentence.tokens) == 1


@pytest.mark.model
def test_a_sentence_that_needs_no_tree_gets_none(parser: Parser) -> None:
    """A sentence for which only names are asked keeps its names and has no tree."""
    whole = parser.parse(clean(TEXT))
    light = parser.parse(clean(TEXT), select=lambda words: Need.NAMES if "मोदी" in words else Need.TREE)
    assert [sentence.parsed for sentence in light.sentences] == [True, False]
    assert [s.names for s in light.sentences] == [s.names for s in whole.sentences]
    assert light.sentences[0] == whole.sentences[0]


def test_missing_models_are_an_error_with_words(tmp_path: Path) -> None:
    """A folder without models raises ModelError that names the folder."""
    with pytest.raises(ModelError, match="no models"):
        Parser(models_dir=tmp_path)
