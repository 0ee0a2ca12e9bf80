"""How well a graph says what annotated documents say: events, roles, facets and links against gold.

Gold is JSON Lines, one annotated document a line. An event of the graph is paired with a gold event of its type when they
share a participant (or the gold has none), the pairs with most in common first. Entities are the same by their Wikidata
id where both have one, else by any of their names in a spelling-tolerant form.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kg.errors import InputError
from kg.graph.store import Store
from kg.graph.vocabulary import KG, PREFIX_LINES, RDF, WD
from kg.records import SYMMETRIC, EventType

CORE: Final = frozenset({"Meeting", "TreatySigning", "TroopDeployment", "Denial"})
_TYPES: Final = frozenset(kind.value for kind in EventType if kind is not EventType.STATEMENT)
_SYMMETRIC: Final = frozenset(kind.value for kind in SYMMETRIC)
_TIE: Final = 0.01  #: worth of each circumstance that tells twins apart, next to 1 for all participants
_HEADLINES: Final = ("events", "events_strict", "core_events", "core_strict", "arguments")
_VOWELS: Final = str.maketrans({"\u093c": None, "\u0901": "\u0902", "ऑ": "ओ", "ॉ": "ो", "\u200c": None, "\u200d": None})


# ---------------------------------------------------------------------- what is reported


@dataclass(frozen=True, kw_only=True, slots=True)
class Ratio:
    """How many things were found, of how many that the system and the gold have."""

    hit: int
    system: int
    gold: int

    @property
    def precision(self) -> float:
        """The part of the system's that is right, 0 where it has none."""
        return self.hit / self.system if self.system else 0.0

    @property
    def recall(self) -> float:
        """The part of the gold's that was found, 0 where it has none."""
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_dict(self) -> dict[str, float]:
        """The figures, rounded to three places."""
        figures = {"p": round(self.precision, 3), "r": round(self.recall, 3), "f1": round(self.f1, 3)}
        return {**figures, "hit": self.hit, "system": self.system, "gold": self.gold}


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The outcome of an evaluation."""

    events: Ratio  #: type and a participant right
    events_strict: Ratio  #: type, all participants in their roles and negation right
    core_events: Ratio  #: of the types in `CORE`
    core_strict: Ratio
    arguments: Ratio  #: participants in their roles
    facets: Mapping[str, float]  #: part of the paired events with the facet right
    linking_precision: float | None  #: None where nothing can be judged
    linking_recall: float | None
    by_type: Mapping[str, Ratio]
    missing: tuple[str, ...]  #: ids of gold documents that the graph does not have
    errors: tuple[str, ...]  #: a line for each missed, spurious or misassigned event

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain values, for JSON."""
        return {
            **{name: getattr(self, name).as_dict() for name in _HEADLINES},
            "facets": dict(self.facets),
            "linking_precision": self.linking_precision,
            "linking_recall": self.linking_recall,
            "by_type": {name: ratio.as_dict() for name, ratio in self.by_type.items()},
            "documents_missing": list(self.missing),
        }


def format_report(report: Report, *, errors: bool = False) -> str:
    """The report as lines of text; with `errors`, each missed, spurious or misassigned event first."""
    lines = list(report.errors) if errors else []
    for name in _HEADLINES:
        ratio: Ratio = getattr(report, name)
        lines.append(
            f"{name:14} P {ratio.precision:.3f}  R {ratio.recall:.3f}  F1 {round(ratio.f1, 3):.3f}"
            f"  ({ratio.hit} of {ratio.system} system, {ratio.gold} gold)"
        )
    links = f" linking precision {report.linking_precision}  recall {report.linking_recall}"
    lines.append(f"{'facets':14} {dict(report.facets)} {links}")
    for name, ratio in report.by_type.items():
        figures = ratio.as_dict()
        lines.append(f"  {name:16} P {figures['p']:.2f} R {figures['r']:.2f} F1 {figures['f1']:.2f}  gold {ratio.gold}")
    if report.missing:
        lines.append("documents without a graph: " + ", ".join(report.missing))
    return "\n".join(lines)


def evaluate(store: Store, gold: Path) -> Report:
    """Score the graph in a store against a gold file.

    Raises InputError where the gold file cannot be read or has another format.
    """
    graph = _read_graph(store)
    tally = _Tally()
    for document in _read_gold(gold):
        tally.add(document, graph)
    return tally.report()


