"""Which words of a text are a quotation."""

from __future__ import annotations

import pytest

from kg.extraction.quotations import find_quotations
from kg.records import Article, Document, Sentence, Token


def document(*lines: str) -> Document:
    """A document with one sentence a line, each a passage of its own; words and marks are tokens."""
    return of_passages(*((line,) for line in lines))


def of_passages(*passages: tuple[str, ...]) -> Document:
    text = "\n".join(" ".join(passage) for passage in passages)
    sentences, at = [], 0
    for number, passage in enumerate(passages):
        for line in passage:
            tokens, begin = [], at
            for word in line.split(" "):
                tokens.append(Token(index=len(tokens), text=word, begin=at, end=at + len(word)))
                at += len(word) + 1
            sentences.append(
                Sentence(index=len(sentences), tokens=tuple(tokens), begin=begin, end=at - 1, passage=number)
            )
    return Document(article=Article(id="a", text=text), sentences=tuple(sentences))


def quoted(found: Document) -> list[str]:
    return [found.article.text[one.begin : one.end] for one in find_quotations(found)]


@pytest.mark.parametrize("marks", ["“”", "‘’", '""', "''", "«»"])
def test_words_between_marks_are_a_quotation(marks: str) -> None:
    """Each pair of marks holds a quotation, whose words are those of the article."""
    assert quoted(document(f"किम ने कहा , {marks[0]} हम सब साथ हैं {marks[1]} ।")) == ["हम सब साथ हैं"]


def test_a_quotation_runs_over_sentences_of_its_line() -> None:
    """The closing mark may stand in a later sentence of the line, not in another line."""
    assert quoted(of_passages(("किम ने कहा , “ हम साथ हैं ।", "हम जीतेंगे । ”"))) == ["हम साथ हैं । हम जीतेंगे ।"]
    assert quoted(document("किम ने कहा , “ हम साथ हैं ।", "हम जीतेंगे । ”")) == []


def test_marks_inside_belong_to_the_quotation() -> None:
    """Other marks, and the same ones in pairs, do not end it."""
    assert quoted(document("“ हम ‘ सब के साथ ’ की नीति पर हैं ”")) == ["हम ‘ सब के साथ ’ की नीति पर हैं"]
    assert quoted(document("“ हम “ सब के साथ ” की नीति पर हैं ”")) == ["हम “ सब के साथ ” की नीति पर हैं"]


@pytest.mark.parametrize("line", ["यह ‘ पवित्र संघर्ष ’ है", "किम ने कहा , “ हम सब साथ हैं", "हम सब साथ हैं ” ।"])
def test_words_and_lone_marks_are_no_quotation(line: str) -> None:
    """Two words between marks, and a mark without a partner, are none."""
    assert quoted(document(line)) == []
