"""Input files, folders and standard input → `Article`, or a `Problem` in words.

`.txt` is one article in UTF-8, with optional front matter between `---` lines; `.jsonl` is one article a line. What is
wrong with one document never stops the others. JSON Lines are streamed; nothing larger than one document is held.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from kg.documents.lines import LEAST_HINDI, hindi_share
from kg.records import Article, Problem

MAX_CHARACTERS = 1_000_000  #: code points of one document, some two hundred times a long article
MAX_LINE_BYTES = 8 * MAX_CHARACTERS  #: one line of JSON Lines; an escaped character takes six bytes
MAX_TEXT_BYTES = 4 * MAX_CHARACTERS  #: one .txt file; a character takes four bytes at most
MAX_ID = 500  #: code points of an id
_NAMED = 5  #: files that a warning names

_BOM = b"\xef\xbb\xbf"
_KEYS = ("id", "title", "date", "publisher", "url")
_FORMATS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0": "an old Word document",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "a gzip archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\xff\xfe": "a text in UTF-16",
    b"\xfe\xff": "a text in UTF-16",
}
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[Tt ](.+))?", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Unusable(Exception):
    """A document cannot be used; becomes a Problem."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    number: int
    begin: int  #: bytes of the file before the line
    data: bytes | None  #: None: too long


def read_articles(
    inputs: Sequence[str], *, stdin: BinaryIO | None = None, today: date | None = None
) -> Iterator[Article | Problem]:
    """The articles of files (`.txt`, `.jsonl`), folders (all that is below them, sorted) and `-` (`stdin`).

    In the order given. With `today`, an article of a later day comes after a warning; without, dates are not compared.
    Nothing is raised for bad input: each bad document is one Problem that says where, what, and how to mend it.
    """
    for name in inputs:
        try:
            yield from _standard_input(stdin, today) if name == "-" else _path(Path(name), today)
        except OSError as error:
            yield _unreadable(name, error)


def read_text(text: str, *, where: str) -> Iterator[Article | Problem]:
    """A text as an article with the id `text`; a Problem where it is empty, not Hindi or too long."""
    try:
        yield from _article({"id": "text", "text": text}, where=where, today=None)
    except _Unusable as error:
        yield _problem(where, error.what, error.cure)


# --------------------------------------------------------------------------- where it comes from


def _path(path: Path, today: date | None) -> Iterator[Article | Problem]:
    return _folder(path, today) if path.is_dir() else _file(path, today)


def _folder(folder: Path, today: date | None) -> Iterator[Article | Problem]:
    errors: list[OSError] = []
    paths = [path for path in _files_below(folder, errors) if not path.name.upper().startswith("README")]
    found = [path for path in paths if path.suffix.lower() in _READERS]
    for path in found:
        yield from _file(path, today)
    yield from _not_read(folder, [path for path in paths if path.suffix.lower() not in _READERS])
    yield from (_unreadable(error.filename or folder, error) for error in errors)
    if not found and not errors:
        yield _problem(
            folder, "The folder has no .txt or .jsonl file in it.", "Name the folder that holds the articles."
        )


def _not_read(folder: Path, paths: Sequence[Path]) -> Iterator[Problem]:
    """One warning for all the files of a folder that are no articles."""
    cure = "Only .txt and .jsonl files are; convert or move what is an article."
    names = ", ".join(str(path.relative_to(folder)) for path in paths[:_NAMED])
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    if len(paths) == 1:
        yield _problem(paths[0], "The file is not read.", cure, fatal=False)
    elif paths:
        yield _problem(folder, f"{len(paths):,} files are not read: {names}{more}.", cure, fatal=False)


def _files_below(folder: Path, errors: list[OSError]) -> list[Path]:
    """All files but hidden ones, sorted by their names' characters; links to folders are not followed."""
    found = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if not name.startswith(".")]
    return sorted(found, key=lambda path: path.parts)


