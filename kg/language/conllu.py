"""Stored parses: a Document as CoNLL-U text, and back.

Format: https://universaldependencies.org/format.html. The ten columns hold what they always hold: ids from 1, head 0 for a
root, `_` for what is empty. MISC holds where a token stands in the article (`begin`, `end`) and the names, as `name=B-PER`,
`name=I-PER`. Comments before a sentence: `kind`, `passage`, `begin`, `end`, `parsed`; comments of the document, before the
first: `newdoc id`, `dateline` (JSON). The article's own text is not stored; `loads` is given the article. A character that
the format cannot hold is written as a backslash, `x` and two hexadecimal digits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from kg.errors import DataError
from kg.records import Article, Dateline, Document, NameSpan, PassageKind, Sentence, Token

_EMPTY: Final = "_"
_UNFIT: Final = re.compile(r"[\\\t\n\r]|^_$")
_UNFIT_IN_PAIRS: Final = re.compile(r"[\\\t\n\r|=]|^_$")
_ESCAPE: Final = re.compile(r"\\x([0-9a-f]{2})")


def dumps(document: Document) -> str:
    """The parses of a document; the same document gives the same text.

    Names of one sentence must stand in order and apart from each other, as the models give them.
    """
    blocks = ["\n".join(_head(document))]
    blocks.extend("\n".join(_sentence_lines(sentence)) for sentence in document.sentences)
    return "\n\n".join(blocks) + "\n\n"


def loads(text: str, article: Article) -> Document:
    """The document that `dumps` wrote, over its article.

    Raises DataError where a line is wrong or the parses are those of another article.
    """
    dateline: Dateline | None = None
    sentences: list[Sentence] = []
    for comments, rows in _blocks(text):
        if "newdoc id" in comments:
            _check_article(comments["newdoc id"], article)
            dateline = _dateline(comments)
        if rows:
            sentences.append(_sentence(len(sentences), comments, rows))
    return Document(article=article, sentences=tuple(sentences), dateline=dateline)


# ---------------------------------------------------------------------- writing


def _head(document: Document) -> Iterator[str]:
    yield f"# newdoc id = {_json(document.article.id)}"
    if document.dateline is not None:
        yield f"# dateline = {_json(asdict(document.dateline))}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _sentence_lines(sentence: Sentence) -> Iterator[str]:
    yield f"# sent_id = {sentence.index + 1}"
    yield f"# kind = {sentence.kind}"
    yield f"# passage = {sentence.passage}"
    yield f"# begin = {sentence.begin}"
    yield f"# end = {sentence.end}"
    yield f"# parsed = {'yes' if sentence.parsed else 'no'}"
    tags = _tags(sentence.names)
    for token in sentence.tokens:
        yield "\t".join(_columns(token, tags.get(token.index), parsed=sentence.parsed))


def _tags(names: Sequence[NameSpan]) -> dict[int, str]:
    return {
        at: f"{'B' if at == name.begin else 'I'}-{name.tag}" for name in names for at in range(name.begin, name.end)
    }


def _columns(token: Token, tag: str | None, *, parsed: bool) -> tuple[str, ...]:
    misc = {"begin": str(token.begin), "end": str(token.end)} | ({"name": tag} if tag else {})
    no_head = "0" if parsed else _EMPTY
    return (
        str(token.index + 1),
        _written(token.text),
        _written(token.lemma),
        _written(token.upos),
        _EMPTY,
        _pairs(token.feats),
        no_head if token.head < 0 else str(token.head + 1),
        _written(token.deprel),
        _EMPTY,
        _pairs(misc),
    )


def _written(text: str) -> str:
    return _UNFIT.sub(_escape, text) or _EMPTY


def _pairs(pairs: Mapping[str, str]) -> str:
    fit = {name: _UNFIT_IN_PAIRS.sub(_escape, value) for name, value in pairs.items()}
    return "|".join(f"{name}={fit[name]}" for name in sorted(fit)) or _EMPTY


def _escape(match: re.Match[str]) -> str:
    return f"\\x{ord(match.group()):02x}"


# ---------------------------------------------------------------------- reading

_Row = tuple[int, Sequence[str]]  # number of the line, its columns


def _blocks(text: str) -> Iterator[tuple[dict[str, str], list[_Row]]]:
    comments: dict[str, str] = {}
    rows: list[_Row] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.startswith("# "):
            name, _, value = line[2:].partition(" = ")
            comments[name] = value
        elif line:
            rows.append((number, _cells(line, number)))
        elif comments or rows:
            yield comments, rows
            comments, rows = {}, []


def _cells(line: str, number: int) -> Sequence[str]:
    cells = line.split("\t")
    if len(cells) != 10:
        raise _wrong(f"It has {len(cells)} columns, not 10.", number)
    return cells


def _check_article(written: str, article: Article) -> None:
    if _parsed_json(written) != article.id:
        raise DataError(
            f"These are the parses of {written}, not of {article.id!r}.", cure="Give the article that was parsed."
        )


def _dateline(comments: Mapping[str, str]) -> Dateline | None:
    if "dateline" not in comments:
        return None
    fields = _parsed_json(comments["dateline"])
    try:
        return Dateline(**fields)
    except TypeError as error:
        raise DataError(f"The dateline is wrong: {error}.", cure="Write the parses again.") from error


def _parsed_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DataError(f"A comment is not JSON: {error}.", where=text, cure="Write the parses again.") from error


def _sentence(index: int, comments: Mapping[str, str], rows: Sequence[_Row]) -> Sentence:
    try:
        tokens = tuple(_token(at, cells) for at, (_, cells) in enumerate(rows))
        return Sentence(
            index=index,
            tokens=tokens,
            names=_names([_read_pairs(cells[9]).get("name", "") for _, cells in rows]),
            begin=int(comments["begin"]),
            end=int(comments["end"]),
            kind=PassageKind(comments["kind"]),
            passage=int(comments["passage"]),
            parsed=comments["parsed"] == "yes",
        )
    except (KeyError, ValueError) as error:
        raise _wrong(f"The sentence that begins here is wrong: {error}.", rows[0][0]) from error


def _token(index: int, cells: Sequence[str]) -> Token:
    misc = _read_pairs(cells[9])
    return Token(
        index=index,
        text=_read(cells[1]),
        begin=int(misc["begin"]),
        end=int(misc["end"]),
        lemma=_read(cells[2]),
        upos=_read(cells[3]),
        feats=_read_pairs(cells[5]),
        head=-1 if cells[6] == _EMPTY else int(cells[6]) - 1,
        deprel=_read(cells[7]),
    )


def _read(cell: str) -> str:
    return "" if cell == _EMPTY else _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), cell)


def _read_pairs(cell: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in cell.split("|") if cell != _EMPTY)
    return {name: _read(value) for name, _, value in pairs}


def _names(tags: Sequence[str]) -> tuple[NameSpan, ...]:
    begins = [at for at, tag in enumerate(tags) if tag.startswith("B-")]
    return tuple(NameSpan(begin=at, end=_name_end(tags, at), tag=tags[at][2:]) for at in begins)


def _name_end(tags: Sequence[str], begin: int) -> int:
    end = begin + 1
    while end < len(tags) and tags[end].startswith("I-"):
        end += 1
    return end


def _wrong(what: str, line: int) -> DataError:
    return DataError(what, where=f"line {line}", cure="Write the parses again.")
