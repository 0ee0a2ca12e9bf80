"""Whether a SPARQL query names its dataset.

A word is a keyword only outside comments, strings, IRIs, variables, prefixed names and language tags, so the query is cut
into tokens (SPARQL 1.1 Query Language, section 19.8). As a word of its own, FROM occurs in a dataset clause alone.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
      \#[^\n\r]*                                             # comment
    | '''(?:(?:'|'')?(?:[^'\\]|\\.))*''' | \"{3}(?:(?:"|"")?(?:[^"\\]|\\.))*\"{3}
    | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*"
    | <[^<>"{}|^`\\\x00-\x20]*>                              # IRI
    | [?$@]\w+                                               # variable, language tag
    | (?:\w[\w.\-]*)?:(?:[\w.\-:]|%[0-9A-Fa-f]{2}|\\.)*      # prefixed name, blank node label
    | (?P<word>\w+)
    """,
    re.VERBOSE | re.DOTALL,
)


def names_dataset(query: str) -> bool:
    """Whether the query has a FROM or FROM NAMED clause. True or False for any text; the engine reports bad queries."""
    if "FROM" not in query.upper():
        return False
    return any((token["word"] or "").upper() == "FROM" for token in _TOKEN.finditer(query))
