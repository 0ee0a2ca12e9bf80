"""How results look on a terminal: tables, explanations, counts. Pure functions from values to lines; nothing prints.

Columns are measured in terminal cells (`wcwidth`), not characters: vowel signs of Devanagari join the letter before them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wcwidth import wcswidth

from kg.graph.statistics import Statistics
from kg.records import (
    Candidate,
    Document,
    Dropped,
    Entity,
    EntityType,
    Event,
    EventMention,
    EventType,
    GazetteerEntry,
    LinkedExtraction,
    Modality,
    Sentence,
)

if TYPE_CHECKING:
    from kg.graph.relinking import Change
    from kg.pipeline import LinkReport

_GAP = "  "
_ELLIPSIS = "…"
_NARROWEST = 12  #: cells that a column keeps when a table is cut to the terminal
_NAMES = 20  #: cells to which the names of entities are filled up
_CANDIDATES = 5  #: so many candidates of an entity are shown

Json = dict[str, Any]

# ---------------------------------------------------------------------- cells


def width(text: str) -> int:
    """Terminal cells that a text takes; control characters take none."""
    cells = wcswidth(text)
    return cells if cells >= 0 else sum(max(wcswidth(character), 0) for character in text)


def pad(text: str, cells: int) -> str:
    """The text, filled up with spaces to a width in cells; a wider one as it is."""
    return text + " " * max(cells - width(text), 0)


def cut(text: str, cells: int) -> str:
    """The longest beginning of the text that fits, with «…» where something is left out."""
    if width(text) <= cells:
        return text
    end = len(text)
    while end and width(text[:end]) + width(_ELLIPSIS) > cells:
        end -= 1
    return text[:end] + _ELLIPSIS


# ---------------------------------------------------------------------- tables


def table(names: Sequence[str], rows: Sequence[Sequence[str]], *, cells: int | None = None) -> Iterator[str]:
    """The lines of a table with a header.

    `cells` is the width of the terminal: where the table is wider, its widest columns are cut. None: nothing is cut.
    """
    flat = [[_one_line(value) for value in row] for row in rows]
    widths = [max([width(name), *(width(row[at]) for row in flat)]) for at, name in enumerate(names)]
    if cells is not None:
        widths = _fitted(widths, cells)
    yield _row(names, widths)
    yield _GAP.join("─" * size for size in widths)
    for row in flat:
        yield _row(row, widths)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _row(values: Sequence[str], widths: Sequence[int]) -> str:
    cells = (pad(cut(value, size), size) for value, size in zip(values, widths, strict=True))
    return _GAP.join(cells).rstrip()


def _fitted(widths: Sequence[int], cells: int) -> list[int]:
    """Widths that fit into a line: the widest column gives first."""
    fitted = list(widths)
    room = cells - len(_GAP) * (len(fitted) - 1)
    while fitted and sum(fitted) > room and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def question(titles: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The lines above an answer that say what was asked, given as (language, question); none where nobody said it."""
    told = [words for _, words in titles]
    yield from (*told, "") if told else ()


def results(found: Mapping[str, Any], prefixes: Mapping[str, str], *, cells: int | None = None) -> Iterator[str]:
    """The lines that show SPARQL results, given as the object of the SPARQL 1.1 Query Results JSON Format."""
    if "boolean" in found:
        yield "true" if found["boolean"] else "false"
        return
    names = found["head"]["vars"]
    bindings = found["results"]["bindings"]
    rows = [[_term(row.get(name), prefixes) for name in names] for row in bindings]
    yield from table(names, rows, cells=cells)
    yield f"({number(len(rows), 'row')})"


def _term(term: Mapping[str, str] | None, prefixes: Mapping[str, str]) -> str:
    if term is None:
        return ""
    return shortened(term["value"], prefixes) if term["type"] == "uri" else term["value"]


def shortened(iri: str, prefixes: Mapping[str, str]) -> str:
    """`kg:Meeting` for an IRI below one of the namespaces, any other IRI in angle brackets."""
    for prefix, namespace in prefixes.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest and "/" not in rest and "#" not in rest:
            return f"{prefix}:{rest}"
    return f"<{iri}>"


# ---------------------------------------------------------------------- counts


