"""Score the graphs that are built from the annotated collections, and print the rows of the README's table of figures.

python benchmarks/figures.py [--shared FOLDER]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.evaluation import Report, evaluate  # noqa: E402
from kg.graph.store import Store  # noqa: E402
from kg.pipeline import build  # noqa: E402
from kg.settings import Settings  # noqa: E402
from tests.gold import corpus  # noqa: E402


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """Annotated articles."""

    name: str
    path: Path  #: JSON Lines with text and gold


def collections(shared: Path, folder: Path) -> Iterator[Collection]:
    """The annotated collections that are there; those of the corpus are joined with its text in `folder`."""
    yield Collection(name="seed articles, written for this project", path=ROOT / "seeds" / "gold.jsonl")
    if not shared.is_dir():
        return
    yield Collection(name="real articles, meetings of Kim and Putin", path=shared / "gold" / "seeds.jsonl")
    yield Collection(name="real articles, news of 2005–2024", path=shared / "gold" / "news.jsonl")
    for split in corpus.SPLITS:
        path = folder / f"{split.replace(' ', '-')}.jsonl"
        rows = (json.dumps(row, ensure_ascii=False) + "\n" for row in corpus.gold(shared, split))
        path.write_text("".join(rows), encoding="utf-8")
        yield Collection(name=f"corpus of diplomacy, {split}", path=path)


def scored(collection: Collection, folder: Path) -> Report:
    """Build a graph of a collection's articles alone, and score it."""
    store_folder = folder / collection.path.stem
    report = build([str(collection.path)], settings=Settings(store=store_folder))
    if report.failed:
        raise SystemExit(f"{collection.path}: {report.failed} articles could not be read")
    with Store.open(store_folder, read_only=True) as store:
        return evaluate(store, collection.path)


def row(collection: Collection, report: Report) -> str:
    """A row of the README's table."""
    articles = len(collection.path.read_text(encoding="utf-8").splitlines())
    events, strict = report.events, report.events_strict
    linking = "–" if report.linking_precision is None else f"{report.linking_precision:.2f}"
    return (
        f"| {collection.name} | {articles} | {events.gold} | {events.precision:.2f} | {events.recall:.2f} "
        f"| {events.f1:.2f} | {strict.f1:.2f} | {linking} |"
    )


def main() -> None:
    """Print a row for each collection."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the other annotations")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for collection in collections(arguments.shared, folder):
            print(row(collection, scored(collection, folder)), flush=True)


if __name__ == "__main__":
    main()
