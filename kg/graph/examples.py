"""The example queries: SPARQL files whose first lines say what they ask.

#+ summary: the question in English
#+ summary-hi: the question in Hindi
#+ description: what the rows are, and what to edit
#+ network: required        where the query asks another endpoint (SERVICE)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Titles = tuple[tuple[str, str], ...]
"""(language, question) in Hindi and English, as far as they are given."""

_HEADER = re.compile(r"^#\+[ \t]*([a-z-]+)[ \t]*:[ \t]*(\S.*?)[ \t\r]*$", re.MULTILINE)
_FORM = re.compile(r"\b(?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A query that visitors may run."""

    name: str  #: of the file, without its ending
    titles: Titles  #: the name of the file where it has no header
    description: str
    text: str
    network: bool  #: it asks another endpoint, which this one refuses

    @property
    def form(self) -> str:
        """«SELECT», «ASK», «CONSTRUCT» or «DESCRIBE»; empty where the text has none of them."""
        found = _FORM.search(re.sub(r"#.*|<[^<>]*>", "", self.text))
        return found.group().upper() if found else ""


def read_examples(paths: Iterable[Path]) -> tuple[Example, ...]:
    """The example queries in the files, those that need the network last."""
    found = [_example(path) for path in paths]
    return tuple(sorted(found, key=lambda example: example.network))


def headers(text: str) -> dict[str, str]:
    """The header lines of a query by name."""
    return dict(_HEADER.findall(text))


def titles(text: str) -> Titles:
    """The questions that a query's header asks, Hindi first; empty where it has none."""
    told = headers(text)
    found = [("hi", told["summary-hi"])] if "summary-hi" in told else []
    if "summary" in told:
        found.append(("hi" if _DEVANAGARI.search(told["summary"]) else "en", told["summary"]))
    return tuple(found)


def needs_network(text: str) -> bool:
    """Whether a query says that it needs the network, or has a SERVICE clause."""
    calls = re.search(r"\bSERVICE\b", re.sub(r"#.*", "", text), re.IGNORECASE) is not None
    return calls or headers(text).get("network") == "required"


def _example(path: Path) -> Example:
    text = path.read_text(encoding="utf-8")
    return Example(
        name=path.stem,
        titles=titles(text) or (("en", path.stem),),
        description=headers(text).get("description", ""),
        text=text,
        network=needs_network(text),
    )