def number(count: int, thing: str) -> str:
    """«1 event», «2 events»: for words whose plural ends in s."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def conformity(documents: int, violations: int) -> str:
    """One sentence on how a validation ended."""
    verb, auxiliary = ("conforms", "does") if documents == 1 else ("conform", "do")
    if not violations:
        return f"{number(documents, 'document')} {verb}."
    return f"{number(documents, 'document')} {auxiliary} not conform: {number(violations, 'violation')}."


def counts(found: Statistics) -> Iterator[str]:
    """The lines that show how much stands in a store."""
    modalities = list(Modality)
    of_type = [[kind.value, *(str(found.events.get((kind, one), 0)) for one in modalities)] for kind in EventType]
    events = [row for row in of_type if any(cell != "0" for cell in row[1:])]
    entities = [[kind.value, str(found.linked[kind]), str(found.unlinked[kind])] for kind in EntityType]
    documents, triples = number(found.documents, "document"), number(found.triples, "triple")
    yield f"{documents}, {triples} ({found.quads} with each graph's counted)"
    yield ""
    yield from table(
        ["events", *(modality.value for modality in modalities)], [*events, _sums(events, len(modalities))]
    )
    yield ""
    yield from table(["entities", "linked", "unlinked"], [*entities, _sums(entities, 2)])


def _sums(rows: Sequence[Sequence[str]], columns: int) -> list[str]:
    return ["all", *(str(sum(int(row[at]) for row in rows)) for at in range(1, columns + 1))]


def counted(found: Statistics) -> Json:
    """The same as a value for JSON."""
    events: Json = {}
    for (kind, modality), number in found.events.items():
        events.setdefault(kind.value, {})[modality.value] = number
    return {
        "documents": found.documents,
        "triples": found.triples,
        "quads": found.quads,
        "events": events,
        "entities": {
            kind.value: {"linked": found.linked[kind], "unlinked": found.unlinked[kind]} for kind in EntityType
        },
    }


# ---------------------------------------------------------------------- linking again


def relinking(report: LinkReport, *, dry_run: bool) -> Iterator[str]:
    """The lines that show what linking a store again changed; with `dry_run`, what it would change."""
    if report.changes:
        rows = [[one.document, one.name, one.old or "not linked", _since(one)] for one in report.changes]
        yield from table(["document", "name", "before", "now"], rows)
        yield ""
    failed = f", {report.failed} without a reading" if report.failed else ""
    verb = "to change" if dry_run else "changed"
    yield (
        f"Documents: {report.documents}, {len(report.changed)} {verb}{failed}; entities linked otherwise: "
        f"{len(report.changes)}; triples in the store, each graph's counted: {report.triples}."
        + (" Nothing was written." if dry_run else "")
    )


def _since(change: Change) -> str:
    return f"{change.new} ({change.score:.2f})" if change.new else "not linked"


def relinked(report: LinkReport) -> Json:
    """The same as a value for JSON."""
    return {
        "documents": report.documents,
        "changed": list(report.changed),
        "failed": report.failed,
        "triples": report.triples,
        "entities": [
            {
                "document": one.document,
                "name": one.name,
                "type": one.type.value,
                "before": one.old,
                "now": one.new,
                "score": round(one.score, 3),
            }
            for one in report.changes
        ],
    }


# ---------------------------------------------------------------------- explanations


def explained(document: Document, linked: LinkedExtraction, *, labels: Mapping[str, str] | None = None) -> Json:
    """Everything that was read in a document, sentence by sentence, as a value for JSON.

    Offsets count Unicode code points of the text as given. `labels` name candidates by their gazetteer id.
    """
    return {
        "document": document.article.id,
        "sentences": [_sentence(document, linked, sentence, labels or {}) for sentence in document.sentences],
    }


def _sentence(document: Document, linked: LinkedExtraction, sentence: Sentence, labels: Mapping[str, str]) -> Json:
    extraction = linked.extraction
    entities = (_entity(entity, linked, labels) for entity in extraction.entities if _stands_in(entity, sentence))
    events = (
        _event(event, mention, linked)
        for event in extraction.events
        for mention in event.mentions
        if mention.sentence == sentence.index
    )
    return {
        "text": document.sentence_text(sentence.index),
        "begin": sentence.begin,
        "end": sentence.end,
        "kind": sentence.kind.value,
        "parsed": sentence.parsed,
        "entities": list(entities),
        "events": list(events),
        "dropped": [_dropped(one) for one in extraction.dropped if one.sentence == sentence.index],
    }


def _stands_in(entity: Entity, sentence: Sentence) -> bool:
    return any(sentence.begin <= begin and end <= sentence.end for begin, end in entity.offsets)


def _entity(entity: Entity, linked: LinkedExtraction, labels: Mapping[str, str]) -> Json:
    link = linked.links.get(entity.key)
    entry = link.entry if link is not None else None
    return {
        "key": entity.key,
        "type": entity.type.value,
        "name": entity.name,
        "named": entity.named,
        "qid": entry.qid if entry is not None else None,
        "entry": entry.id if entry is not None else None,
        "label": entry.label_en if entry is not None else "",
        "score": round(link.score, 3) if link is not None else 0.0,
        "candidates": [_candidate(one, labels) for one in (link.candidates[:_CANDIDATES] if link is not None else ())],
    }


def _candidate(candidate: Candidate, labels: Mapping[str, str]) -> Json:
    return {
        "entry": candidate.id,
        "label": labels.get(candidate.id, ""),
        "score": round(candidate.score, 3),
        "features": {name: round(value, 3) for name, value in candidate.features.items()},
    }


def _event(event: Event, mention: EventMention, linked: LinkedExtraction) -> Json:
    names = {entity.key: entity.name for entity in linked.extraction.entities}

    def named(keys: Iterable[str]) -> list[str]:
        return [names.get(key, key) for key in keys]

    return {
        "key": event.key,
        "type": event.type.value,
        "trigger": mention.trigger,
        "begin": mention.begin,
        "end": mention.end,
        "rule": mention.rule,
        "agents": named(event.agents),
        "targets": named(event.targets),
        "places": named(event.places),
        "date": event.date,
        "date text": event.date_text,
        "modality": event.modality.value,
        "negated": event.negated,
        "sources": named(event.sources),
        "quantity": event.quantity,
        "object": event.object,
        "claim": event.claim,
        "quotation": event.quotation,
        "confidence": round(event.confidence, 3),
        "grounds": list(event.grounds),
    }


def _dropped(dropped: Dropped) -> Json:
    return {
        "trigger": dropped.trigger,
        "begin": dropped.begin,
        "end": dropped.end,
        "rule": dropped.rule,
        "gate": dropped.gate,
        "reason": dropped.reason,
        "type": dropped.type.value if dropped.type is not None else None,
        "gloss": dropped.gloss,
        "agents": list(dropped.agents),
        "targets": list(dropped.targets),
    }


def explanation(explained: Mapping[str, Any]) -> Iterator[str]:
    """The lines of an explanation, from what `explained` returns."""
    if not explained["sentences"]:
        yield "There is no sentence in it: all of its lines are boilerplate."
    shown = set[str]()  # candidates are the same in every sentence
    for number, sentence in enumerate(explained["sentences"], start=1):
        note = "" if sentence["parsed"] else f"   ({sentence['kind']}, not parsed)"
        yield f"[{number}] {_one_line(sentence['text'])}{note}"
        for entity in sentence["entities"]:
            yield _entity_line(entity)
            yield from (_candidate_line(one) for one in entity["candidates"] if entity["key"] not in shown)
            shown.add(entity["key"])
        for event in sentence["events"]:
            yield from _event_lines(event)
        yield from (
            f"    dropped «{one['trigger']}» ({one['rule']}) by the gate {one['gate']}: {one['reason']}"
            for one in sentence["dropped"]
        )
        yield ""


def held_back(explained: Mapping[str, Any]) -> Iterator[str]:
    """The lines that say why what looks like an event became none, from what `explained` returns."""
    found = [
        (number, sentence, one)
        for number, sentence in enumerate(explained["sentences"], start=1)
        for one in sentence["dropped"]
    ]
    if not found:
        yield "Nothing was held back."
    shown = 0
    for number, sentence, one in found:
        if number != shown:
            yield f"[{number}] {_one_line(sentence['text'])}"
            shown = number
        yield f"    «{_one_line(one['trigger'])}» {one['type'] or ''}".rstrip()
        facts = (
            ("gate", f"{one['gate']}: {one['reason']}"),
            ("rule", f"{one['rule']} ({one['gloss']})" if one["gloss"] else one["rule"]),
            ("agents", ", ".join(one["agents"]) or "nobody found"),
            ("targets", ", ".join(one["targets"]) or "nobody found"),
        )
        yield from (f"        {pad(name, 13)} {_one_line(value)}" for name, value in facts)
    if found:
        yield ""
        yield f"({number_of(len(found))} held back)"


def number_of(count: int) -> str:
    """«1 candidate», «2 candidates»."""
    return number(count, "candidate")


def _entity_line(entity: Mapping[str, Any]) -> str:
    known = entity["entry"] or ("not linked" if entity["named"] else "a description")
    label = f"  {entity['label']}" if entity["label"] else ""
    return f"    {pad(entity['type'], 13)} {pad(entity['name'], _NAMES)}  {known}{label}"


def _candidate_line(candidate: Mapping[str, Any]) -> str:
    features = ", ".join(f"{name} {value:g}" for name, value in candidate["features"].items() if value)
    label = f"  {candidate['label']}" if candidate["label"] else ""
    return f"        {candidate['score']:.2f}  {candidate['entry']}{label}" + (f"  ({features})" if features else "")


def _event_lines(event: Mapping[str, Any]) -> Iterator[str]:
    negated = ", negated" if event["negated"] else ""
    yield f"    {event['key']} {event['type']}, {event['modality']}{negated}: «{event['trigger']}» ({event['rule']})"
    date = event["date"] or ("not settled" if event["date text"] else None)
    words = f" «{event['date text']}»" if event["date text"] else ""
    facts = (
        ("agents", ", ".join(event["agents"])),
        ("targets", ", ".join(event["targets"])),
        ("place", ", ".join(event["places"])),
        ("date", f"{date}{words}" if date else ""),
        ("according to", ", ".join(event["sources"])),
        ("quantity", "" if event["quantity"] is None else str(event["quantity"])),
        ("object", event["object"] or ""),
        ("about", event["claim"] or ""),
        ("quotation", f"«{event['quotation']}»" if event["quotation"] else ""),
        ("confidence", f"{event['confidence']:g}"),
    )
    yield from (f"        {pad(name, 13)} {_one_line(value)}" for name, value in facts if value)


# ---------------------------------------------------------------------- the gazetteer


def gazetteer_counts(found: Mapping[str, int]) -> Iterator[str]:
    """The lines of `kg gazetteer stats`."""
    told = {
        "entries": "entities",
        **{type.value: f"  {type.value}" for type in EntityType},
        "listed": "with Hindi names from a list",
        "wikidata": "with a Wikidata id",
        "names": "spellings of listed names",
        "offices": "offices",
    }
    for name, words in told.items():
        if found.get(name):
            yield f"{found[name]:>9,}  {words}"


def entries(found: Sequence[tuple[GazetteerEntry, float]], *, cells: int | None = None) -> Iterator[str]:
    """The lines of `kg gazetteer lookup`: entries with how alike their names are, 1 for the very name."""
    rows = [
        (one.id, one.type.value, one.label_hi, one.label_en, one.country_qid or "", f"{alike:.2f}", _latest(one))
        for one, alike in found
    ]
    yield from table(("id", "type", "Hindi", "English", "country", "alike", "what"), rows, cells=cells)


def _latest(entry: GazetteerEntry) -> str:
    """What an entry is in a few words: its kind, else the office that it took up last."""
    if entry.kind or not entry.offices:
        return entry.kind
    office = max(entry.offices, key=lambda one: one.begin or "")
    return f"{office.label_en} ({office.begin or ''}–{office.end or ''})" if office.begin else office.label_en


def entry_value(entry: GazetteerEntry, alike: float) -> Json:
    """All that is known of an entry, for JSON; what is not known is left out."""
    told = dataclasses.asdict(entry) | {"alike": round(alike, 4)}
    told["offices"] = [{name: value for name, value in office.items() if value} for office in told["offices"]]
    return {name: value for name, value in told.items() if value not in (None, "", (), [])}
