"""Types and properties that the Reconciliation API offers: those of Wikidata that the gazetteer can tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import DataError
from kg.gazetteer.tables import read_table
from kg.linking.candidates import type_agreement
from kg.records import EntityType, GazetteerEntry, ReconciliationItem

DATA = Path(__file__).resolve().parent / "data"
ENTITY_SPACE = "http://www.wikidata.org/entity/"
ONTOLOGY_SPACES = ("kg:", "https://w3id.org/hindi-news-kg/ontology#")
_TYPE_COLUMNS = ("id", "class", "kind", "en", "hi", "also")
_PROPERTY_COLUMNS = ("id", "classes", "use", "en", "hi", "description")
_USES = ("match", "fetch", "both")


@dataclass(frozen=True, kw_only=True, slots=True)
class Type:
    """A class of Wikidata and what it is in the gazetteer."""

    id: str  #: QID
    of: EntityType | None  #: None: every entry is of this type
    kind: str  #: `GazetteerEntry.kind`; empty: all of the class
    en: str
    hi: str
    also: frozenset[str]  #: further QIDs that are read as this type

    def fit(self, entry: GazetteerEntry) -> float:
        """1: the entry is of this type; 0.5: of a near one (a province for a city, a place for a country); else 0."""
        if self.of is None:
            return 1.0
        if self.of is entry.type:
            return 1.0 if self.kind in ("", entry.kind) else 0.5
        return 0.5 if type_agreement(self.of, entry.type) > 0 else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Property:
    """A property of Wikidata, or a label or alias in a language."""

    id: str
    classes: frozenset[EntityType]  #: whose entries have it
    matches: bool  #: clients may send values to compare
    fetches: bool  #: clients may ask for values
    en: str
    hi: str
    description: str


def bare_id(id: str) -> str:
    """An id without its namespace: «http://www.wikidata.org/entity/Q5» is «Q5», «kg:Person» is «Person»."""
    for space in (ENTITY_SPACE, ENTITY_SPACE.replace("http:", "https:"), "wd:", *ONTOLOGY_SPACES):
        if id.startswith(space):
            return id[len(space) :]
    return id


@cache
def types() -> tuple[Type, ...]:
    """All types, the most general first. Raises DataError where the table is wrong."""
    return tuple(_types(DATA / "types.tsv"))


@cache
def properties() -> tuple[Property, ...]:
    """All properties in the order in which they are shown. Raises DataError where the table is wrong."""
    return tuple(_properties(DATA / "properties.tsv"))


def find_type(id: str) -> Type | None:
    """The type that an id stands for: a QID, a class of the ontology, or a name in English or Hindi; None: unknown."""
    wanted = bare_id(id)
    for one in types():
        if wanted == one.id or wanted in one.also or (one.of is not None and not one.kind and wanted == one.of):
            return one
    return next((one for one in types() if wanted.casefold() in (one.en, one.hi)), None)


def find_property(id: str) -> Property | None:
    """The property of this id, None where it is unknown."""
    wanted = bare_id(id)
    return next((one for one in properties() if one.id == wanted), None)


def types_of(entry: GazetteerEntry) -> tuple[Type, ...]:
    """The types of an entry, the finest first; the one that all have is left out."""
    own = [one for one in types() if one.of is entry.type and one.fit(entry) == 1.0]
    return tuple(sorted(own, key=lambda one: not one.kind))


def type_item(one: Type, *, described: bool = False) -> ReconciliationItem:
    """A type as clients see it; `described` adds its Hindi name and the types above it."""
    if not described:
        return ReconciliationItem(id=one.id, name=one.en)
    return ReconciliationItem(
        id=one.id, name=one.en, description=one.hi, broader=tuple(type_item(above) for above in _above(one))
    )


def property_item(one: Property, *, described: bool = False) -> ReconciliationItem:
    """A property as clients see it; `described` adds its Hindi name and what a value is."""
    description = "; ".join(part for part in (one.hi, one.description) if part) if described else ""
    return ReconciliationItem(id=one.id, name=one.en, description=description)


def _above(one: Type) -> Iterator[Type]:
    if one.of is not None:
        wanted = one.of if one.kind else None
        yield from (other for other in types() if not other.kind and other.of is wanted)


def _types(path: Path) -> Iterator[Type]:
    for id, of, kind, en, hi, also in read_table(path, _TYPE_COLUMNS):
        yield Type(
            id=id,
            of=_class(of, path=path, id=id) if of else None,
            kind=kind,
            en=en,
            hi=hi,
            also=frozenset(also.split()),
        )


def _properties(path: Path) -> Iterator[Property]:
    for id, classes, use, en, hi, description in read_table(path, _PROPERTY_COLUMNS):
        if use not in _USES:
            raise DataError(f"The use of {id} is {use!r}.", where=str(path), cure=f"Write one of {', '.join(_USES)}.")
        yield Property(
            id=id,
            classes=frozenset(_class(name, path=path, id=id) for name in classes.split()),
            matches=use != "fetch",
            fetches=use != "match",
            en=en,
            hi=hi,
            description=description,
        )


def _class(name: str, *, path: Path, id: str) -> EntityType:
    try:
        return EntityType(name)
    except ValueError as error:
        raise DataError(
            f"{id} names the class {name!r}.", where=str(path), cure="Name a class of entities of the ontology."
        ) from error
