"""The linker: one decision, an entry or NIL, for each entity of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.gazetteer.gazetteer import Gazetteer
from kg.linking.candidates import candidates
from kg.linking.scoring import Context, score
from kg.records import Document, Entity, EntityType, Extraction, HeldOffice, Link, LinkedExtraction

THRESHOLD = 0.6  #: below it an entity is NIL


class Linker:
    """Links entities to the gazetteer; holds nothing but the gazetteer."""

    def __init__(self, *, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def link(self, extraction: Extraction, document: Document) -> LinkedExtraction:
        """A `Link` for every entity of `extraction`; its `entry` is None where no candidate is good enough.

        Countries are decided first, everything else in the light of them.
        """
        links: dict[str, Link] = {}
        for entity in extraction.entities:
            if entity.type is EntityType.COUNTRY:
                links[entity.key] = self._decide(entity, Context(date=document.article.date))
        countries = dict(links)
        for entity in extraction.entities:
            if entity.key not in links:
                links[entity.key] = self._decide(entity, self._context(entity, extraction, document, countries))
        return LinkedExtraction(
            extraction=extraction, links={entity.key: links[entity.key] for entity in extraction.entities}
        )

    def _decide(self, entity: Entity, context: Context) -> Link:
        scored = [
            score(entity, entry, gazetteer=self._gazetteer, context=context)
            for entry in candidates(entity, self._gazetteer)
        ]
        ranked = tuple(sorted(scored, key=lambda candidate: (-candidate.score, candidate.id)))
        good = ranked and ranked[0].score >= THRESHOLD and ranked[0].features["name"] > 0
        if not good:
            return Link(entity=entity.key, entry=None, candidates=ranked)
        return Link(
            entity=entity.key, entry=self._gazetteer.entry(ranked[0].id), score=ranked[0].score, candidates=ranked
        )

    def _context(
        self, entity: Entity, extraction: Extraction, document: Document, links: Mapping[str, Link]
    ) -> Context:
        held = tuple(office for office in extraction.offices if office.entity == entity.key)
        return Context(
            countries=frozenset(self._countries(links.values())),
            office_countries=frozenset(self._countries(_linked(held, links))),
            offices=held,
            date=document.article.date,
        )

    def _countries(self, links: Iterable[Link]) -> Iterable[str]:
        for link in links:
            if link.entry is not None and link.entry.type is EntityType.COUNTRY:
                yield link.entry.id


def _linked(offices: Iterable[HeldOffice], links: Mapping[str, Link]) -> Iterable[Link]:
    return (links[office.of] for office in offices if office.of is not None and office.of in links)
