"""The IRIs of documents, entities, roles, events and mentions: functions of content alone, in plain ASCII.

document/ID                     the id percent-encoded, as every name below
document/ID#char=12,20;rule=R   a mention (RFC 5147 fragments; the rule, since two rules may read one phrase)
entity/Q7747                    linked; without a QID: entity/local/NAME, the gazetteer's own id
entity/Person/NAME              unlinked, named by more than one word: NAME is the normal form, spaces as hyphens
entity/in/ID/Group/NAME         Groups, descriptions and single words; a second of one name is NAME~2
…/role/LABEL[/of/ENTITY][/from/DATE]  an office that an entity holds, below the entity
…/membership/ENTITY[/from/DATE]  that an entity is or was a member of another, below the member
…#geometry                      where an entity lies, as a GeoSPARQL geometry
event/Meeting_2023-09-13_Q1_Q2  settled: type, linked participants (agents, «to», targets) and the day
event/ID/Meeting_12_1           any other: document, type, begin offset, number in the order of the participants
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, unquote

from kg.gazetteer.normal import normal_form
from kg.records import (
    SYMMETRIC,
    Entity,
    EntityType,
    Event,
    EventMention,
    EventType,
    GazetteerEntry,
    LinkedExtraction,
    Modality,
)

Names = Mapping[str, str]
"""Key of an entity or event in its document → IRI."""

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_BY_NAME: Final = frozenset({EntityType.PERSON, EntityType.ORGANIZATION, EntityType.PLACE, EntityType.COUNTRY})
_NO_IDENTITY: Final = frozenset({EntityType.COUNTRY, EntityType.GROUP})
_MODALITY_RANK: Final = {modality: rank for rank, modality in enumerate(Modality)}
_LOCAL: Final = "local:"


def document_iri(base_iri: str, document_id: str) -> str:
    """The IRI of a document, and of the graph that holds what it says."""
    return f"{base_iri}document/{_encoded(document_id)}"


def entry_iri(base_iri: str, id: str) -> str:
    """The IRI of what the gazetteer knows by this id (a QID or «local:…»)."""
    local = id.removeprefix(_LOCAL)
    return f"{base_iri}entity/{_encoded(id)}" if local == id else f"{base_iri}entity/local/{_encoded(local)}"


def entry_id(base_iri: str, iri: str) -> str:
    """The gazetteer's id of what `entry_iri` names so."""
    name = unquote(iri.removeprefix(f"{base_iri}entity/"))
    return f"{_LOCAL}{name.removeprefix('local/')}" if name.startswith("local/") else name


def mention_iri(document: str, mention: EventMention) -> str:
    """The IRI of a phrase of a document as one rule read it; `document` is the document's IRI."""
    return f"{document}#char={mention.begin},{mention.end};rule={_encoded(mention.rule)}"


def role_iri(holder: str, label: str, *, of: str | None, base_iri: str, begin: str = "") -> str:
    """The IRI of an office that `holder` (an IRI) has at `of` (an IRI), from `begin` on where that is known."""
    parts = [f"{holder}/role/{_segment(label)}"]
    if of is not None:
        parts.append("of/" + of.removeprefix(f"{base_iri}entity/"))
    if begin:
        parts.append("from/" + _encoded(begin))
    return "/".join(parts)


def membership_iri(member: str, organization: str, *, base_iri: str, begin: str = "") -> str:
    """The IRI of the membership of `member` in `organization` (IRIs), from `begin` on where that is known."""
    of = organization.removeprefix(f"{base_iri}entity/")
    return f"{member}/membership/{of}" + (f"/from/{_encoded(begin)}" if begin else "")


def geometry_iri(entity: str) -> str:
    """The IRI of where an entity (an IRI) lies."""
    return f"{entity}#geometry"


def is_by_name(entity: Entity) -> bool:
    """Whether an unlinked entity is the same thing in every document that uses its full name."""
    return entity.named and entity.type in _BY_NAME and " " in normal_form(entity.name)


