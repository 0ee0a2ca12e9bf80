"""The shipped queries, what they must answer, and how an answer is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.graph.examples import needs_network
from kg.graph.store import Store
from kg.settings import resource

FOLDER = resource("queries")
FILES = sorted(FOLDER.glob("*.rq"))
LOCAL = [path for path in FILES if not needs_network(path.read_text(encoding="utf-8"))]
FEDERATED = [path for path in FILES if path not in LOCAL]

Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The answer to a SELECT query: lexical forms and IRIs, "" where unbound, in the order of the answer."""

    columns: Sequence[str]
    rows: Sequence[Row]

    def only(self, columns: Sequence[str]) -> set[Row]:
        """The rows in some of the columns, each once."""
        at = [self.columns.index(column) for column in columns]
        return {tuple(row[i] for i in at) for row in self.rows}


def expected() -> Mapping[str, Mapping[str, Any]]:
    """What `expected.yml` says of each query, every value as text."""
    text = Path(__file__).with_name("expected.yml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=yaml.BaseLoader))  # plain text: a date stays as it is written


def ask(store: Store, query: str) -> Table:
    """The answer of a store."""
    answer = store.query(query)
    columns = [variable.value for variable in answer.raw.variables]  # type: ignore[union-attr]
    found = ({name: term.value for name, term in row.items()} for row in answer.rows())
    return Table(columns=columns, rows=[tuple(row.get(name, "") for name in columns) for row in found])


def text_of(name: str) -> str:
    """A query by the name of its file without the ending."""
    return (FOLDER / f"{name}.rq").read_text(encoding="utf-8")
