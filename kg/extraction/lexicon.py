"""The lexicon: triggers, frames, case markers and noun classes, read from `data/` and checked.

Adding a verb is a row in a data file. Every entry has an id, a gloss, an example that must fire it and a counterexample
that must not; `tests/knowledge` runs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.extraction.datafile import DATA, folded_phrase, only, rows, rows_with_examples, sections, words_by_id
from kg.extraction.reading import QUOTES
from kg.extraction.references import spelled_titles
from kg.extraction.words import GENITIVES, VerbTable, fold
from kg.records import SYMMETRIC, EntityType, EventType

MarkerTable = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""First folded word → (folded words, marker id), longest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """Which markers and entity types fill a role of a frame."""

    markers: tuple[str, ...]  #: best first
    types: frozenset[EntityType]
    through: int = 0  #: filled by the possessor of a thing too, so many genitives deep: «B के फैसले की आलोचना»
    of: str = ""  #: noun class that the thing must be of
    anything: bool = False  #: filled by a common noun too, where no name is there: «चौकियों का दौरा»


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The roles of a kind of event."""

    id: str
    gloss: str
    example: str
    counterexample: str
    agent: Role
    target: Role | None  #: None for the symmetric frames
    intransitive: bool = False  #: its subject has no ने: «पहुंचा», «मिला»
    patient: bool = False  #: the subject is the target: «B को मदद मिली», «B ने A से खरीदा»


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One trigger of the lexicon."""

    id: str
    type: EventType
    frame: Frame
    gloss: str
    example: str
    counterexample: str
    host: frozenset[str] = frozenset()  #: folded nouns and adjectives
    light: frozenset[str] = frozenset()  #: stems of light verbs
    verb: frozenset[str] = frozenset()  #: stems of simple verbs
    nominal_hosts: frozenset[str] = frozenset()  #: hosts that tell of an event without a verb
    object: str = ""  #: noun class that must stand before the verb or host
    object_before: str = ""  #: likewise, but the object is not part of the trigger
    needs: frozenset[str] = frozenset()  #: markers of which one must be there
    types_of_needs: frozenset[EntityType] = frozenset()
    needs_target: bool = False
    not_before: frozenset[str] = frozenset()  #: folded words that must not stand just before
    just_after: frozenset[str] = frozenset()  #: folded words of which one must stand just before; empty: any word may
    unless_next: frozenset[str] = frozenset()  #: folded words that must not follow
    unless_topic: bool = False  #: its bare noun counts not as what one speaks of: «समझौते को लेकर»
    forms: frozenset[str] = frozenset()  #: kinds of verb groups in which alone it counts; empty: all
    after_infinitive: frozenset[str] = frozenset()  #: postposition of the infinitive that must stand right before
    joins: bool = False  #: one participant joins the meeting told of before
    copula: bool = False  #: है may be its light verb: «X का आरोप है»
    content: bool = False  #: counts only with an event as its content: «दावा किया कि …»
    verbal_host: bool = False  #: the host may be tagged as a verb
    urges: bool = False  #: counts only with a clause of what is to be done: «से कहा कि वह कार्रवाई करे»
    said: bool = False  #: who says the clause does it: «कहा कि आरोप निराधार हैं»
    speakers: bool = False  #: counts only of people and parties, who attack in words
    at_parties: bool = False  #: counts only against parties
    over: str = ""  #: postposition that may stand between host and light verb: «निशाने | पर | लिया»


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """Triggers, postpositions, verbs and word classes."""

    entries: tuple[Entry, ...]
    markers: MarkerTable  #: by first word, longest first
    bare_markers: MarkerTable  #: those with के or की, without it: they follow a possessive pronoun
    classes: Mapping[str, frozenset[str]]  #: nouns and adjectives, by name
    function_words: Mapping[str, frozenset[str]]  #: by id
    stems: Mapping[str, frozenset[str]]  #: of verbs, by id of their set
    direct_plurals: Mapping[str, str]  #: folded oblique plural → direct plural
    titles: frozenset[str]  #: titles of several words
    common: frozenset[str]  #: common nouns, which are no names
    verbs: VerbTable
    by_host: Mapping[str, tuple[Entry, ...]]
    by_verb: Mapping[str, tuple[Entry, ...]]

    @classmethod
    def load(cls, folder: Path = DATA) -> Lexicon:
        """The lexicon of the package. Raises DataError (file, entry) where a data file is wrong."""
        nouns = sections(folder / "nouns.yml")
        titles = [folded_phrase(form) for form, _ in spelled_titles(folder / "references.yml")]
        classes = _classes(nouns["classes"], titles, rows(folder / "references.yml", "sets"))
        frames = {
            row["id"]: _frame(row, folder / "frames.yml") for row in _rows(folder / "frames.yml", "frames", Frame)
        }
        entries = tuple(
            _entry(row, frames, classes, path)
            for path in sorted((folder / "triggers").glob("*.yml"))
            for row in _rows(path, "entries", Entry)
        )
        markers = _markers(folder / "markers.yml")
        stems = words_by_id(folder / "verbs.yml", "verbs", "stems")
        triggering = {stem for entry in entries for stem in (*entry.light, *entry.verb)}
        return cls(
            entries=entries,
            markers=_by_first(markers),
            bare_markers=_by_first([(form[1:], id) for form, id in markers if form[0] in GENITIVES and len(form) > 1]),
            classes=classes,
            function_words=words_by_id(folder / "function_words.yml", "words"),
            stems=stems,
            direct_plurals={fold(oblique): direct for oblique, direct in nouns["direct_plurals"].items()},
            titles=frozenset(title for title in titles if " " in title),
            common=frozenset().union(*classes.values(), *(entry.host for entry in entries)),
            verbs=VerbTable(sorted(triggering.union(*stems.values()))),
            by_host=_index((word, entry) for entry in entries for word in sorted(entry.host)),
            by_verb=_index((stem, entry) for entry in entries for stem in sorted(entry.verb)),
        )

    def stems_of(self, word: str) -> frozenset[str]:
        """The verb stems that a folded word may be a form of."""
        return frozenset(reading.stem for reading in self.verbs.readings(word))

    def may_hold_event(self, words: Sequence[str]) -> bool:
        """Whether a sentence holds any trigger word, or a quotation: decided from the words alone, before it is parsed."""
        if not QUOTES.isdisjoint(words) and any(self.stems_of(fold(word)) & self.stems["quoting"] for word in words):
            return True
        for word in words:
            folded = fold(word)
            if folded in self.by_host:
                return True
            if any(stem in self.by_verb for stem in self.stems_of(folded)):
                return True
        return False


def _rows(path: Path, section: str, kind: type[Frame | Entry]) -> list[dict[str, Any]]:
    """The entries of a section, each with fields of its kind alone."""
    needed = ("agent",) if kind is Frame else ("type", "frame")
    allowed = {field.name for field in fields(kind)} | ({"nominal"} if kind is Entry else set())
    return rows_with_examples(path, section, needed=needed, allowed=allowed)


def _classes(
    listed: Mapping[str, Sequence[str]], titles: Sequence[str], sets: Sequence[Mapping[str, Any]]
) -> dict[str, frozenset[str]]:
    """The classes of `nouns.yml`, and those that follow from `references.yml`."""
    classes = {name: frozenset(map(folded_phrase, words)) for name, words in listed.items()}
    classes["titles_last"] = frozenset(title.split()[-1] for title in titles)
    classes["set_determiners"] = frozenset(fold(word) for row in sets if row["size"] for word in row["determiners"])
    return classes


def _markers(path: Path) -> tuple[tuple[tuple[str, ...], str], ...]:
    by_id = words_by_id(path, "markers", examples=True)
    found = [(tuple(form.split()), id) for id, forms in by_id.items() for form in forms]
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair)))


def _by_first(markers: Sequence[tuple[tuple[str, ...], str]]) -> MarkerTable:
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for form, marker in markers:
        table.setdefault(form[0], []).append((form, marker))
    return {first: tuple(forms) for first, forms in table.items()}


def _role(row: Mapping[str, Any], frame: str, path: Path) -> Role:
    only([field.name for field in fields(Role)], row, frame, path)
    return Role(
        markers=tuple(row["markers"]),
        types=frozenset(EntityType(name) for name in row["types"]),
        through=int(row.get("through", 0)),
        of=row.get("of", ""),
        anything=bool(row.get("anything")),
    )


def _frame(row: Mapping[str, Any], path: Path) -> Frame:
    return Frame(
        id=row["id"],
        gloss=row["gloss"],
        example=row["example"],
        counterexample=row["counterexample"],
        agent=_role(row["agent"], row["id"], path),
        target=_role(row["target"], row["id"], path) if "target" in row else None,
        intransitive=bool(row.get("intransitive")),
        patient=bool(row.get("patient")),
    )


def _entry(
    row: Mapping[str, Any], frames: Mapping[str, Frame], classes: Mapping[str, frozenset[str]], path: Path
) -> Entry:
    _check(row, frames, classes, path)
    host = _words(row, "host")
    return Entry(
        id=row["id"],
        type=EventType(row["type"]),
        frame=frames[row["frame"]],
        gloss=row["gloss"],
        example=row["example"],
        counterexample=row["counterexample"],
        host=host,
        light=_words(row, "light"),
        verb=_words(row, "verb"),
        nominal_hosts=(_words(row, "nominal_hosts") or host) if row.get("nominal") else frozenset(),
        object=row.get("object", ""),
        object_before=row.get("object_before", ""),
        needs=frozenset(row.get("needs", ())),
        types_of_needs=frozenset(EntityType(name) for name in row.get("types_of_needs", ())),
        needs_target=bool(row.get("needs_target")),
        not_before=_words(row, "not_before"),
        just_after=_words(row, "just_after"),
        unless_next=_words(row, "unless_next"),
        unless_topic=bool(row.get("unless_topic")),
        forms=frozenset(row.get("forms", ())),
        after_infinitive=frozenset(row.get("after_infinitive", ())),
        joins=bool(row.get("joins")),
        copula=bool(row.get("copula")),
        content=bool(row.get("content")),
        verbal_host=bool(row.get("verbal_host")),
        urges=bool(row.get("urges")),
        said=bool(row.get("said")),
        speakers=bool(row.get("speakers")),
        at_parties=bool(row.get("at_parties")),
        over=row.get("over", ""),
    )


def _check(
    row: Mapping[str, Any], frames: Mapping[str, Frame], classes: Mapping[str, frozenset[str]], path: Path
) -> None:
    if row["type"] not in set(EventType):
        raise DataError(f"{row['id']}: no type {row['type']!r}.", where=str(path), cure="Name one of the ontology.")
    if row["frame"] not in frames:
        raise DataError(f"{row['id']}: no frame {row['frame']!r}.", where=str(path), cure="Name one of frames.yml.")
    for name in ("object", "object_before"):
        if row.get(name) and row[name] not in classes:
            raise DataError(f"{row['id']}: no class {row[name]!r}.", where=str(path), cure="Name one of nouns.yml.")
    if (EventType(row["type"]) in SYMMETRIC) != (frames[row["frame"]].target is None):
        raise DataError(
            f"{row['id']}: type and frame disagree.", where=str(path), cure="Symmetric types have no target."
        )


def _words(row: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(fold(word) for word in row.get(key, ()))


def _index(pairs: Any) -> dict[str, tuple[Entry, ...]]:
    index: dict[str, list[Entry]] = {}
    for word, entry in pairs:
        index.setdefault(word, []).append(entry)
    return {word: tuple(entries) for word, entries in index.items()}
