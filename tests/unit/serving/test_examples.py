"""The example queries."""

from __future__ import annotations

from pathlib import Path

from kg.serving.state import read_examples


def test_examples_are_read_by_their_headers(tmp_path: Path) -> None:
    """Summary, language and need of the network are read; what needs the network comes last."""
    (tmp_path / "a.rq").write_text("#+ summary: Joined\nSELECT * { service <http://x/> {} }\n", encoding="utf-8")
    (tmp_path / "b.rq").write_text("#+ summary: कौन मिला?\n# no SERVICE here\nASK {}\n", encoding="utf-8")
    (tmp_path / "c.rq").write_text("ASK {}\n", encoding="utf-8")
    examples = read_examples(sorted(tmp_path.glob("*.rq")))
    assert [(one.summary, one.language, one.network) for one in examples] == [
        ("कौन मिला?", "hi", False),
        ("c", "en", False),
        ("Joined", "en", True),
    ]
