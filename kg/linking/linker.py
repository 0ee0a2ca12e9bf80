"""The linker: one decision, an entry or NIL, for each entity of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from kg.gazetteer.gazetteer import Gazetteer
from kg.linking.candidates import Context, proposals
from kg.linking.scoring import Weights, scored
from kg.records import Candidate, Document, Entity, EntityType, Extraction, HeldOffice, Link, LinkedExtraction

KEPT: Final = 5  #: candidates of an entity that are kept, best first
HOPELESS: Final = 0.01  #: score below which only the best candidate is kept

# Countries are decided first, then what offices are held at, then the rest in the light of them.
_ORDER: Final = (
    frozenset({EntityType.COUNTRY}),
    frozenset({EntityType.ORGANIZATION, EntityType.PLACE}),
    frozenset({EntityType.PERSON, EntityType.GROUP}),
)


class Linker:
    """Links entities to the gazetteer; holds nothing but the gazetteer and the weights."""

    def __init__(self, *, gazetteer: Gazetteer, weights: Weights | None = None) -> None:
        """Raises DataError where the package's weights cannot be read."""
        self.gazetteer = gazetteer
        self.weights = weights or Weights.load()

    def link(self, extraction: Extraction, document: Document) -> LinkedExtraction:
        """A `Link` for every entity of `extraction`; its `entry` is None where no candidate is good enough."""
        links: dict[str, Link] = {}
        for types in _ORDER:
            some = [entity for entity in extraction.entities if entity.type in types]
            links |= {
                entity.key: self.decide(entity, self.context(entity, extraction, document, links)) for entity in some
            }
        return LinkedExtraction(
            extraction=extraction, links={entity.key: links[entity.key] for entity in extraction.entities}
        )

    def context(self, entity: Entity, extraction: Extraction, document: Document, links: Mapping[str, Link]) -> Context:
        """What the document tells of an entity, in the light of the links that are decided already."""
        held = tuple(office for office in extraction.offices if office.entity == entity.key)
        others = [link.entry.id for key, link in links.items() if link.entry is not None and key != entity.key]
        around = {country for id in others if (country := self.gazetteer.country_of(id)) is not None}
        return Context(
            countries=frozenset(_ids(links.values(), EntityType.COUNTRY)),
            around=frozenset(around),
            bodies=frozenset(_ids(_linked(held, links))),
            offices=held,
            date=document.article.date,
        )

    def decide(self, entity: Entity, context: Context) -> Link:
        """The best candidate of one entity, or NIL, with the candidates considered."""
        found = proposals(entity, self.gazetteer, context)
        ranked = _worth(scored(entity, found, gazetteer=self.gazetteer, context=context, weights=self.weights))
        if not ranked or ranked[0].score < self.weights.threshold or _undecided([one.score for one in ranked]):
            return Link(entity=entity.key, entry=None, candidates=ranked)
        entry = self.gazetteer.entry(ranked[0].id)
        return Link(entity=entity.key, entry=entry, score=ranked[0].score, candidates=ranked)


def _worth(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates that are worth keeping: the best, whatever its score, and those behind it that are not hopeless."""
    return tuple(one for place, one in enumerate(candidates[:KEPT]) if place == 0 or one.score >= HOPELESS)


def _undecided(scores: list[float]) -> bool:
    """Two that fit equally well: nothing tells which of them it is."""
    return len(scores) > 1 and scores[0] == scores[1]


def _ids(links: Iterable[Link], type: EntityType | None = None) -> Iterable[str]:
    for link in links:
        if link.entry is not None and (type is None or link.entry.type is type):
            yield link.entry.id


def _linked(offices: Iterable[HeldOffice], links: Mapping[str, Link]) -> Iterable[Link]:
    return (links[office.of] for office in offices if office.of is not None and office.of in links)
