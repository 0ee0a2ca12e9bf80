"""The whole line, from articles to the store, on the shipped models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.graph.store import Store
from kg.pipeline import build
from kg.records import Problem
from kg.settings import Settings

ARTICLES = [
    {"id": "one", "text": "नरेंद्र मोदी ने मंगलवार को मॉस्को में व्लादिमीर पुतिन से मुलाकात की।", "date": "2024-07-09"},
    {"id": "two", "text": "अमेरिका ने ईरान पर रूस को हथियार मुहैया कराने का आरोप लगाया है। ईरान ने इन आरोपों से इनकार किया।"},
    {"id": "three", "text": "पाकिस्तान ने मिसाइल का परीक्षण किया। चीन ने परीक्षण की आलोचना की।"},
]


def written(folder: Path, articles: list[dict[str, str]]) -> str:
    path = folder / "news.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in articles), encoding="utf-8")
    return str(path)


def quads(path: Path) -> list[str]:
    with Store.open(path, read_only=True) as store:
        return sorted(str(quad) for quad in store.quads())


@pytest.mark.model
def test_a_bad_line_stops_no_other_document(tmp_path: Path) -> None:
    """A broken line of a JSON Lines file is told as a problem, and the other documents are in the store."""
    path = written(tmp_path, ARTICLES)
    Path(path).write_text(Path(path).read_text(encoding="utf-8") + '\n{"id": "bad"', encoding="utf-8")
    problems: list[Problem] = []
    report = build([path], settings=Settings(store=tmp_path / "store"), on_problem=problems.append)
    assert (report.documents, report.failed) == (3, 1)
    assert "news.jsonl:4" in problems[0].where
    with Store.open(tmp_path / "store", read_only=True) as store:
        rows = store.query(
            "PREFIX kg: <https://w3id.org/hindi-news-kg/ontology#> SELECT DISTINCT ?m { ?m a kg:Meeting ; kg:agent ?a, ?b FILTER(?a != ?b) }"
        ).rows()
        assert len(list(rows)) == 1


@pytest.mark.model
def test_order_and_workers_change_nothing(tmp_path: Path) -> None:
    """Two builds in different order and with a different number of workers hold the same quads."""
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    build([written(first, ARTICLES)], settings=Settings(store=first / "store"))
    build([written(second, ARTICLES[::-1])], settings=Settings(store=second / "store"), workers=2)
    assert quads(first / "store") == quads(second / "store")
