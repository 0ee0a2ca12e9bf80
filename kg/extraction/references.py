"""Words that refer back and titles, read from `data/references.yml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kg.errors import DataError
from kg.extraction.lexicon import DATA
from kg.extraction.words import fold

Form = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """A title, with the words by which the gazetteer's offices are recognised as it."""

    id: str
    offices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class References:
    """Pronouns, pairs and titles by their folded forms."""

    pronouns: Mapping[Form, str]
    pairs: Mapping[Form, str]
    titles: Mapping[Form, Title]

    @classmethod
    def load(cls, path: Path = DATA / "references.yml") -> References:
        """The references of the package. Raises DataError where the file is wrong."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(
                pronouns={_form(form): row["id"] for row in content["pronouns"] for form in row["forms"]},
                pairs={_form(form): row["id"] for row in content["pairs"] for form in row["forms"]},
                titles={
                    _form(form): Title(id=row["id"], offices=tuple(row["office"]))
                    for row in content["titles"]
                    for form in row["forms"]
                },
            )
        except (OSError, KeyError, yaml.YAMLError) as error:
            raise DataError(f"It cannot be used: {error}.", where=str(path), cure="Mend the YAML.") from error

    def title_at(self, words: Sequence[str], at: int) -> tuple[Title | None, int]:
        """The longest title that begins at `at`, and the token after it."""
        for length in (3, 2, 1):
            title = self.titles.get(tuple(words[at : at + length]))
            if title is not None:
                return title, at + length
        return None, at


def _form(text: str) -> Form:
    return tuple(fold(word) for word in text.split())
