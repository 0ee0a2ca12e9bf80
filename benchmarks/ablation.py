"""What each part of the extractor brings: the scores without it, on the annotated collections that are there.

python benchmarks/ablation.py [--shared FOLDER]

Each row takes one part away and leaves the rest as it is; articles are parsed once. Prints the table of `kg/README.md`. A part
whose place in the code has gone ends the program with an error: a row that took nothing away would say nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Collection, collections  # noqa: E402
from kg.documents.clean import clean  # noqa: E402
from kg.documents.reader import read_articles  # noqa: E402
from kg.evaluation import Report, evaluate  # noqa: E402
from kg.extraction.extractor import Extractor  # noqa: E402
from kg.extraction.factuality import Factuality, judge  # noqa: E402
from kg.extraction.lexicon import Lexicon  # noqa: E402
from kg.extraction.picking import Picker  # noqa: E402
from kg.gazetteer.gazetteer import Gazetteer  # noqa: E402
from kg.graph.iris import document_iri  # noqa: E402
from kg.graph.mapping import document_quads  # noqa: E402
from kg.graph.store import Store  # noqa: E402
from kg.language.parser import Parser  # noqa: E402
from kg.language.selection import selector  # noqa: E402
from kg.linking.linker import Linker  # noqa: E402
from kg.records import Article, Document, Modality  # noqa: E402
from kg.settings import Settings  # noqa: E402

_HELD_OUT: Final = "held out"
_EXTRACTION: Final = "kg.extraction"
BASE_IRI: Final = Settings().base_iri


def nothing(*_: Any, **__: Any) -> None:
    """In place of what finds one thing or changes what it is given."""


def none(*_: Any, **__: Any) -> tuple[()]:
    """In place of what finds several things."""
    return ()


def nowhere(*_: Any) -> int:
    """In place of what a tree says."""
    return -1


def unmerged(events: Sequence[Any], *_: Any, **__: Any) -> tuple[list[Any], dict[str, str]]:
    """Every mention is an event."""
    return list(events), {}


def unchanged(events: Sequence[Any], *_: Any) -> list[Any]:
    """The events as they are."""
    return list(events)


def believed(*given: Any) -> Factuality:
    """Everything happened; the sources stay."""
    return Factuality(modality=Modality.ASSERTED, negated=False, sources=judge(*given).sources)


def nearest(self: Picker, role: Any, around: Sequence[Any], one: Any) -> tuple[str, ...]:
    """The nearest group of a type that the role takes, whatever its postposition."""
    for group, found in around:
        keys = self._taken(group, role, found, one)
        if keys:
            self.use(group, one)
            return keys
    return ()


PARTS: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "everything": {},
    "pronouns": {"coreference.antecedents": none},
    "«दोनों देश», offices, bodies, unnamed people": {"coreference.described": nothing},
    "names from the gazetteer": {"mentions._spots": none},
    "names from the model": {"mentions._model_names": none},
    "case markers of the frames": {"picking.Picker.pick": nearest},
    "attachment by the parser's trees": {"reading.Reading.governor": nowhere},
    "control": {"roles.control": nothing},
    "gates": {"extractor.gate": nothing},
    "one event for all its mentions": {"extractor.merge": unmerged},
    "modality and negation": {"extractor.judge": believed},
    "dates and places by other events": {"extractor.dated": unchanged, "extractor.placed": unchanged},
}
"""What is taken away, and what stands in its place: module and name in `kg.extraction` → replacement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """An annotated collection, parsed."""

    collection: Collection
    documents: Sequence[Document]


def parsed(collections_: Iterator[Collection], lexicon: Lexicon) -> list[Parsed]:
    """The collections but the one that is held out, each document parsed."""
    parser, select = Parser(), selector(tree=lexicon.may_hold_event)
    found = []
    for one in collections_:
        if _HELD_OUT in one.name:
            continue
        articles = [article for article in read_articles([str(one.path)]) if isinstance(article, Article)]
        documents = [parser.parse(clean(article), select=select) for article in articles]
        found.append(Parsed(collection=one, documents=documents))
    return found


def scored(one: Parsed, gazetteer: Gazetteer, lexicon: Lexicon) -> Report:
    """The report on a collection, read by what the extractor is now."""
    extractor, linker = Extractor.load(lexicon=lexicon, gazetteer=gazetteer), Linker(gazetteer=gazetteer)
    with Store.in_memory() as store:
        for document in one.documents:
            linked = linker.link(extractor.extract(document), document)
            quads = document_quads(
                linked,
                document,
                base_iri=BASE_IRI,
                lookup=lambda id: gazetteer.entry(id) if id in gazetteer else None,
            )
            store.replace_document(document_iri(BASE_IRI, document.article.id), quads)
        return evaluate(store, one.collection.path)


def without(part: str) -> ExitStack:
    """The extractor without a part, until the stack is closed. Raises AttributeError where the part is not there."""
    stack = ExitStack()
    for name, replacement in PARTS[part].items():
        stack.enter_context(patch(f"{_EXTRACTION}.{name}", replacement))
    return stack


def row(part: str, reports: Sequence[Report]) -> str:
    """A row of the table: F1 and strict F1 of each collection, then modality and date over all of them."""
    cells = [f"{report.events.f1:.2f} / {report.events_strict.f1:.2f}" for report in reports]
    facets = [_mean([report.facets.get(name) for report in reports]) for name in ("modality", "date")]
    return f"| {part} | {' | '.join([*cells, *facets])} |"


def _mean(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.2f}" if known else "–"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the other annotations")
    arguments = parser.parse_args()
    lexicon, gazetteer = Lexicon.load(), Gazetteer.load()
    with tempfile.TemporaryDirectory() as name:
        read = parsed(collections(arguments.shared, Path(name)), lexicon)
        print(f"| without | {' | '.join(one.collection.name for one in read)} | modality | date |")
        print(f"| --- |{' --- |' * (len(read) + 2)}")
        for part in PARTS:
            with without(part):
                print(row(part, [scored(one, gazetteer, lexicon) for one in read]), flush=True)


if __name__ == "__main__":
    main()