def verdicts(store: Store, gold: Path) -> dict[tuple[str, str], bool]:
    """Whether each event is right: (document id, event IRI) → whether it matches an annotated event, an optional one too.

    Raises InputError where the gold file cannot be read or has another format.
    """
    graph = _read_graph(store)
    found: dict[tuple[str, str], bool] = {}
    for document in _read_gold(gold):
        told = graph.documents.get(document.id, ())
        right = {pair.told for pair in _matched(document, told, graph)}
        found |= {(document.id, event.iri): at in right for at, event in enumerate(told)}
    return found


# ---------------------------------------------------------------------- the two sides


@dataclass(slots=True)
class _Thing:
    """An entity of the graph."""

    qids: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """An event of the graph: local name of a property → values, IRIs or lexical forms."""

    iri: str
    type: str
    values: Mapping[str, Sequence[str]]
    sentences: frozenset[str]

    def of(self, name: str) -> Sequence[str]:
        return self.values.get(name, ())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Graph:
    documents: Mapping[str, Sequence[_Told]]  #: by dct:identifier
    things: Mapping[str, _Thing]  #: by IRI

    def labels(self, iris: Iterable[str]) -> list[str]:
        return [self.things[iri].label for iri in iris]


@dataclass(frozen=True, kw_only=True, slots=True)
class _GoldEntity:
    key: str
    type: str
    qid: str | None
    name: str
    keys: frozenset[str]


_Argument = tuple[_GoldEntity, ...]
"""The readings of an argument, any of which is right; the annotator's first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _GoldEvent:
    type: str
    agents: tuple[_Argument, ...]
    targets: tuple[_Argument, ...]
    place: tuple[_Argument, ...]
    source: tuple[_Argument, ...]
    date: str | None
    quantity: str | None
    modalities: frozenset[str]
    negated: bool
    optional: bool
    sentences: tuple[str, ...]  #: as they stand in the text
    raw: Mapping[str, Any]

    @property
    def arguments(self) -> tuple[_Argument, ...]:
        return (*self.agents, *self.targets)


@dataclass(frozen=True, kw_only=True, slots=True)
class _GoldDocument:
    id: str
    entities: tuple[_GoldEntity, ...]
    events: tuple[_GoldEvent, ...]


def _key(text: str) -> str:
    """A spelling-tolerant key: letters, digits and vowel signs alone, without nukta, candrabindu as anusvara."""
    text = unicodedata.normalize("NFD", text).translate(_VOWELS)
    return "".join(c for c in text.casefold() if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc"))


# ---------------------------------------------------------------------- reading


def _read_graph(store: Store) -> _Graph:
    sentences: defaultdict[str, set[str]] = defaultdict(set)
    for row in _rows(store, "SELECT DISTINCT ?a ?b { ?a kg:mention/kg:sentence ?b }"):
        sentences[row[0]].add(_key(row[1]))
    documents = {
        identifier: _read_events(store, iri, sentences)
        for iri, identifier in _rows(store, "SELECT DISTINCT ?a ?b { ?a dct:identifier ?b }")
    }
    return _Graph(documents=documents, things=_read_things(store))


def _read_things(store: Store) -> dict[str, _Thing]:
    things: defaultdict[str, _Thing] = defaultdict(_Thing)
    for iri, same in _rows(store, "SELECT DISTINCT ?a ?b { ?a owl:sameAs|skos:exactMatch ?b }"):
        if same.startswith(WD):
            things[iri].qids.add(same.removeprefix(WD))
    for iri, label in _rows(store, "SELECT DISTINCT ?a ?b { ?a rdfs:label|skos:prefLabel|skos:altLabel ?b }"):
        things[iri].keys.add(_key(label))
    for iri, label in _rows(store, "SELECT DISTINCT ?a ?b { ?a rdfs:label ?b FILTER(LANG(?b) = 'hi') }"):
        things[iri].label = label
    return things


def _rows(store: Store, query: str) -> list[tuple[str, str]]:
    """(a, b) of each solution, sorted."""
    return sorted((row["a"].value, row["b"].value) for row in store.query(PREFIX_LINES + query).rows())


def _read_events(store: Store, document: str, sentences: Mapping[str, set[str]]) -> list[_Told]:
    """The scored events of a document's graph, in the order of their IRIs."""
    types: dict[str, str] = {}
    values: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in sorted(store.quads(graph=document), key=str):
        subject, predicate, value = (getattr(term, "value", "") for term in (quad.subject, quad.predicate, quad.object))
        if predicate == RDF + "type" and value.removeprefix(KG) in _TYPES:
            types[subject] = value.removeprefix(KG)
        elif predicate.startswith(KG):
            values[subject][predicate.removeprefix(KG)].append(value)
    return [
        _Told(iri=iri, type=kind, values=values[iri], sentences=frozenset(sentences.get(iri, ())))
        for iri, kind in types.items()
    ]


