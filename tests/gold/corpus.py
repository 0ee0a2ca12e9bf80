"""Annotated articles of the corpus, whose text is not part of the repository: ids and offsets, joined with the text here.

`corpus.jsonl` holds, for each article, the SHA-256 of its text, the entities and the events; a mention is (begin, end) and
the sentence (begin, end), in code points. Three quarters are for development; a quarter, chosen before the program read it,
is held out: it is for reporting alone, its misses are not read.

    python -m tests.gold.corpus ../shared development > gold.jsonl
"""

from __future__ import annotations

import hashlib
import json
import lzma
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ANNOTATIONS = Path(__file__).resolve().parent / "corpus.jsonl"
SPLITS = ("development", "held out")


def annotations() -> list[dict[str, Any]]:
    """The annotations as they are stored, without text."""
    return [json.loads(line) for line in ANNOTATIONS.read_text(encoding="utf-8").splitlines()]


def texts(shared: Path) -> dict[str, str]:
    """The corpus: id → text."""
    with lzma.open(shared / "corpus" / "diplomacy.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["id"]: row["text"] for row in rows}


def gold(shared: Path, split: str) -> Iterator[dict[str, Any]]:
    """The articles of one split in the format of gold files, text included."""
    corpus = texts(shared)
    for row in annotations():
        if row["split"] != split:
            continue
        text = corpus[row["id"]]
        if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
            raise ValueError(f"{row['id']}: the corpus holds another text than was annotated")
        yield {
            **dict.fromkeys(("title", "date", "publisher", "url")),
            "id": row["id"],
            "text": text,
            "entities": row["entities"],
            "events": [
                {**event, "mentions": [_mention(one, text) for one in event["mentions"]]} for event in row["events"]
            ],
        }


def _mention(mention: dict[str, Any], text: str) -> dict[str, str]:
    begin, end = mention["sentence"]
    return {"trigger": text[mention["begin"] : mention["end"]], "sentence": text[begin:end]}


if __name__ == "__main__":
    for article in gold(Path(sys.argv[1]), sys.argv[2]):
        print(json.dumps(article, ensure_ascii=False))
