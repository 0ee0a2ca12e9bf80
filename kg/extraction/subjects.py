"""What groups stand for, and which group is the subject of a clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.extraction.phrases import top
from kg.extraction.reading import (
    DATIVE,
    ERGATIVE,
    GENITIVE,
    NOMINATIVE,
    Clause,
    Finiteness,
    Group,
    Reading,
    VerbGroup,
)
from kg.records import EntityType

Keys = tuple[str, ...]
"""Keys of entities in the registry of their document."""

Kind = Literal["name", "office", "body", "group", "set", "pronoun"]
"""How a group stands for its entities."""

SUBJECT_MARKERS = frozenset({ERGATIVE, NOMINATIVE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Referent:
    """The entities that a group stands for."""

    keys: Keys
    type: EntityType
    kind: Kind


def keys_of(groups: Sequence[Group], referents: Mapping[int, Referent]) -> Keys:
    """The entities of groups, in order, each once."""
    return tuple(
        dict.fromkeys(key for group in groups if group.index in referents for key in referents[group.index].keys)
    )


def subject_group(reading: Reading, clause: Clause, referents: Mapping[int, Referent]) -> Group | None:
    """The subject of a clause: what has ने, else the first nominative that names somebody; a conjunct clause shares it."""
    own = _own_subject(reading, clause, referents)
    before = reading.clauses[clause.previous] if clause.previous >= 0 else None
    if before is None:
        return own
    if own is None:
        return None if _has_stranger(reading, clause) else subject_group(reading, before, referents)
    if own.marker == NOMINATIVE and clause.verb >= 0 and reading.verbs[clause.verb].ergative:
        shared = subject_group(reading, before, referents)
        if shared is not None and shared.marker == ERGATIVE:
            return shared  # «A ने … कहा और B | धन्यवाद दिया»: a bare noun is no subject of such a verb
    return own


def leaves_out_subject(reading: Reading, clause: Clause) -> bool:
    """«… सहयोग करने की अपील की।»: a main clause of a deed in a sentence where nobody has ने."""
    if clause.index or clause.verb < 0 or not reading.verbs[clause.verb].ergative:
        return False
    return not any(group.marker == ERGATIVE for group in reading.groups)


def _has_stranger(reading: Reading, clause: Clause) -> bool:
    """Whether a clause has a subject with ने, though nobody knows whom it names: «लेकिन | सेना ने»."""
    return any(group.marker == ERGATIVE and group.clause == clause.index for group in reading.groups)


def _own_subject(reading: Reading, clause: Clause, referents: Mapping[int, Referent]) -> Group | None:
    groups = [group for group in reading.groups if group.clause == clause.index and top(reading, group) is group]
    verb = reading.verbs[clause.verb] if clause.verb >= 0 else None
    ergative = [group for group in groups if group.marker == ERGATIVE]
    if ergative:
        named = [group for group in ergative if group.index in referents]
        return named[-1] if named else None
    marked = _marked_subject(reading, groups, verb, referents) if verb is not None else None
    if marked is not None:
        return marked
    plain = [
        group
        for group in groups
        if group.marker == NOMINATIVE
        and group.index in referents
        and referents[group.index].type is not EntityType.PLACE
        and not _object_of_inner(reading, group)
    ]
    end = verb.begin if verb is not None else len(reading.words)
    before = [group for group in plain if group.end <= end]
    return next(iter(before or plain), None)  # behind the verb: «मॉस्को में मिले पुतिन और अराघची»


def _marked_subject(
    reading: Reading, groups: Sequence[Group], verb: VerbGroup, referents: Mapping[int, Referent]
) -> Group | None:
    """A subject with को or का: «भारत को जाना पड़ा», «रूस का कहना है»."""
    if verb.obliged:
        experiencers = [group for group in groups if group.marker == DATIVE and group.index in referents]
        if experiencers:
            return experiencers[0]
    if reading.words[verb.main].endswith("ना"):
        owners = [group for group in reading.groups if group.marker == GENITIVE and group.marker_end == verb.begin]
        if owners and owners[-1].index in referents:
            return owners[-1]
    return None


def _object_of_inner(reading: Reading, group: Group) -> bool:
    """Whether a bare group stands right before an infinitive or converb: «रूस | पहुंचने»."""
    verb = reading.verb_of(group.end)
    return verb is not None and verb.finiteness in (Finiteness.INFINITIVE, Finiteness.CONVERB)
