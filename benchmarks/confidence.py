"""Fit the weights of `kg:confidence` on the annotated collections, and show whether it holds what it says.

    python benchmarks/confidence.py [--shared FOLDER] [--write]

Prints two tables of reliability: on the collections that the weights are fitted on, each document with weights that were
fitted without it (five-fold cross-validation), and on the held-out articles of the corpus. An event is right where it
matches an annotated event as `kg evaluate` has it. `--write` puts the weights into `kg/extraction/data/confidence.yml`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Collection, collections  # noqa: E402
from kg.documents.reader import read_articles  # noqa: E402
from kg.evaluation import verdicts  # noqa: E402
from kg.extraction.confidence import BIAS, PATH, Confidence  # noqa: E402
from kg.extraction.datafile import rows  # noqa: E402
from kg.graph.iris import entity_iris, event_iris  # noqa: E402
from kg.graph.store import Store  # noqa: E402
from kg.pipeline import analyse, build  # noqa: E402
from kg.records import Article  # noqa: E402
from kg.settings import Settings  # noqa: E402

HELD_OUT = "corpus of diplomacy, held out"
FOLDS = 5
RIDGE = 1.0  #: penalty of squared weights, the bias left out
STEPS = 50
BINS = (0.0, 0.6, 0.7, 0.8, 0.9, 1.01)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An event with its grounds and whether it is right."""

    document: str
    grounds: tuple[str, ...]
    right: bool


def cases(collection: Collection, folder: Path) -> Iterator[Case]:
    """The events that are read in a collection."""
    settings = Settings(store=folder / f"confidence-{collection.path.stem}")
    build([str(collection.path)], settings=settings)
    with Store.open(settings.store, read_only=True) as store:
        right = verdicts(store, collection.path)
    articles = [one for one in read_articles([str(collection.path)]) if isinstance(one, Article)]
    for analysis in analyse(articles, settings=settings):
        document = analysis.document.article.id
        entities = entity_iris(analysis.linked, base_iri=settings.base_iri)
        names = event_iris(analysis.linked, base_iri=settings.base_iri, entities=entities)
        for event in analysis.linked.extraction.events:
            verdict = right.get((document, names[event.key]))
            if verdict is not None:
                yield Case(document=f"{collection.name}/{document}", grounds=event.grounds, right=verdict)


def fitted(found: Sequence[Case], grounds: Sequence[str]) -> Confidence:
    """The weights that explain the verdicts best: ridge logistic regression by Newton's method."""
    data = np.array([[1.0, *(float(ground in case.grounds) for ground in grounds)] for case in found])
    labels = np.array([float(case.right) for case in found])
    penalty = np.diag([0.0, *([RIDGE] * len(grounds))])
    weights = np.zeros(data.shape[1])
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-data @ weights))
        slope = data.T @ (labels - chances) - penalty @ weights
        curve = (data * (chances * (1 - chances))[:, None]).T @ data + penalty
        weights = weights + np.linalg.solve(curve, slope)
    return Confidence({name: float(weight) for name, weight in zip((BIAS, *grounds), weights, strict=True)})


def crossed(found: Sequence[Case], grounds: Sequence[str]) -> list[tuple[float, bool]]:
    """(confidence, whether right) of each event, by weights that were fitted without its document."""
    folds: defaultdict[int, list[Case]] = defaultdict(list)
    for case in found:
        folds[int(hashlib.sha256(case.document.encode()).hexdigest(), 16) % FOLDS].append(case)
    told = []
    for fold, held in sorted(folds.items()):
        model = fitted([case for other, cases in folds.items() if other != fold for case in cases], grounds)
        told += [(model.of(case.grounds), case.right) for case in held]
    return told


def table(told: Sequence[tuple[float, bool]]) -> Iterator[str]:
    """The rows of a table of reliability."""
    yield "| confidence | events | mean | right |"
    yield "| --- | --- | --- | --- |"
    for least, below in pairwise(BINS):
        some = [(chance, right) for chance, right in told if least <= chance < below]
        if some:
            mean = sum(chance for chance, _ in some) / len(some)
            share = sum(right for _, right in some) / len(some)
            yield f"| {least:.1f}–{min(below, 1.0):.1f} | {len(some)} | {mean:.2f} | {share:.2f} |"


def write(model: Confidence, path: Path = PATH) -> None:
    """Put weights into the data file, glosses kept; a ground that it does not have yet gets its id for a gloss."""
    text = path.read_text(encoding="utf-8")
    head = [line for line in text.splitlines() if line.startswith("#")]
    glosses: Mapping[str, str] = {row["id"]: row["gloss"] for row in rows(path, "confidence")}
    lines = [
        f'- {{id: "{name}", gloss: "{glosses.get(name, name)}", weight: {weight:.3f}}}'
        for name, weight in model.weights.items()
    ]
    path.write_text("\n".join([*head, "confidence:", *lines]) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, and print the tables."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n", 1)[0],
        epilog="example: python benchmarks/confidence.py --shared ../shared --write",
    )
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the other annotations")
    parser.add_argument("--write", action="store_true", help="put the weights into the data file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {one.name: list(cases(one, folder)) for one in collections(arguments.shared, folder)}
    known = [case for name, some in found.items() if name != HELD_OUT for case in some]
    grounds = sorted({ground for case in known for ground in case.grounds})
    model = fitted(known, grounds)
    print("Cross-validated on the collections for development:")
    print(*table(crossed(known, grounds)), sep="\n")
    if HELD_OUT in found:
        print("On the held-out articles:")
        print(*table([(model.of(case.grounds), case.right) for case in found[HELD_OUT]]), sep="\n")
    if arguments.write:
        write(model)
        print(f"Written: {PATH}")


if __name__ == "__main__":
    main()