def _read_gold(path: Path) -> Iterator[_GoldDocument]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"This gold file cannot be read: {error}.", where=str(path), cure="Give JSON Lines in UTF-8."
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _gold_document(line, f"{path}:{number}")


def _gold_document(line: str, where: str) -> _GoldDocument:
    try:
        told = json.loads(line)
        entities = {key: _gold_entity(key, facts) for key, facts in told["entities"].items()}
        events = tuple(_gold_event(facts, entities) for facts in told["events"])
        return _GoldDocument(id=told["id"], entities=tuple(entities.values()), events=events)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"This is no annotated document: {type(error).__name__} {error}.",
            where=where,
            cure="Give one JSON object a line with id, entities and events.",
        ) from error


def _gold_entity(key: str, told: Mapping[str, Any]) -> _GoldEntity:
    names = [told["name"], told.get("en") or "", *told.get("aliases", [])]
    keys = frozenset(_key(name) for name in names if name)
    return _GoldEntity(key=key, type=told["type"], qid=told.get("qid"), name=told["name"], keys=keys)


def _gold_event(told: Mapping[str, Any], entities: Mapping[str, _GoldEntity]) -> _GoldEvent:
    def arguments(name: str) -> tuple[_Argument, ...]:
        return tuple(_readings(argument, entities) for argument in told.get(name) or ())

    quantity = told.get("quantity")
    return _GoldEvent(
        type=told["type"],
        agents=arguments("agents"),
        targets=arguments("targets"),
        place=arguments("place"),
        source=arguments("source"),
        date=told.get("date"),
        quantity=None if quantity is None else str(quantity),
        modalities=frozenset({told["modality"], *told.get("modality_alt", ())}),
        negated=bool(told.get("negated")),
        optional=bool(told.get("optional")),
        sentences=tuple(mention["sentence"] for mention in told["mentions"]),
        raw=told,
    )


def _readings(argument: Any, entities: Mapping[str, _GoldEntity]) -> _Argument:
    keys = [argument["e"], *argument.get("alt", [])] if isinstance(argument, dict) else [argument]
    return tuple(entities[key] for key in keys)


# ---------------------------------------------------------------------- comparing


def _same(thing: _Thing, argument: _Argument, document: _GoldDocument) -> bool:
    """Whether an entity of the graph is one of the readings."""
    return any(_same_entity(thing, reading, document) for reading in argument)


def _same_entity(thing: _Thing, gold: _GoldEntity, document: _GoldDocument) -> bool:
    if thing.qids and gold.qid:
        return thing.qids == {gold.qid}
    if len(thing.qids) > 1 or not (gold.keys & thing.keys or (gold.type == "Group" and _same_head(gold, thing))):
        return False
    return bool(thing.qids) or not _swallows(thing, document)


def _same_head(group: _GoldEntity, thing: _Thing) -> bool:
    """Whether two names of groups end alike: «विदेशी विशेषज्ञ» and «विशेषज्ञ»."""
    pairs = ((one, other) for one in group.keys for other in thing.keys)
    return any((one.endswith(other) or other.endswith(one)) and min(len(one), len(other)) > 2 for one, other in pairs)


def _swallows(thing: _Thing, document: _GoldDocument) -> bool:
    """Whether an unlinked entity has names of several of the document's linked ones, and so is none of them."""
    return len({gold.qid for gold in document.entities if gold.qid and gold.keys & thing.keys}) > 1


def _aligned(iris: Iterable[str], gold: Sequence[_Argument], document: _GoldDocument, graph: _Graph) -> int:
    """How many of the graph's arguments find a gold argument of their own."""
    left = list(gold)
    hits = 0
    for iri in iris:
        found = next((argument for argument in left if _same(graph.things[iri], argument, document)), None)
        if found is not None:
            left.remove(found)
            hits += 1
    return hits


def _told_roles(event: _Told) -> tuple[list[str], list[str]]:
    """(agents, targets), all as agents where the type is symmetric."""
    agents, targets = list(event.of("agent")), list(event.of("target"))
    return ([*agents, *targets], []) if event.type in _SYMMETRIC else (agents, targets)


def _gold_roles(event: _GoldEvent) -> tuple[list[_Argument], list[_Argument]]:
    agents, targets = list(event.agents), list(event.targets)
    return ([*agents, *targets], []) if event.type in _SYMMETRIC else (agents, targets)


