"""How likely it is that an event is read rightly.

A logistic model over grounds: statements that hold of an event or not, each with a weight in log-odds
(`data/confidence.yml`). The weights are fitted on the annotated collections by `benchmarks/confidence.py`, which also shows
whether the probabilities hold what they say (calibration in the sense of Niculescu-Mizil and Caruana 2005).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import DataError
from kg.extraction.datafile import DATA, only, rows
from kg.extraction.entities import Registry
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys
from kg.records import SYMMETRIC, EntityType, Event, Extraction, Modality

PATH = DATA / "confidence.yml"
BIAS = "always"
"""The ground that holds of every event."""
_LONG = 40  #: tokens from which on a sentence is long
_MANY = 3  #: participants up to which an event is not crowded
_DIGITS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What is known of one mention when its sentence is read."""

    finite: bool  #: a finite verb tells of it
    noun: bool  #: a bare noun does
    named: Keys  #: the participants whom the sentence names
    tokens: int


@dataclass(frozen=True, slots=True)
class Confidence:
    """The fitted weights."""

    weights: Mapping[str, float]  #: by ground, in log-odds

    @classmethod
    def load(cls, path: Path = PATH) -> Confidence:
        """The weights of the package. Raises DataError where the file is wrong."""
        weights: dict[str, float] = {}
        for row in rows(path, "confidence"):
            only({"id", "gloss", "weight"}, row, str(row.get("id")), path)
            if not isinstance(row.get("weight"), int | float) or not row.get("gloss"):
                raise DataError(
                    f"A ground lacks its gloss or its weight: {row}.",
                    where=path.name,
                    cure="Give id, gloss and weight.",
                )
            weights[row["id"]] = float(row["weight"])
        return cls(weights)

    def of(self, grounds: Sequence[str]) -> float:
        """The probability that an event with these grounds is right, 0–1; a ground without a weight says nothing."""
        odds = sum(self.weights.get(ground, 0.0) for ground in (BIAS, *grounds))
        return round(1 / (1 + math.exp(-odds)), _DIGITS)


def telling(one: Filled, scene: Scene) -> Telling:
    """What one filled trigger says of how sure its reading is."""
    return Telling(
        finite=one.trigger.finite,
        noun=one.trigger.verb is None,
        named=named(one.everybody, scene),
        tokens=len(scene.reading.words),
    )


def named(keys: Keys, scene: Scene) -> Keys:
    """Of some entities, those that a sentence names, sorted."""
    here = {key for one in scene.referents.values() if one.kind in ("name", "office") for key in one.keys}
    return tuple(sorted(here & set(keys)))


def weighed(event: Event, tellings: Sequence[Telling], registry: Registry, model: Confidence) -> Event:
    """The event with its grounds and its confidence."""
    found = tuple(_grounds(event, tellings, registry))
    return replace(event, grounds=found, confidence=model.of(found))


def _grounds(event: Event, tellings: Sequence[Telling], registry: Registry) -> Iterator[str]:
    everybody = tuple(dict.fromkeys((*event.agents, *event.targets)))
    yield f"type:{event.type}"
    if not any(one.finite for one in tellings):
        yield "noun" if any(one.noun for one in tellings) else "inner"
    if event.type not in SYMMETRIC:
        if not event.agents:
            yield "no-agent"
        if not event.targets:
            yield "no-target"
    if not set(everybody) <= {key for one in tellings for key in one.named}:
        yield "recalled"
    if all(registry[key].type is EntityType.GROUP for key in everybody):
        yield "nameless"
    if not any(registry[key].ids for key in everybody):
        yield "unknown"
    if len(everybody) > _MANY:
        yield "crowded"
    if len(event.mentions) > 1:
        yield "retold"
    if tellings and min(one.tokens for one in tellings) > _LONG:
        yield "long"
    if event.modality is not Modality.ASSERTED:
        yield f"modality:{event.modality}"
    if event.negated:
        yield "negated"


def confident(extraction: Extraction, *, least: float) -> Extraction:
    """The extraction without the events below a confidence, and without what only they speak of.

    Claims that point to an event that is left out point nowhere; described entities that nothing else names go with it.
    """
    if least <= 0:
        return extraction
    kept = {event.key for event in extraction.events if event.confidence >= least}
    events = tuple(
        replace(event, claim=event.claim if event.claim in kept else None)
        for event in extraction.events
        if event.key in kept
    )
    used = {key for event in events for key in (*event.agents, *event.targets, *event.places, *event.sources)}
    used |= {office.of for office in extraction.offices if office.of is not None}
    entities = tuple(entity for entity in extraction.entities if entity.named or entity.key in used)
    keys = {entity.key for entity in entities}
    offices = tuple(
        office for office in extraction.offices if office.entity in keys and (office.of is None or office.of in keys)
    )
    return replace(extraction, events=events, entities=entities, offices=offices)
