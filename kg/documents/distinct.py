"""One document for each id: what is the same becomes one, what differs is refused.

Whether an id is used twice is known only when all documents were seen. They wait in a temporary file that stays in
memory while it is small; in memory for good is a digest of the text and the metadata of each id, not the texts.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from kg.errors import InputError
from kg.records import Article, Problem

IN_MEMORY = 64 * 1024 * 1024  #: bytes of waiting articles before they go to a file


@dataclass(kw_only=True, slots=True)
class _Seen:
    """All that was given under one id."""

    digests: set[bytes] = field(default_factory=set)
    origins: list[str] = field(default_factory=list)
    about: list[Article] = field(default_factory=list)  #: metadata, without the text


def distinct(articles: Iterable[Article | Problem]) -> Iterator[Article | Problem]:
    """The articles, each id once; problems pass through, and come first.

    Documents with one id and different text are all refused, in one Problem that names every origin. With the same
    text they are one; where their metadata differ, each field is the smallest value given, whatever their order, and
    a warning says so. Raises InputError where the waiting articles cannot be stored.
    """
    seen: dict[str, _Seen] = {}
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        for one in articles:
            if isinstance(one, Problem):
                yield one
            elif _note(one, seen):
                _store(one, spool)
        yield from _conflicts(seen)
        spool.seek(0)
        for article in _stored(spool):
            known = seen[article.id]
            if len(known.digests) == 1:
                yield _merged(article, known)


def _note(article: Article, seen: dict[str, _Seen]) -> bool:
    """Take the article down; False where nothing new would be stored."""
    known = seen.setdefault(article.id, _Seen())
    known.digests.add(blake2b(article.text.encode("utf-8", "surrogatepass"), digest_size=16).digest())
    known.origins.append(article.origin)
    known.about.append(replace(article, text=""))
    return len(known.origins) == 1


def _store(article: Article, spool: IO[bytes]) -> None:
    try:
        pickle.dump(article, spool, protocol=pickle.HIGHEST_PROTOCOL)
    except OSError as error:
        raise InputError(
            f"The articles cannot be kept in a temporary file: {error.strerror or error}.",
            cure="Free space on the disk, or set TMPDIR to a folder that has some.",
        ) from error


def _stored(spool: IO[bytes]) -> Iterator[Article]:
    while True:
        try:
            article: Article = pickle.load(spool)
        except EOFError:
            return
        yield article


def _conflicts(seen: dict[str, _Seen]) -> Iterator[Problem]:
    for identifier, known in seen.items():
        origins = ", ".join(dict.fromkeys(known.origins))
        if len(known.digests) > 1:
            what = f"The id {identifier!r} is given to different texts: {origins}."
            yield Problem(where=known.origins[0], what=what, cure="Give each document an id of its own.")
        elif any(_differ(key, known) for key in _METADATA):
            what = f"The document {identifier!r} is given more than once with different metadata: {origins}."
            yield Problem(where=known.origins[0], what=what, cure="Keep one of them.", fatal=False)


_METADATA = ("title", "date", "publisher", "url")


def _differ(key: str, known: _Seen) -> bool:
    return len({getattr(one, key) for one in known.about}) > 1


def _merged(article: Article, known: _Seen) -> Article:
    def smallest(key: str) -> Any:
        return min((value for one in known.about if (value := getattr(one, key)) is not None), default=None)

    return replace(
        article,
        title=smallest("title"),
        date=smallest("date"),
        publisher=smallest("publisher"),
        url=smallest("url"),
        origin=smallest("origin"),
    )
