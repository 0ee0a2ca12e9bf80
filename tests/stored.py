"""Stored parses, so that tests of extraction need no models.

A file holds documents as CoNLL-U, each with its article's text and date as comments. `pytest --update-parses` writes the
files anew with the shipped models; a test marked `model` says whether they are still what the models give.
"""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.documents.clean import clean
from kg.extraction.extractor import Extractor
from kg.extraction.lexicon import Lexicon
from kg.gazetteer.gazetteer import Gazetteer
from kg.language import conllu
from kg.records import Article, Document, Event, Extraction

_TEXT, _DATE, _NEW = "# article_text = ", "# article_date = ", "# newdoc id = "


@functools.cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.load()


@functools.cache
def extractor() -> Extractor:
    """The extractor with the data of the package."""
    return Extractor.load(lexicon=Lexicon.load(), gazetteer=_gazetteer())


@functools.cache
def parser() -> object:
    """The parser over the shipped models."""
    from kg.language.parser import Parser

    return Parser()


def parse(article: Article) -> Document:
    """What the models make of an article, every sentence parsed."""
    return parser().parse(clean(article))  # type: ignore[attr-defined, no-any-return]


def load(path: Path) -> dict[str, Document]:
    """The stored documents of a file by their id."""
    blocks = path.read_text(encoding="utf-8").split(_NEW)[1:]
    return {document.article.id: document for document in map(_document, blocks)}


def _document(block: str) -> Document:
    lines = block.split("\n")
    texts = {
        name: json.loads(line.removeprefix(name)) for line in lines for name in (_TEXT, _DATE) if line.startswith(name)
    }
    date = datetime.date.fromisoformat(texts[_DATE]) if texts[_DATE] else None
    article = Article(id=json.loads(lines[0]), text=texts[_TEXT], date=date)
    rest = "\n".join(line for line in lines if not line.startswith((_TEXT, _DATE)))
    return conllu.loads(_NEW + rest, article)


def save(path: Path, articles: Sequence[Article]) -> None:
    """Parse the articles and store what comes out."""
    path.write_text("".join(map(_block, articles)), encoding="utf-8")


def _block(article: Article) -> str:
    head, _, rest = conllu.dumps(parse(article)).partition("\n")
    date = article.date.isoformat() if article.date else None
    text = json.dumps(article.text, ensure_ascii=False)
    return f"{head}\n{_TEXT}{text}\n{_DATE}{json.dumps(date)}\n{rest}"


def stale(stored: Mapping[str, Document], articles: Sequence[Article]) -> list[str]:
    """Ids of the articles that are not stored, or with another text or date."""
    return [
        article.id
        for article in articles
        if article.id not in stored
        or (stored[article.id].article.text, stored[article.id].article.date) != (article.text, article.date)
    ]


def shown(extraction: Extraction) -> dict[str, str]:
    """Key → the name by which an entity is shown in tests: the gazetteer's where extraction knows it, else the text's."""
    gazetteer = _gazetteer()
    return {
        entity.key: gazetteer.entry(entity.candidates[0]).label_hi if entity.candidates else entity.name
        for entity in extraction.entities
    }


def told(event: Event, extraction: Extraction) -> str:
    """An event in one line: «Meeting A + B → C @ place, 2024-07-09, planned, not, says D, 500, about Visit, «words»»."""
    names = shown(extraction)

    def listed(keys: Sequence[str]) -> str:
        return " + ".join(sorted(names[key] for key in keys))

    parts = [f"{event.type} {listed(event.agents)}".rstrip()]
    if event.targets:
        parts[0] += f" → {listed(event.targets)}"
    if event.places:
        parts[0] += f" @ {', '.join(names[key] for key in event.places)}"
    parts += [event.date] if event.date else []
    parts += [str(event.modality)] if event.modality != "asserted" else []
    parts += ["not"] if event.negated else []
    parts += [f"says {listed(event.sources)}"] if event.sources else []
    parts += [str(event.quantity)] if event.quantity is not None else []
    if event.claim:
        claimed = next(other for other in extraction.events if other.key == event.claim)
        parts.append(f"about {claimed.type}")
    parts += [f"«{event.quotation}»"] if event.quotation is not None else []
    return ", ".join(parts)