def _right_modality(told: _Told, gold: _GoldEvent) -> bool:
    values = {value.removeprefix(KG) for value in told.of("modality") or ("asserted",)}
    return len(values) == 1 and values <= gold.modalities


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """An event of the graph and one of the gold that may be the same."""

    told: int
    gold: int
    fit: float
    required: bool
    good: int  #: arguments that agree
    told_arguments: int
    gold_arguments: int

    @property
    def complete(self) -> bool:
        return self.good == self.told_arguments == self.gold_arguments


def _pair(i: int, told: _Told, j: int, gold: _GoldEvent, document: _GoldDocument, graph: _Graph) -> _Pair | None:
    if told.type != gold.type:
        return None
    sides = list(zip(_told_roles(told), _gold_roles(gold), strict=True))
    good = sum(_aligned(ours, theirs, document, graph) for ours, theirs in sides)
    told_count, gold_count = (sum(len(side[k]) for side in sides) for k in (0, 1))
    if gold_count and not good:
        return None
    fit = 2 * good / max(1, told_count + gold_count) + _TIE * _circumstances(told, gold, document, graph)
    return _Pair(
        told=i,
        gold=j,
        fit=fit,
        required=not gold.optional,
        good=good,
        told_arguments=told_count,
        gold_arguments=gold_count,
    )


def _circumstances(told: _Told, gold: _GoldEvent, document: _GoldDocument, graph: _Graph) -> int:
    """How many of place, date, modality and sentence agree: they tell twins with the same participants apart."""
    return sum(
        (
            bool(gold.place) and _aligned(told.of("place"), gold.place, document, graph) > 0,
            gold.date is not None and gold.date in told.of("date"),
            _right_modality(told, gold),
            any(_key(sentence) in told.sentences for sentence in gold.sentences),
        )
    )


def _matched(document: _GoldDocument, told: Sequence[_Told], graph: _Graph) -> list[_Pair]:
    """One-to-one pairs, required gold events and close fits first."""
    every = [
        pair
        for i, ours in enumerate(told)
        for j, gold in enumerate(document.events)
        if (pair := _pair(i, ours, j, gold, document, graph)) is not None
    ]
    chosen: list[_Pair] = []
    for pair in sorted(every, key=lambda pair: (pair.required, pair.fit), reverse=True):
        if all(pair.told != other.told and pair.gold != other.gold for other in chosen):
            chosen.append(pair)
    return chosen


# ---------------------------------------------------------------------- counting


