"""The tokens of SPARQL (SPARQL 1.1 Query Language, section 19.8). What no token begins with is one of its own, «broken»."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<space>[\x20\t\r\n]+|\#[^\r\n]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
               |\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"
               |'(?!'')(?:[^'\\\r\n]|\\.)*'
               |"(?!"")(?:[^"\\\r\n]|\\.)*")
    | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--(?:ltr|rtl))?)
    | (?P<variable>[?$]\w+)
    | (?P<name>(?:[^\W\d_][\w.·-]*)?:(?:[\w.:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*|_:\w[\w.·-]*)
    | (?P<number>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<open>[({\[]|<<)
    | (?P<close>[)}\]]|>>)
    | (?P<operator>&&|\|\||!=|\^\^|<=|>=|[-!+*/|^=<>?.,;~])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a query."""

    kind: str  #: name of a group of the pattern above; «broken» for a character that begins no token
    text: str
    offset: int  #: in characters, from 0


def tokens(query: str) -> list[Token]:
    """The tokens of a query, white space and comments left out."""
    found = []
    position = 0
    while position < len(query):
        match = _TOKEN.match(query, position)
        if match is None:
            found.append(Token("broken", query[position], position))
            position += 1
            continue
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup or "", match.group(), position))
        position = match.end()
    return found
