"""What is refused before the engine sees it: SERVICE, updates, queries that are too long or too deep.

The engine reads without a tokenizer of its own: it can take `<` for
an operator where the grammar's longest match is an IRI, and `SERVICE:x` for a keyword and a name. What could hide a
SERVICE clause in that way is refused too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.graph.lexer import Token, tokens

MAX_QUERY_BYTES = 10_000
MAX_UPDATE_BYTES = 2 << 20
MAX_DEPTH = 64
MAX_OPERATORS = 500

_UPDATE_WORDS = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_JOINING_WORDS = frozenset({"UNION", "OPTIONAL", "MINUS", "EXISTS", "LATERAL", "GRAPH"})

_HIDING_IRI = re.compile(r"\).*service.*#", re.IGNORECASE | re.DOTALL)
_HIDING_PREFIX = re.compile(r"(?:true|false)?service(?:silent)?\w*:", re.IGNORECASE)


@dataclass(kw_only=True)
class Refused(Exception):
    """The query is not passed on."""

    reason: str
    offset: int | None = None  #: where in the query, in characters from 0
    too_long: bool = False

    def __str__(self) -> str:
        return self.reason


def check(query: str, *, federation: bool = False) -> None:
    """Let a query through, or raise Refused; with `federation`, SERVICE clauses are seen to elsewhere.

    Syntax is left to the engine, which says better what is wrong.
    """
    size = len(query.encode("utf-8", "surrogatepass"))
    if size > MAX_QUERY_BYTES:
        reason = f"The query has {size:,} bytes; {MAX_QUERY_BYTES:,} are allowed. Shorten it or ask in parts."
        raise Refused(reason=reason, too_long=True)
    found = tokens(query)
    _no_update(found)
    _no_service(query, found, federation=federation)
    _not_too_deep(found)


def check_update(update: str) -> None:
    """Let an update through, or raise Refused: for calls to others (LOAD, SERVICE), and for what is too long or too deep."""
    size = len(update.encode("utf-8", "surrogatepass"))
    if size > MAX_UPDATE_BYTES:
        reason = (
            f"The update has {size:,} bytes; {MAX_UPDATE_BYTES:,} are allowed. Put documents into /rdf-graph-store."
        )
        raise Refused(reason=reason, too_long=True)
    found = tokens(update)
    if not found:
        raise Refused(reason="The update is empty.")
    for token in found:
        if token.kind == "word" and token.text.upper() == "LOAD":
            reason = "LOAD is refused: this endpoint makes no calls to others. Put the document into /rdf-graph-store."
            raise Refused(reason=reason, offset=token.offset)
    _no_service(update, found)
    _not_too_deep(found)


def limit_rows(query: str, most: int) -> str:
    """The query with a LIMIT of `most` rows, where it is a SELECT that may have more (SPARQL 1.1, section 15.5)."""
    found = tokens(query)
    form = next((token for token in found if token.kind == "word" and token.text.upper() in _FORMS), None)
    if form is None or form.text.upper() != "SELECT":
        return query
    depth = 0
    for place, token in enumerate(found):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth or token.kind != "word":
            continue
        word = token.text.upper()
        if word == "LIMIT":
            number = found[place + 1] if place + 1 < len(found) else None
            if number is None or not number.text.isdigit() or int(number.text) <= most:
                return query
            return f"{query[: number.offset]}{most}{query[number.offset + len(number.text) :]}"
        if word == "VALUES":
            return f"{query[: token.offset]}LIMIT {most} {query[token.offset :]}"
    return query if depth else f"{query}\nLIMIT {most}"


def check_is_query(query: str) -> None:
    """Let a text through that may be a query; raise Refused for an update and for one that holds nothing."""
    _no_update(tokens(query))


def position(query: str, offset: int) -> tuple[int, int]:
    """(line, column), both from 1, of a character of the query."""
    line = query.count("\n", 0, offset) + 1
    return line, offset - (query.rfind("\n", 0, offset) + 1) + 1


def _no_update(found: list[Token]) -> None:
    """Refuse an update by its first keyword; the grammar of queries has none of these words there."""
    if not found:
        raise Refused(reason="The query is empty. Write SELECT, ASK, CONSTRUCT or DESCRIBE.")
    for token in found:
        if token.kind != "word":
            continue
        word = token.text.upper()
        if word in _FORMS:
            return
        if word in _UPDATE_WORDS:
            raise Refused(
                reason=f"{word} is an update, and updates are refused: only queries are answered.", offset=token.offset
            )


def _no_service(query: str, found: list[Token], *, federation: bool = False) -> None:
    """Refuse calls to others, and what the engine could take for one; with `federation`, the latter alone."""
    reason = "SERVICE is refused: this endpoint makes no calls to others. Run federated queries with your own client."
    for token in found:
        if token.kind == "word" and "SERVICE" in token.text.upper():
            if federation and token.text.upper() == "SERVICE":
                continue
            raise Refused(reason=reason, offset=token.offset)
        if token.kind == "name" and _HIDING_PREFIX.match(token.text):
            raise Refused(reason=f"{reason} Give the prefix another name if it is one.", offset=token.offset)
        if token.kind == "iri" and _HIDING_IRI.search(token.text):
            raise Refused(reason=f"{reason} Put a space after «<» if it is an operator here.", offset=token.offset)
    broken = next((token for token in found if token.kind == "broken"), None)
    if broken is not None and "service" in query.lower():
        raise Refused(reason=f"The character {broken.text!r} begins no token of SPARQL.", offset=broken.offset)


def _not_too_deep(found: list[Token]) -> None:
    """Bound what makes the engine's parser and planner recurse: brackets, and operators that nest to one side."""
    depth = operators = 0
    for token in found:
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif _recurses(token):
            operators += 1
        if depth > MAX_DEPTH:
            raise Refused(reason=f"More than {MAX_DEPTH} brackets stand inside each other.", offset=token.offset)
        if operators > MAX_OPERATORS:
            raise Refused(reason=f"The query has more than {MAX_OPERATORS} operators.", offset=token.offset)


def _recurses(token: Token) -> bool:
    if token.kind == "operator":
        return token.text not in (".", ",", ";", "^^")
    return token.kind == "word" and token.text.upper() in _JOINING_WORDS
