"""The annotated articles of the corpus: the annotation is sound, and what is read in them is scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.evaluation import evaluate
from kg.graph.store import Store
from kg.pipeline import build
from kg.records import EntityType, EventType, Modality
from kg.settings import Settings
from tests.gold import corpus

FLOOR = 0.7  #: F1 of events under which something is broken; the figures themselves stand in the README


def test_every_annotation_is_sound() -> None:
    """Keys, types and modalities exist; a trigger stands in its sentence; ids are unique, a quarter is held out."""
    rows = corpus.annotations()
    assert len({row["id"] for row in rows}) == len(rows) >= 40
    assert {row["split"] for row in rows} == set(corpus.SPLITS)
    assert sum(row["split"] == "held out" for row in rows) * 4 >= len(rows)
    for row in rows:
        events = {event["id"] for event in row["events"]}
        assert {entity["type"] for entity in row["entities"].values()} <= {str(type_) for type_ in EntityType}
        for event in row["events"]:
            assert event["type"] in {str(type_) for type_ in EventType}
            assert event["modality"] in {str(modality) for modality in Modality}
            assert event["claim"] is None or event["claim"] in events
            assert _keys(event) <= set(row["entities"])
            for mention in event["mentions"]:
                begin, end = mention["sentence"]
                assert begin <= mention["begin"] < mention["end"] <= end


def _keys(event: dict[str, object]) -> set[str]:
    arguments = [one for name in ("agents", "targets", "place", "source") for one in event[name] or ()]  # type: ignore[attr-defined]
    return {key for one in arguments for key in ([one["e"], *one.get("alt", [])] if isinstance(one, dict) else [one])}


@pytest.mark.model
def test_the_articles_for_development_are_read(shared: Path, tmp_path: Path) -> None:
    """What is read in them is far from nothing: F1 of events stands above the floor."""
    path = tmp_path / "gold.jsonl"
    rows = list(corpus.gold(shared, "development"))
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    build([str(path)], settings=Settings(store=tmp_path / "store"))
    with Store.open(tmp_path / "store", read_only=True) as store:
        report = evaluate(store, path)
    assert report.events.f1 > FLOOR
