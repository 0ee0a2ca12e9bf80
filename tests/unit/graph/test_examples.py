"""The example queries."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.graph.examples import needs_network, read_examples, titles


def test_examples_are_read_by_their_headers(tmp_path: Path) -> None:
    """Questions, description and need of the network are read; what needs the network comes last."""
    (tmp_path / "a.rq").write_text("#+ summary: Joined\nSELECT * { service <http://x/> {} }\n", encoding="utf-8")
    (tmp_path / "b.rq").write_text(
        "#+ summary: Who met?\n#+ summary-hi: कौन मिला?\n#+ description: All of them.\n# no SERVICE here\nASK {}\n",
        encoding="utf-8",
    )
    (tmp_path / "c.rq").write_text("ASK {}\n", encoding="utf-8")
    examples = read_examples(sorted(tmp_path.glob("*.rq")))
    assert [(one.titles, one.description, one.network) for one in examples] == [
        ((("hi", "कौन मिला?"), ("en", "Who met?")), "All of them.", False),
        ((("en", "c"),), "", False),
        ((("en", "Joined"),), "", True),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ASK {}", ()),
        ("#+ summary: कौन मिला?\nASK {}", (("hi", "कौन मिला?"),)),
        ("#+summary:Who met?\r\nASK {}", (("en", "Who met?"),)),
        ("#+ summary:\nASK {}", ()),
        ("# summary: Who met?\nASK {}", ()),
    ],
)
def test_questions_are_told_by_language(query: str, found: object) -> None:
    """A question in Devanagari is Hindi whatever its header; other comments are no header, and an empty one says nothing."""
    assert titles(query) == found


@pytest.mark.parametrize(
    ("query", "network"),
    [
        ("#+ network: required\nASK {}", True),
        ("ASK { SERVICE <http://x/> {} }", True),
        ("#+ network: none\nASK {}", False),
        ("ASK {} # SERVICE", False),
    ],
)
def test_a_query_needs_the_network_by_its_header_or_its_clause(query: str, network: bool) -> None:
    """The header or a SERVICE clause outside comments says that the network is needed."""
    assert needs_network(query) is network
