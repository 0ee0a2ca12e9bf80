"""The dataset of an update from the parameters of its request (SPARQL 1.1 Protocol, section 2.2.3).

What `using-graph-uri` and `using-named-graph-uri` say is written into each operation that has a pattern, as USING clauses: that is what they
mean, and the engine has no other way to be told.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.graph.lexer import Token, tokens


class Conflict(ValueError):
    """The update names its dataset itself."""


def with_dataset(update: str, *, default: Sequence[str], named: Sequence[str]) -> str:
    """The update over these graphs. Raises Conflict where it has USING or WITH of its own."""
    if not default and not named:
        return update
    clauses = " ".join([*(f"USING <{iri}>" for iri in default), *(f"USING NAMED <{iri}>" for iri in named)])
    found = tokens(update)
    changes: list[tuple[int, str]] = []  # where, and what is put there
    depth = 0
    for place, token in enumerate(found):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth or token.kind != "word":
            continue
        word = token.text.upper()
        if word in ("USING", "WITH"):
            raise Conflict("The update names its dataset itself, and the request does so, too. Do one of them.")
        if word != "WHERE":
            continue
        before = found[place - 1] if place else None
        if before is not None and before.kind == "word" and before.text.upper() == "DELETE":
            pattern = _group(update, found, place + 1)  # DELETE WHERE {…} is short for DELETE {…} WHERE {…}
            changes.append((token.offset, f"{pattern} {clauses} "))
        else:
            changes.append((token.offset, f"{clauses} "))
    for offset, text in reversed(changes):
        update = update[:offset] + text + update[offset:]
    return update


def _group(update: str, found: Sequence[Token], place: int) -> str:
    """The text of the group that begins at a token, its braces included; the rest where it does not end."""
    if place >= len(found):
        return "{}"
    depth = 0
    for token in found[place:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            return update[found[place].offset : token.offset + len(token.text)]
    return update[found[place].offset :]
