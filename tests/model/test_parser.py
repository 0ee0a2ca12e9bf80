"""The shipped models, loaded once, on sentences of our own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ModelError, UsageError
from kg.language import conllu
from kg.language.labels import LOC, PER
from kg.language.parser import Parser
from kg.language.selection import Need
from kg.records import Article, CleanArticle, Document, Passage, PassageKind

pytestmark = pytest.mark.model

TEXT = "भारत और चीन के बीच वार्ता हुई। नरेंद्र मोदी दिल्ली में हैं।"
OTHER = "फ्रांस के राष्ट्रपति ने बुधवार को रोम में कहा, “हम शांति चाहते हैं।” इसके बाद वे लौट गए।"
LISTED = "संयुक्त राष्ट्र महासचिव एंटोनियो गुटेरेस ने 3.5 अरब डॉलर की सहायता मांगी है।सोमवार को बैठक होगी |"


def clean(*lines: str, kinds: Sequence[PassageKind] = (), id: str = "a") -> CleanArticle:
    """An article of lines that need no cleaning."""
    passages, begin = [], 0
    for at, line in enumerate(lines):
        offsets = tuple(range(begin, begin + len(line) + 1))
        passages.append(Passage(kind=kinds[at] if kinds else PassageKind.BODY, text=line, offsets=offsets))
        begin += len(line) + 1
    return CleanArticle(article=Article(id=id, text="\n".join(lines)), passages=tuple(passages))


def texts(document: Document) -> list[str]:
    return [" ".join(token.text for token in sentence.tokens) for sentence in document.sentences]


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def test_tokens_are_the_text_at_their_offsets(parser: Parser) -> None:
    """Every token is the article's text between its offsets, and every sentence has one root."""
    document = parser.parse(clean(TEXT, OTHER, LISTED))
    assert len(document.sentences) == 6
    for sentence in document.sentences:
        assert sentence.parsed
        assert all(document.article.text[token.begin : token.end] == token.text for token in sentence.tokens)
        assert sum(token.head == -1 for token in sentence.tokens) == 1
        assert all(token.upos and token.lemma and token.deprel for token in sentence.tokens)


def test_offsets_count_in_the_article_as_it_was_given(parser: Parser) -> None:
    """Where cleaning took a mark away, the token behind it keeps its place and the one before it does not hold the mark."""
    original = "नेपाल\u200b के मंत्री आए।"
    text = original.replace("\u200b", "")
    offsets = tuple(at for at, sign in enumerate(original) if sign != "\u200b")
    passage = Passage(kind=PassageKind.BODY, text=text, offsets=(*offsets, len(original)))
    document = parser.parse(CleanArticle(article=Article(id="a", text=original), passages=(passage,)))
    tokens = document.sentences[0].tokens
    assert [original[token.begin : token.end] for token in tokens] == ["नेपाल", "के", "मंत्री", "आए", "।"]


def test_sentences_end_where_news_ends_them(parser: Parser) -> None:
    """A quote that closes behind a danda ends the sentence, and so do a stuck danda and a pipe."""
    assert texts(parser.parse(clean(OTHER, LISTED))) == [
        "फ्रांस के राष्ट्रपति ने बुधवार को रोम में कहा , “ हम शांति चाहते हैं । ”",
        "इसके बाद वे लौट गए ।",
        "संयुक्त राष्ट्र महासचिव एंटोनियो गुटेरेस ने 3.5 अरब डॉलर की सहायता मांगी है ।",
        "सोमवार को बैठक होगी |",
    ]


def test_names_are_found(parser: Parser) -> None:
    """A person and a city are names with their tags."""
    sentence = parser.parse(clean(TEXT)).sentences[1]
    found = {(" ".join(t.text for t in sentence.tokens[n.begin : n.end]), n.tag) for n in sentence.names}
    assert found == {("नरेंद्र मोदी", PER), ("दिल्ली", LOC)}


def test_a_sentence_that_needs_no_tree_gets_none(parser: Parser) -> None:
    """A sentence for which only names are asked has the same names, no tags and no tree."""
    whole = parser.parse(clean(TEXT))
    light = parser.parse(clean(TEXT), select=lambda words: Need.NAMES if "मोदी" in words else Need.TREE)
    assert [sentence.parsed for sentence in light.sentences] == [True, False]
    assert [s.names for s in light.sentences] == [s.names for s in whole.sentences]
    assert light.sentences[0] == whole.sentences[0]
    assert {(t.upos, t.lemma, t.deprel, t.head) for t in light.sentences[1].tokens} == {("", "", "", -1)}


def test_a_sentence_that_needs_nothing_gets_tokens_alone(parser: Parser) -> None:
    """A sentence for which nothing is asked has tokens, but neither names nor a tree."""
    document = parser.parse(clean(TEXT), select=lambda words: Need.NOTHING)
    assert texts(document) == texts(parser.parse(clean(TEXT)))
    assert not any(sentence.names or sentence.parsed for sentence in document.sentences)


