"""The annotated articles of the corpus: the annotation is sound. What is read in them, `test_figures` scores."""

from __future__ import annotations

from kg.records import EntityType, EventType, Modality
from tests.gold import corpus


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