def entity_iris(linked: LinkedExtraction, *, base_iri: str) -> dict[str, str]:
    """Entity key → IRI for every entity of a document. What an unlinked one is called depends on no link of another."""
    extraction = linked.extraction
    found: dict[str, str] = {}
    taken: defaultdict[str, int] = defaultdict(int)
    for entity in sorted(extraction.entities, key=_text_order):
        entry = entry_of(linked, entity.key)
        if is_by_name(entity):
            iri = f"{base_iri}entity/{entity.type.value}/{_segment(entity.name)}"
        else:
            place = f"{base_iri}entity/in/{_encoded(extraction.document_id)}"
            iri = f"{place}/{entity.type.value}/{_segment(entity.name)}"
            taken[iri] += 1
            iri = iri if taken[iri] == 1 else f"{iri}~{taken[iri]}"
        found[entity.key] = entry_iri(base_iri, entry.id) if entry is not None else iri
    return found


def event_iris(linked: LinkedExtraction, *, base_iri: str, entities: Names) -> dict[str, str]:
    """Event key → IRI for every event of a document. Events with one IRI are one event.

    Of events with the identity of one settled event that differ in modality or negation, the surest keeps the shared IRI
    and the others are named by the document.
    """
    events = linked.extraction.events
    settled = {event.key: name for event in events if (name := _settled_name(event, linked)) is not None}
    surest: dict[str, tuple[bool, int]] = {}
    for event in events:
        if event.key in settled:
            name = settled[event.key]
            surest[name] = min(surest.get(name, _sureness(event)), _sureness(event))
    found = {}
    for event, number in _numbered(events, entities):
        shared = settled.get(event.key)
        if shared is not None and _sureness(event) == surest[shared]:
            found[event.key] = f"{base_iri}event/{shared}"
        else:
            local = f"{event.type.value}_{begin_of(event)}_{number}"
            found[event.key] = f"{base_iri}event/{_encoded(linked.extraction.document_id)}/{local}"
    return found


def entry_of(linked: LinkedExtraction, key: str) -> GazetteerEntry | None:
    """The gazetteer entry that an entity was linked to."""
    link = linked.links.get(key)
    return link.entry if link is not None else None


def begin_of(event: Event) -> int:
    """Where the first mention of an event begins, in code points of the article's text."""
    return min((mention.begin for mention in event.mentions), default=0)


def _settled_name(event: Event, linked: LinkedExtraction) -> str | None:
    """The name that an event has in every document, if its date and participants settle which event it is."""
    if event.date is None or not _DAY.fullmatch(event.date):
        return None
    agents = _identifying((*event.agents, *event.targets) if event.type in SYMMETRIC else event.agents, event, linked)
    targets = _identifying(() if event.type in SYMMETRIC else event.targets, event, linked)
    if agents is None or targets is None or not (agents or targets):
        return None
    to = ("to", *targets) if targets else ()
    return "_".join((event.type.value, event.date, *agents, *to))


def _identifying(keys: Iterable[str], event: Event, linked: LinkedExtraction) -> tuple[str, ...] | None:
    """The ids of the participants by which an event is told from others, sorted; None where one of them is not linked."""
    entries = [entry_of(linked, key) for key in dict.fromkeys(keys)]
    people = {entry.id for entry in entries if entry is not None and entry.type is EntityType.PERSON}
    if event.type is EventType.MEETING and len(people) > 1:
        entries = [entry for entry in entries if entry is not None and entry.type not in _NO_IDENTITY]
    if any(entry is None for entry in entries):
        return None
    return tuple(sorted({_encoded(entry.id).replace("_", "%5F") for entry in entries if entry is not None}))


def _numbered(events: Iterable[Event], entities: Names) -> Iterable[tuple[Event, int]]:
    """Each event with its number, from 1, among those of its type and begin, in the order of their participants' IRIs."""
    groups: defaultdict[tuple[EventType, int], list[Event]] = defaultdict(list)
    for event in events:
        groups[event.type, begin_of(event)].append(event)
    for group in groups.values():
        yield from zip(sorted(group, key=lambda event: _order(event, entities)), range(1, len(group) + 1), strict=True)


def _order(event: Event, entities: Names) -> tuple[object, ...]:
    agents, targets = (tuple(sorted(entities[key] for key in keys)) for keys in (event.agents, event.targets))
    return (agents, targets, _sureness(event), event.date or "", event.object or "", event.key)


def _sureness(event: Event) -> tuple[bool, int]:
    return event.negated, _MODALITY_RANK[event.modality]


def _text_order(entity: Entity) -> tuple[object, ...]:
    return (min(entity.offsets, default=(0, 0)), entity.type, entity.name, entity.key)


def _segment(name: str) -> str:
    """A name as a path segment, the same for all its spellings; «_» where nothing is left of it."""
    return _encoded(normal_form(name).replace(" ", "-")) or "_"


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="replace")