def test_boilerplate_makes_no_sentence_and_a_byline_no_names(parser: Parser) -> None:
    """Boilerplate is left out; a byline has tokens alone; both keep their place among the passages."""
    kinds = [PassageKind.BYLINE, PassageKind.BOILERPLATE, PassageKind.BODY]
    document = parser.parse(clean("दिल्ली, संवाददाता", "Leave a Reply", TEXT, kinds=kinds))
    assert [sentence.passage for sentence in document.sentences] == [0, 2, 2]
    assert document.sentences[0].kind is PassageKind.BYLINE
    assert not document.sentences[0].names
    assert not document.sentences[0].parsed


def test_an_article_without_text_has_no_sentences(parser: Parser) -> None:
    """Nothing but boilerplate and white space gives a document without sentences."""
    kinds = [PassageKind.BOILERPLATE, PassageKind.BODY]
    assert parser.parse(clean("Leave a Reply", "  ", kinds=kinds)).sentences == ()
    assert parser.parse(clean()).sentences == ()


def test_a_document_has_the_same_parses_alone_and_among_others(parser: Parser) -> None:
    """What is parsed before or after a document changes no bit of its records."""
    inputs = {line: clean(line, TEXT if line != TEXT else OTHER, id=line[:3]) for line in (TEXT, OTHER, LISTED)}
    alone = {line: Parser().parse(inputs[line]) for line in (TEXT, LISTED)}
    among = {line: parser.parse(one) for line, one in inputs.items()}
    backwards = {line: parser.parse(one) for line, one in reversed(inputs.items())}
    assert among == backwards
    assert alone == {line: among[line] for line in alone}


def test_stored_parses_of_real_models_come_back(parser: Parser) -> None:
    """What the models say goes through CoNLL-U unchanged."""
    one = clean(TEXT, OTHER, LISTED)
    document = parser.parse(one)
    assert conllu.loads(conllu.dumps(document), one.article) == document


def test_a_sentence_without_end_and_a_word_without_end_go_through(parser: Parser) -> None:
    """A thousand words without a danda and one word of a hundred thousand signs are parsed in pieces."""
    document = parser.parse(clean("शांति " * 1000, "क" * 100_000))
    assert [len(sentence.tokens) for sentence in document.sentences] == [250, 250, 250, 250, 1]
    assert document.sentences[-1].tokens[0].text == "क" * 100_000


def test_models_run_on_one_thread() -> None:
    """Whoever makes a parser has torch on one thread from then on, whatever was set before."""
    import torch

    torch.set_num_threads(2)
    Parser()
    assert torch.get_num_threads() == 1


def test_a_document_is_one_batch(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each model is called once for all sentences of a document, not once a sentence."""
    calls: list[str] = []
    for name, processor in parser._pipeline.processors.items():

        def counted(document: object, *, name: str = name, process: Any = processor.process) -> object:
            calls.append(name)
            return process(document)

        monkeypatch.setattr(processor, "process", counted)
    parser.parse(clean(TEXT, OTHER, LISTED))
    assert sorted(calls) == ["depparse", "lemma", "ner", "pos", "tokenize"]


def test_the_hash_names_the_models(parser: Parser) -> None:
    """The hash of the models is a SHA-256, the same for each parser."""
    assert len(parser.model_hash) == 64
    assert parser.model_hash == Parser().model_hash


def test_missing_models_are_an_error_with_words(tmp_path: Path) -> None:
    """A folder without models raises ModelError that names the folder."""
    with pytest.raises(ModelError, match="no models") as found:
        Parser(models_dir=tmp_path)
    assert str(tmp_path) in str(found.value)


def test_broken_models_are_an_error_with_words(tmp_path: Path) -> None:
    """A folder whose list of models is empty raises ModelError."""
    (tmp_path / "resources.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Parser(models_dir=tmp_path)


def test_models_that_are_not_there_are_an_error_with_words(tmp_path: Path, root: Path) -> None:
    """A folder that lists models whose files are missing raises ModelError."""
    listed = (root / "kg" / "language" / "models" / "resources.json").read_text(encoding="utf-8")
    (tmp_path / "resources.json").write_text(listed, encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Parser(models_dir=tmp_path)


def test_other_models_are_a_wrong_call() -> None:
    """A name of models that does not exist raises UsageError."""
    with pytest.raises(UsageError, match="'default' or 'stanza'"):
        Parser(models="best")


def test_official_models_without_network_are_an_error_with_words(tmp_path: Path) -> None:
    """Where Stanza's server cannot be reached, asking for its models raises ModelError within a minute."""
    environment = {**os.environ, "STANZA_RESOURCES_URL": "http://127.0.0.1:9", "STANZA_RESOURCES_DIR": str(tmp_path)}
    code = "from kg.language.parser import Parser\nParser(models='stanza')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "kg.errors.ModelError: Stanza's Hindi models: The language models cannot be loaded" in done.stderr
    assert "--models default" in done.stderr