def _file(path: Path, today: date | None) -> Iterator[Article | Problem]:
    reader = _READERS.get(path.suffix.lower())
    try:
        if not path.exists():
            yield _problem(path, "There is no such file or folder.", "Check the name.")
        elif not path.is_file():
            yield _problem(path, "This is no regular file.", "Give a file, a folder, or - for standard input.")
        elif reader is None:
            yield _problem(path, "This is neither a .txt nor a .jsonl file.", "Convert or rename it.")
        else:
            with path.open("rb") as stream:
                yield from reader(stream, path, today)
    except OSError as error:
        yield _unreadable(path, error)


def _unreadable(where: str | Path, error: OSError) -> Problem:
    return _problem(where, f"This cannot be read: {error.strerror or error}.", "Check the rights and the disk.")


def _text_file(stream: BinaryIO, path: Path, today: date | None) -> Iterator[Article | Problem]:
    # One byte more than is allowed tells a file that is too large from one that just fits.
    yield from _text_article(stream.read(MAX_TEXT_BYTES + 1), where=str(path), name=path.stem, today=today)


def _json_file(stream: BinaryIO, path: Path, today: date | None) -> Iterator[Article | Problem]:
    yield from _json_lines(_lines(stream), where=str(path), today=today)


_Reader = Callable[[BinaryIO, Path, "date | None"], "Iterator[Article | Problem]"]
_READERS: Mapping[str, _Reader] = {".txt": _text_file, ".jsonl": _json_file}


def _standard_input(stdin: BinaryIO | None, today: date | None) -> Iterator[Article | Problem]:
    """JSON Lines where the first character that is no space is a brace, else one text with the id `stdin`."""
    where = "standard input"
    if stdin is None:
        yield _problem(where, "There is no standard input.", "Name a file.")
        return
    lines = _lines(stdin)
    head = []
    for line in lines:
        head.append(line)
        if line.data is None or line.data.removeprefix(_BOM).strip():
            break
    if head and head[-1].data is not None and head[-1].data.removeprefix(_BOM).lstrip().startswith(b"{"):
        yield from _json_lines(chain(head, lines), where=where, today=today)
        return
    begun = b"".join(line.data or b"" for line in head)
    too_long = any(line.data is None for line in head) or len(begun) > MAX_TEXT_BYTES
    data = b"x" * (MAX_TEXT_BYTES + 1) if too_long else begun + stdin.read(MAX_TEXT_BYTES + 1 - len(begun))
    yield from _text_article(data, where=where, name="stdin", today=today)


def _lines(stream: BinaryIO) -> Iterator[_Line]:
    number, begin = 0, 0
    while data := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        size = len(data)
        too_long = size > MAX_LINE_BYTES
        while too_long and not data.endswith(b"\n") and (data := stream.readline(MAX_LINE_BYTES)):
            size += len(data)
        yield _Line(number=number, begin=begin, data=None if too_long else data)
        begin += size


# --------------------------------------------------------------------------- plain text


def _text_article(data: bytes, *, where: str, name: str, today: date | None) -> Iterator[Article | Problem]:
    try:
        fields, text = _front_matter(_plain_text(data))
        yield from _article({"id": name, **fields, "text": text}, where=where, today=today)
    except _Unusable as error:
        yield _problem(where, error.what, error.cure)


def _plain_text(data: bytes) -> str:
    kind = _foreign(data)
    if kind:
        raise _Unusable(f"This is {kind}, not a text in UTF-8.", "Convert it to plain text in UTF-8.")
    if len(data) > MAX_TEXT_BYTES:
        raise _too_long()
    text = _decode(data)
    if not text.strip():
        raise _Unusable("The file is empty.", "Put an article into it, or leave it out.")
    return text


