"""How sure the program is of an event, and what is left out below a confidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import confidence as fitting
from kg.errors import DataError
from kg.extraction.confidence import BIAS, Confidence, confident
from kg.records import Entity, EntityType, Event, EventMention, EventType, Extraction, HeldOffice, Modality
from tests import stored

MENTION = EventMention(sentence=0, begin=0, end=1, trigger="x", rule="meeting.baithak")


def event(key: str, confidence: float, **facts: object) -> Event:
    return Event(key=key, type=EventType.ATTACK, confidence=confidence, mentions=(MENTION,), **facts)  # type: ignore[arg-type]


def extraction() -> Extraction:
    """An accusation of which the program is sure, and the attack that it is about, of which it is not."""
    return Extraction(
        document_id="a",
        entities=(
            Entity(key="e1", type=EntityType.COUNTRY, name="भारत"),
            Entity(key="e2", type=EntityType.GROUP, name="हमलावर", named=False),
            Entity(key="e3", type=EntityType.COUNTRY, name="नेपाल"),
        ),
        events=(
            event("v1", 0.9, agents=("e1",), claim="v2"),
            event("v2", 0.4, agents=("e2",), modality=Modality.ALLEGED),
        ),
        offices=(HeldOffice(entity="e1", label_hi="मंत्री", label_en="Minister", of="e3"),),
    )


def test_grounds_add_up() -> None:
    """Confidence is the logistic function of the sum of the weights of what holds."""
    model = Confidence({BIAS: 1.0, "noun": -1.0})
    assert model.of(("noun",)) == 0.5
    assert model.of(()) > model.of(("noun",))


def test_a_ground_without_a_weight_says_nothing() -> None:
    """A ground that the fit has not seen changes no confidence."""
    model = Confidence({BIAS: 1.0})
    assert model.of(("unseen",)) == model.of(())


def test_the_weights_of_the_package_are_read() -> None:
    """Every event type that the extractor reads has a weight, and so has what holds of every event."""
    weights = Confidence.load().weights
    types = {f"type:{kind}" for kind in EventType if kind is not EventType.STATEMENT}
    assert types | {BIAS} <= set(weights)


@pytest.mark.parametrize(
    "line",
    ['- {id: "noun", gloss: "", weight: 1}', '- {id: "noun", gloss: "x"}', '- {id: "noun", weigh: 1, gloss: "x"}'],
)
def test_a_wrong_row_is_named(tmp_path: Path, line: str) -> None:
    """A row without gloss or weight, or with a misspelt field, is a DataError."""
    path = tmp_path / "confidence.yml"
    path.write_text(f"confidence:\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError):
        Confidence.load(path)


def test_what_is_read_says_what_its_confidence_rests_on() -> None:
    """An event told by a bare noun and with a pronoun is less sure than one told by a verb with names."""
    documents = stored.load(Path(__file__).parents[2] / "knowledge" / "sentences.conllu")
    (plain,) = stored.extractor().extract(documents["meet-ne-se"]).events
    (noun,) = stored.extractor().extract(documents["visit-possessive"]).events
    assert {"noun", "recalled"} <= set(noun.grounds)
    assert not {"noun", "recalled", "unknown"} & set(plain.grounds)
    assert 0 < noun.confidence < plain.confidence < 1


def test_what_is_not_sure_is_left_out() -> None:
    """Below the least confidence an event goes, with claims that point to it and entities that only it names."""
    found = confident(extraction(), least=0.5)
    assert [(one.key, one.claim) for one in found.events] == [("v1", None)]
    assert [one.key for one in found.entities] == ["e1", "e3"]
    assert found.offices == extraction().offices


def test_without_a_least_confidence_nothing_is_left_out() -> None:
    """With 0, every event stays."""
    assert confident(extraction(), least=0.0) == extraction()


def test_the_fit_finds_what_makes_events_wrong() -> None:
    """A ground that only wrong events have gets a negative weight, and the chances meet the shares."""
    cases = [fitting.Case(document=str(at), grounds=(), right=at % 10 > 0) for at in range(100)]
    cases += [fitting.Case(document=f"n{at}", grounds=("noun",), right=at % 2 > 0) for at in range(100)]
    model = fitting.fitted(cases, ["noun"])
    assert model.weights["noun"] < 0
    assert model.of(()) == pytest.approx(0.9, abs=0.02)
    assert model.of(("noun",)) == pytest.approx(0.5, abs=0.05)


def test_each_document_is_weighed_without_itself() -> None:
    """Cross-validation gives every event a confidence, and the table counts them all."""
    cases = [fitting.Case(document=str(at), grounds=("noun",) if at % 2 else (), right=at % 3 > 0) for at in range(60)]
    told = fitting.crossed(cases, ["noun"])
    assert len(told) == len(cases)
    counts = [int(row.split("|")[2]) for row in list(fitting.table(told))[2:]]
    assert sum(counts) == len(cases)


def test_weights_are_written_with_their_glosses(tmp_path: Path) -> None:
    """Writing keeps comments and glosses, and what is written is read again."""
    path = tmp_path / "confidence.yml"
    path.write_text('# why\nconfidence:\n- {id: "always", gloss: "of all", weight: 1.0}\n', encoding="utf-8")
    fitting.write(Confidence({BIAS: 2.0, "noun": -0.5}), path)
    assert Confidence.load(path).weights == {BIAS: 2.0, "noun": -0.5}
    assert path.read_text(encoding="utf-8").startswith("# why\n")
    assert "of all" in path.read_text(encoding="utf-8")
