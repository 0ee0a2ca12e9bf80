"""How results look on a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from wcwidth import wcswidth

from kg import terminal
from kg.graph.statistics import Statistics
from kg.records import (
    Article,
    Candidate,
    Document,
    Dropped,
    Entity,
    EntityType,
    Event,
    EventMention,
    EventType,
    Extraction,
    GazetteerEntry,
    Link,
    LinkedExtraction,
    Modality,
    Sentence,
    Token,
)

TEXT = "नेपाल के मंत्री ने बुधवार को भूटान की यात्रा की।"


def linked_document() -> tuple[Document, LinkedExtraction]:
    """One sentence with two entities, one of them linked, one event and one dropped candidate."""
    document = Document(
        article=Article(id="a", text=TEXT),
        sentences=(
            Sentence(index=0, tokens=(Token(index=0, text="नेपाल", begin=0, end=5),), begin=0, end=len(TEXT)),
            Sentence(index=1, tokens=(), begin=len(TEXT), end=len(TEXT), parsed=False),
        ),
    )
    begin = TEXT.index("यात्रा")
    trigger = TEXT[begin : len(TEXT) - 1]
    person = Entity(key="e1", type=EntityType.PERSON, name="मंत्री", named=False, offsets=((9, 15),))
    country = Entity(
        key="e2",
        type=EntityType.COUNTRY,
        name="भूटान",
        offsets=((TEXT.index("भूटान"), TEXT.index("भूटान") + 5),),
    )
    event = Event(
        key="v1",
        type=EventType.VISIT,
        agents=("e1",),
        targets=("e2",),
        date_text="बुधवार को",
        negated=True,
        modality=Modality.ALLEGED,
        confidence=0.75,
        mentions=(
            EventMention(sentence=0, begin=begin, end=begin + len(trigger), trigger=trigger, rule="visit.yatra-kar"),
        ),
    )
    dropped = Dropped(
        sentence=0, begin=9, end=15, trigger="मंत्री", rule="meeting.x", gate="typed", reason="no second participant"
    )
    entry = GazetteerEntry(id="Q917", type=EntityType.COUNTRY, label_hi="भूटान", label_en="Bhutan")
    extraction = Extraction(document_id="a", entities=(person, country), events=(event,), dropped=(dropped,))
    links = {
        "e1": Link(entity="e1", entry=None),
        "e2": Link(entity="e2", entry=entry, score=0.9),
    }
    return document, LinkedExtraction(extraction=extraction, links=links)


@pytest.mark.parametrize("word", ["रूस", "राष्ट्रपति", "Moscow", "किम जोंग उन", "中国"])
def test_padding_counts_terminal_cells(word: str) -> None:
    """A padded text takes the cells asked for, in whatever script."""
    assert wcswidth(terminal.pad(word, 20)) == 20


@pytest.mark.parametrize("cells", [3, 5, 8])
def test_a_cut_text_fits(cells: int) -> None:
    """A text that is cut takes no more cells than there are, and ends with an ellipsis."""
    found = terminal.cut("संयुक्त राष्ट्र सुरक्षा परिषद", cells)
    assert terminal.width(found) <= cells
    assert found.endswith("…")


def test_a_text_that_fits_is_not_cut() -> None:
    """A text as wide as the space stays as it is."""
    assert terminal.cut("रूस", terminal.width("रूस")) == "रूस"


def test_control_characters_take_no_cells() -> None:
    """A control character does not make a width negative."""
    assert terminal.width("a\x07b") == 2


def test_columns_of_hindi_stand_in_line() -> None:
    """The second column of a table begins at the same cell in every line."""
    lines = list(terminal.table(["name", "qid"], [["व्लादिमीर पुतिन", "Q7747"], ["रूस", "Q159"]]))
    begins = {
        terminal.width(line[: line.rindex(word)]) for line, word in zip(lines[2:], ["Q7747", "Q159"], strict=True)
    }
    assert begins == {terminal.width(lines[0][: lines[0].index("qid")])}


def test_a_table_is_cut_to_the_terminal() -> None:
    """No line of a table is wider than the terminal where its columns can give."""
    lines = list(terminal.table(["a", "b"], [["क" * 80, "short"]], cells=40))
    assert max(terminal.width(line) for line in lines) <= 40
    assert "short" in lines[2]


def test_a_value_with_line_breaks_takes_one_line() -> None:
    """A literal with a line break does not break its row."""
    assert len(list(terminal.table(["a"], [["x\ny"]]))) == 3


def test_results_shorten_known_iris() -> None:
    """A table shows prefixed names for IRIs of known namespaces and brackets around others."""
    found = {
        "head": {"vars": ["a", "b", "c"]},
        "results": {
            "bindings": [
                {
                    "a": {"type": "uri", "value": "https://example.org/v#Meeting"},
                    "b": {"type": "uri", "value": "https://elsewhere.org/x"},
                }
            ]
        },
    }
    lines = list(terminal.results(found, {"v": "https://example.org/v#"}))
    assert lines[2].split() == ["v:Meeting", "<https://elsewhere.org/x>"]
    assert lines[-1] == "(1 row)"


@pytest.mark.parametrize(("value", "shown"), [(True, "true"), (False, "false")])
def test_an_ask_query_shows_its_answer(value: bool, shown: str) -> None:
    """The answer of an ASK query is one word."""
    assert list(terminal.results({"head": {}, "boolean": value}, {})) == [shown]


def test_an_explanation_says_who_what_whom_and_why() -> None:
    """An explanation shows entities with QIDs, roles, modality, negation, date words, the rule and the gate."""
    shown = "\n".join(terminal.explanation(terminal.explained(*linked_document())))
    for part in (
        f"[1] {TEXT}",
        "Q917  Bhutan",
        "a description",
        "v1 Visit, alleged, negated: «यात्रा की» (visit.yatra-kar)",
        "not settled «बुधवार को»",
        "dropped «मंत्री» (meeting.x) by the gate typed: no second participant",
    ):
        assert part in shown


def test_an_explanation_shows_the_candidates_of_an_entity_once() -> None:
    """Candidates are told with score, label and features where their entity stands first, as text and as JSON."""
    document, linked = linked_document()
    candidates = (
        Candidate(id="Q917", score=0.9, features={"any name": 1.0, "zero": 0.0}),
        Candidate(id="local:x", score=0.25),
    )
    links = {**linked.links, "e2": replace(linked.links["e2"], candidates=candidates)}
    entity = replace(linked.extraction.entities[1], offsets=(*linked.extraction.entities[1].offsets, (len(TEXT),) * 2))
    extraction = replace(linked.extraction, entities=(linked.extraction.entities[0], entity))
    found = terminal.explained(
        document, LinkedExtraction(extraction=extraction, links=links), labels={"Q917": "Bhutan"}
    )
    lines = [line.strip() for line in terminal.explanation(found)]
    assert [line for line in lines if line.startswith("0.")] == ["0.90  Q917  Bhutan  (any name 1)", "0.25  local:x"]
    assert len([line for line in lines if "Q917  Bhutan" in line and line.startswith("Country")]) == 2
    assert found["sentences"][0]["entities"][1]["candidates"] == [
        {"entry": "Q917", "label": "Bhutan", "score": 0.9, "features": {"any name": 1.0, "zero": 0.0}},
        {"entry": "local:x", "label": "", "score": 0.25, "features": {}},
    ]


def test_what_was_held_back_is_told_with_gate_rule_and_participants() -> None:
    """Why a candidate became no event: its sentence, words, gate, reason, rule, and who was found; nothing else."""
    lines = list(terminal.held_back(terminal.explained(*linked_document())))
    assert lines[0] == f"[1] {TEXT}"
    assert lines[1].strip() == "«मंत्री»"
    assert [line.split()[0] for line in lines[2:6]] == ["gate", "rule", "agents", "targets"]
    assert "typed: no second participant" in lines[2]
    assert "meeting.x" in lines[3]
    assert "nobody found" in lines[4]
    assert lines[-1] == "(1 candidate held back)"
    assert not [line for line in lines if "visit.yatra-kar" in line]


def test_where_nothing_was_held_back_that_is_said() -> None:
    """Without candidates that a gate dropped, one line says so."""
    document, linked = linked_document()
    extraction = replace(linked.extraction, dropped=())
    found = terminal.explained(document, replace(linked, extraction=extraction))
    assert list(terminal.held_back(found)) == ["Nothing was held back."]


def test_an_explanation_leaves_out_what_is_not_known() -> None:
    """A fact that an event does not have takes no line."""
    shown = "\n".join(terminal.explanation(terminal.explained(*linked_document())))
    assert "quantity" not in shown
    assert "according to" not in shown


def test_an_explanation_says_which_sentences_were_not_parsed() -> None:
    """A sentence that was skipped is marked."""
    shown = list(terminal.explanation(terminal.explained(*linked_document())))
    assert next(line for line in shown if line.startswith("[2]")).endswith("(body, not parsed)")


def test_explained_entities_stand_in_their_own_sentence() -> None:
    """An entity is shown with the sentences that mention it only."""
    sentences = terminal.explained(*linked_document())["sentences"]
    assert [len(sentence["entities"]) for sentence in sentences] == [2, 0]


def test_counts_add_up() -> None:
    """The last line of each table of counts holds the sums."""
    found = Statistics(
        documents=2,
        events={(EventType.VISIT, Modality.ASSERTED): 3, (EventType.DENIAL, Modality.ASSERTED): 4},
        linked=dict.fromkeys(EntityType, 1),
        unlinked=dict.fromkeys(EntityType, 2),
        triples=10,
        quads=12,
    )
    sums = [line.split() for line in terminal.counts(found) if line.startswith("all")]
    assert sums == [["all", "7", "0", "0", "0"], ["all", "5", "10"]]
    assert terminal.counted(found)["events"] == {"Visit": {"asserted": 3}, "Denial": {"asserted": 4}}


def test_an_explanation_of_nothing_says_so() -> None:
    """A document without a sentence is not explained by silence."""
    assert list(terminal.explanation({"document": "a", "sentences": []})) == [
        "There is no sentence in it: all of its lines are boilerplate."
    ]