class _Tally:
    """Counts over the documents of a gold file."""

    def __init__(self) -> None:
        self._hit: Counter[str] = Counter()
        self._strict: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._gold: Counter[str] = Counter()
        self._arguments: Counter[str] = Counter()
        self._facets: defaultdict[str, list[bool]] = defaultdict(list)
        self._links: list[bool] = []
        self._found_links: list[bool] = []
        self._missing: list[str] = []
        self._errors: list[str] = []

    def add(self, document: _GoldDocument, graph: _Graph) -> None:
        """Count a document."""
        if document.id not in graph.documents:
            self._missing.append(document.id)
        told = graph.documents.get(document.id, ())
        pairs = _matched(document, told, graph)
        for pair in pairs:
            if pair.required:
                self._add_pair(pair, told[pair.told], document, graph)
        self._add_missed(document, {pair.gold for pair in pairs})
        self._add_spurious(document, told, pairs, graph)
        self._add_found_links(document, told, pairs, graph)
        self._add_links(document, told, graph)

    def report(self) -> Report:
        """The figures over all that was added."""
        types = sorted(kind for kind in _TYPES if self._told[kind] or self._gold[kind])
        return Report(
            events=self._ratio(self._hit, _TYPES),
            events_strict=self._ratio(self._strict, _TYPES),
            core_events=self._ratio(self._hit, CORE),
            core_strict=self._ratio(self._strict, CORE),
            arguments=Ratio(**{side: self._arguments[side] for side in ("hit", "system", "gold")}),
            facets={name: _part(self._facets[name]) or 0.0 for name in sorted(self._facets)},
            linking_precision=_part(self._links),
            linking_recall=_part(self._found_links),
            by_type={kind: self._ratio(self._hit, {kind}) for kind in types},
            missing=tuple(self._missing),
            errors=tuple(self._errors),
        )

    def _ratio(self, hits: Counter[str], types: Iterable[str]) -> Ratio:
        kinds = tuple(types)
        hit, told, gold = (sum(counter[kind] for kind in kinds) for counter in (hits, self._told, self._gold))
        return Ratio(hit=hit, system=told, gold=gold)

    def _add_pair(self, pair: _Pair, told: _Told, document: _GoldDocument, graph: _Graph) -> None:
        gold = document.events[pair.gold]
        self._hit[gold.type] += 1
        self._arguments.update(hit=pair.good, system=pair.told_arguments, gold=pair.gold_arguments)
        if pair.complete and ("true" in told.of("negated")) == gold.negated:
            self._strict[gold.type] += 1
        else:
            roles = f"gold {gold.raw['agents']}→{gold.raw['targets']} system {_roles_in_words(told, graph)}"
            self._errors.append(f"{document.id} roles differ: {gold.type} {roles}")
        for name, right in _facets(told, gold, document, graph):
            self._facets[name].append(right)

    def _add_missed(self, document: _GoldDocument, found: set[int]) -> None:
        for j, gold in enumerate(document.events):
            if gold.optional:
                continue
            self._gold[gold.type] += 1
            if j not in found:
                self._arguments["gold"] += len(gold.arguments)
                agents, targets = ([argument[0].name for argument in side] for side in (gold.agents, gold.targets))
                self._errors.append(f"{document.id} missed: {gold.type} {agents}→{targets} «{gold.sentences[0][:120]}»")

    def _add_spurious(
        self, document: _GoldDocument, told: Sequence[_Told], pairs: Sequence[_Pair], graph: _Graph
    ) -> None:
        required = {pair.told: pair.required for pair in pairs}
        for i, event in enumerate(told):
            if not required.get(i, True):
                continue
            self._told[event.type] += 1
            if i not in required:
                self._arguments["system"] += sum(map(len, _told_roles(event)))
                self._errors.append(f"{document.id} spurious: {event.type} {_roles_in_words(event, graph)}")

    def _add_found_links(
        self, document: _GoldDocument, told: Sequence[_Told], pairs: Sequence[_Pair], graph: _Graph
    ) -> None:
        """For each linked participant of a paired gold event, whether its id takes part in any event of the graph."""
        wanted = {argument[0].key: argument[0] for pair in pairs for argument in document.events[pair.gold].arguments}
        linked = {qid for event in told for iri in _participants(event) for qid in graph.things[iri].qids}
        self._found_links += [gold.qid in linked for gold in wanted.values() if gold.qid]

    def _add_links(self, document: _GoldDocument, told: Sequence[_Told], graph: _Graph) -> None:
        """For each linked entity whose name the gold links, whether the two ids agree."""
        standing = _stand_for(document)
        for iri in {iri for event in told for iri in (*_participants(event), *event.of("place"))}:
            thing = graph.things[iri]
            known = {gold.qid for gold in document.entities if gold.qid and gold.keys & thing.keys}
            if known and thing.qids:
                right = any(thing.qids <= {qid} | standing.get(qid, set()) for qid in known)
                self._links.append(len(thing.qids) == 1 and right)


def _facets(told: _Told, gold: _GoldEvent, document: _GoldDocument, graph: _Graph) -> Iterator[tuple[str, bool]]:
    """(facet, whether it is right) for each facet that the gold has, and for a date that the text does not give."""
    yield "modality", _right_modality(told, gold)
    for name, value in (("date", gold.date), ("quantity", gold.quantity)):
        if value is not None:
            yield name, set(told.of(name)) == {value}
    if gold.date is None:
        yield "date_absent", not told.of("date")
    for name, ours, theirs in (("place", "place", gold.place), ("source", "attributedTo", gold.source)):
        if theirs:
            yield name, _aligned(told.of(ours), theirs, document, graph) > 0


def _stand_for(document: _GoldDocument) -> dict[str, set[str]]:
    """Wikidata id → the ids that stand for it or it for them: a capital and its country."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for argument in (argument for event in document.events for argument in event.arguments if len(argument) > 1):
        qids = {reading.qid for reading in argument if reading.qid}
        for qid in qids:
            found[qid] |= qids
    return found


def _participants(event: _Told) -> tuple[str, ...]:
    return (*event.of("agent"), *event.of("target"))


def _roles_in_words(event: _Told, graph: _Graph) -> str:
    return f"{graph.labels(event.of('agent'))}→{graph.labels(event.of('target'))}"


def _part(outcomes: Sequence[bool]) -> float | None:
    """The part that is true, to three places; None of nothing."""
    return round(sum(outcomes) / len(outcomes), 3) if outcomes else None
