"""Words that refer back and titles, read from `data/references.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import capwords
from typing import Any

from kg.errors import DataError
from kg.extraction.datafile import DATA, rows, rows_with_examples
from kg.extraction.words import fold
from kg.gazetteer.officeclass import portfolios

Form = tuple[str, ...]
_MINISTER = "title.minister"


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """A title, with the words by which the gazetteer's offices are recognised as it."""

    id: str
    label: str  #: in English
    offices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pronoun:
    """A form of a pronoun: what it refers to, and the case that it has in it."""

    id: str
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberSet:
    """«दोनों नेताओं»: how many of the text's people or countries a group stands for; 0: those named together."""

    id: str
    size: int
    people: bool
    determiners: frozenset[str]
    nouns: frozenset[str]
    alone: frozenset[str]  #: nouns that mean them without a determiner


@dataclass(frozen=True, kw_only=True, slots=True)
class References:
    """Pronouns, sets and titles by their folded forms."""

    pronouns: Mapping[Form, Pronoun]
    sets: tuple[MemberSet, ...]
    titles: Mapping[Form, Title]
    spelled: Mapping[str, Title]  #: the same, by their forms as they are written
    longest_title: int  #: words

    @classmethod
    def load(cls, path: Path = DATA / "references.yml") -> References:
        """The references of the package. Raises DataError where the file is wrong."""
        try:
            titles = dict(spelled_titles(path))
            return cls(
                pronouns={
                    _form(form): Pronoun(id=row["id"], case=case)
                    for row in rows(path, "pronouns")
                    for case, forms in row["cases"].items()
                    for form in forms
                },
                sets=tuple(_set(row) for row in rows(path, "sets")),
                titles={_form(form): title for form, title in titles.items()},
                spelled=titles,
                longest_title=max(len(_form(form)) for form in titles),
            )
        except (KeyError, TypeError) as problem:
            raise DataError(
                f"An entry lacks or misspells {problem}.", where=path.name, cure="Compare it with its neighbours."
            ) from problem

    def title_ending(self, words: Sequence[str], begin: int, end: int) -> tuple[Title | None, int]:
        """The longest title that ends right before `end`, and its first token; (None, end) where there is none."""
        for length in range(min(self.longest_title, end - begin), 0, -1):
            title = self.titles.get(tuple(words[end - length : end]))
            if title is not None:
                return title, end - length
        return None, end

    def size(self, determiner: str) -> int:
        """How many «दोनों» or «तीनों» are; 0 for a word that counts nobody."""
        return next((row.size for row in self.sets if determiner in row.determiners), 0)

    def is_alone(self, noun: str) -> bool:
        """Whether a noun stands for a set without a determiner: «नेताओं ने»."""
        return any(noun in row.alone for row in self.sets)


def spelled_titles(path: Path) -> Iterator[tuple[str, Title]]:
    """(form, title) of the titles written down, and of the ministers of every portfolio: «कृषि मंत्री», «कृषि राज्य मंत्री»."""
    for row in rows_with_examples(path, "titles", needed=("label", "forms", "office")):
        title = Title(id=row["id"], label=row["label"], offices=tuple(row["office"]))
        for form in row["forms"]:
            yield form, title
        if title.id == _MINISTER:
            yield from _ministers(title)


def _ministers(title: Title) -> Iterator[tuple[str, Title]]:
    for one in portfolios():
        subjects = tuple(map(capwords, one.english))
        of = one.label.removeprefix("Minister of ")
        for form in one.hindi:
            yield f"{form} मंत्री", replace(title, label=one.label, offices=subjects)
            yield f"{form} राज्य मंत्री", replace(title, label=f"Minister of State for {of}", offices=subjects)


def _set(row: Mapping[str, Any]) -> MemberSet:
    return MemberSet(
        id=row["id"],
        size=row["size"],
        people=row["id"].startswith("people"),
        determiners=frozenset(map(fold, row["determiners"])),
        nouns=frozenset(map(fold, row["nouns"])),
        alone=frozenset(map(fold, row.get("alone", ()))),
    )


def _form(text: str) -> Form:
    return tuple(fold(word) for word in text.split())