def _decode(data: bytes, *, begin: int = 0, line: int = 1) -> str:
    """UTF-8 to text, without a byte order mark; `begin` is where the data stands in its file, `line` its first line."""
    bare = data.removeprefix(_BOM)
    try:
        return bare.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start + len(data) - len(bare)
        number = line + data.count(b"\n", 0, place)
        at = f"byte {begin + place} (line {number})"
        raise _Unusable(
            f"This is not UTF-8: {at} is 0x{data[place]:02x}.", "Convert the file: iconv -f ENCODING -t UTF-8."
        ) from error


def _foreign(data: bytes) -> str | None:
    """What the data is, judged by its first bytes, where that is no plain text."""
    if data[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a page of HTML"
    return next((kind for magic, kind in _FORMATS.items() if data.startswith(magic)), None)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields between the two `---` lines at the beginning, and the text after the second one's line end."""
    rows = text.splitlines(keepends=True)
    if rows[0].rstrip() != "---":
        return {}, text
    closing = next((index for index, row in enumerate(rows) if index and row.rstrip() == "---"), None)
    if closing is None:
        raise _Unusable("The front matter has no second --- line.", "Add it after the fields, or drop the first one.")
    fields: dict[str, str] = {}
    for number, row in enumerate(rows[1:closing], start=2):
        key, colon, value = row.partition(":")
        key, value = key.strip().lower(), value.strip()
        if not row.strip() or row.startswith("#"):
            continue
        if not colon or not key or key in fields:
            what = f"says {key!r} again" if colon and key else "is no «key: value»"
            raise _Unusable(
                f"Line {number}, in the front matter, {what}.", "Between the --- lines write one «key: value» a line."
            )
        fields[key] = _unquoted(value)
    body = "".join(rows[closing + 1 :])
    return {key: value for key, value in fields.items() if key in _KEYS and value}, body


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if quoted else value


# --------------------------------------------------------------------------- JSON Lines


def _json_lines(lines: Iterable[_Line], *, where: str, today: date | None) -> Iterator[Article | Problem]:
    empty = True
    for line in lines:
        at = f"{where}:{line.number}"
        try:
            text = _json_text(line)
            if not text.strip():
                continue
            if empty:
                _check_json_lines(text)
            empty = False
            yield from _article(_json_object(text), where=at, today=today)
        except _WholeFile as error:
            yield _problem(where, error.what, error.cure)
            return
        except _Unusable as error:
            empty = False
            yield _problem(at, error.what, error.cure)
    if empty:
        yield _problem(where, "The file is empty.", "Put one JSON object with id and text on each line.")


class _WholeFile(_Unusable):
    """Nothing in the file can be used."""


def _json_text(line: _Line) -> str:
    if line.data is None:
        raise _Unusable(f"The line is longer than {MAX_LINE_BYTES:,} bytes.", "Split the document.")
    if line.number == 1:
        kind = _foreign(line.data)
        if kind:
            raise _WholeFile(f"This is {kind}, not JSON Lines in UTF-8.", "Convert it to JSON Lines.")
    return _decode(line.data, begin=line.begin, line=line.number)


def _check_json_lines(text: str) -> None:
    if text.lstrip().startswith("[") or text.strip() == "{":
        raise _WholeFile(
            "This is JSON but not JSON Lines.",
            "Write each document as one object on one line, without a list around them.",
        )


def _json_object(text: str) -> Mapping[str, object]:
    try:
        value = json.loads(text.rstrip("\r\n"))
    except json.JSONDecodeError as error:
        what = f"The line is not JSON: {error.msg.removesuffix(' at')} at column {error.colno}."
        raise _Unusable(what, "Mend the line, or write the file again.") from error
    except (ValueError, RecursionError) as error:
        raise _Unusable(f"The line cannot be read as JSON: {error}.", "Mend the line.") from error
    if not isinstance(value, dict):
        raise _Unusable("The line is no JSON object.", 'Write {"id": "…", "text": "…"}.')
    return value


# --------------------------------------------------------------------------- one document


def _article(fields: Mapping[str, object], *, where: str, today: date | None) -> Iterator[Article | Problem]:
    """The article, before it a warning for each field that is left out or odd. Raises _Unusable."""
    identifier = _id(fields.get("id"))
    text = _text(fields.get("text"))
    published = _published(fields.get("date"))
    if published and today and published > today:
        yield _problem(where, f"The date {published} lies in the future.", "Check it.", fatal=False)
    words: dict[str, str | None] = {}
    for key in ("title", "publisher", "url"):
        value = fields.get(key)
        words[key] = _words(value)
        usable = words[key] is not None and (key != "url" or _ADDRESS.fullmatch(words[key] or ""))
        if not usable and value not in (None, ""):
            words[key] = None
            cure = "Give an http(s) address without spaces." if key == "url" else "Give a text in quotes."
            yield _problem(where, f"The {key} cannot be used and is left out.", cure, fatal=False)
    yield Article(
        id=identifier,
        text=text,
        title=words["title"],
        date=published,
        publisher=words["publisher"],
        url=words["url"],
        origin=_printable(where),
    )


def _id(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    cure = "Give each document an id of its own, such as «news-2024-0001»."
    if value is None or value == "":
        raise _Unusable("The document has no id.", cure)
    if not isinstance(value, str):
        raise _Unusable("The id is no text.", cure)
    shown = _printable(value[:60])
    if value.strip() in ("", ".", "..") or "/" in value or len(value) > MAX_ID:
        raise _Unusable(
            f"The id {shown!r} cannot be used: it is empty, «.», «..», has a slash, or is over {MAX_ID} characters.",
            cure,
        )
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value):
        raise _Unusable(f"The id {shown!r} has control characters in it.", cure)
    return value


def _text(value: object) -> str:
    if value is None:
        raise _Unusable("The document has no text.", "Give it a «text», or leave it out.")
    if not isinstance(value, str):
        raise _Unusable("The text of the document is no text.", "Give the «text» in quotes.")
    if not value.strip():
        raise _Unusable("The text of the document is empty.", "Give it a text, or leave it out.")
    if len(value) > MAX_CHARACTERS:
        raise _too_long()
    broken = _SURROGATE.search(value) or re.search("\x00", value)
    if broken:
        raise _Unusable(
            f"The text has half a character or a NUL (U+{ord(broken.group()):04X}) at {broken.start()}.",
            "Write the file again as UTF-8.",
        )
    if hindi_share(value) < LEAST_HINDI:
        raise _Unusable("The text is not Hindi: hardly any letter is Devanagari.", "This program reads Hindi only.")
    return value


def _too_long() -> _Unusable:
    return _Unusable(
        f"The document is longer than {MAX_CHARACTERS:,} characters.", "Split it into articles, one a document."
    )


def _published(value: object) -> date | None:
    """The day of an ISO date or date-time, as its own offset counts it."""
    if value is None or value == "":
        return None
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if match and match[2]:
            time = re.sub(r"\s+(?=[-+Zz])", "", match[2])
            return datetime.fromisoformat(f"{match[1]}T{time.upper()}").date()
        if match:
            return date.fromisoformat(match[1])
    except ValueError:
        pass
    raise _Unusable(
        f"The date {_printable(str(value)[:40])!r} is no ISO date.",
        "Write it as 2024-06-18 or 2024-06-18T01:00:00+05:30.",
    )


def _words(value: object) -> str | None:
    """A text on one line without control characters; None for anything else."""
    if not isinstance(value, str) or _SURROGATE.search(value):
        return None
    visible = "".join(" " if unicodedata.category(char) == "Cc" else char for char in value)
    return " ".join(visible.split()) or None


def _problem(where: str | Path, what: str, cure: str, *, fatal: bool = True) -> Problem:
    return Problem(where=_printable(str(where)), what=what, cure=cure, fatal=fatal)


def _printable(text: str) -> str:
    """The text with characters that no terminal or file could take written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
