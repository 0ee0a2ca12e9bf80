"""Time the reading of articles beside a plain Stanza pipeline that gets one document at a time, and print the ratio.

Both run on the same models, in one process with one thread, in turns of a few articles, so that what else the machine
does strikes both alike. Loading is not counted.

python benchmarks/speed.py [--articles N] [FILE.jsonl[.xz]]
"""

from __future__ import annotations

import argparse
import json
import lzma
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import stanza  # noqa: E402
import torch  # noqa: E402

from kg.pipeline import analyse  # noqa: E402
from kg.records import Article  # noqa: E402
from kg.settings import Settings  # noqa: E402

TURN = 5  #: articles of one turn


def articles(path: Path, number: int) -> list[Article]:
    """Every so-manieth article of a file, `number` in all."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    step = max(1, len(rows) // number)
    return [Article(id=row["id"], text=row["text"]) for row in rows[::step][:number]]


def seconds(call: Callable[[], Any]) -> float:
    """How long a call takes, in seconds of the processor."""
    begin = time.process_time()
    call()
    return time.process_time() - begin


def compare(chosen: Sequence[Article]) -> list[tuple[float, float]]:
    """(seconds of this program, seconds of plain Stanza) of each turn."""
    settings = Settings()
    plain = stanza.Pipeline(
        "hi",
        dir=str(settings.models_dir),
        processors="tokenize,pos,lemma,depparse,ner",
        download_method=None,
        use_gpu=False,
        logging_level="CRITICAL",
    )
    ours = analyse([chosen[0], *chosen], settings=settings)
    next(ours)  # loads
    plain(chosen[0].text)
    turns = []
    for at in range(0, len(chosen), TURN):
        texts = [article.text for article in chosen[at : at + TURN]]
        own = seconds(lambda texts=texts: [next(ours) for _ in texts])
        turns.append((own, seconds(lambda texts=texts: [plain(text) for text in texts])))
    return turns


def main() -> None:
    """Print the ratio of both programs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("file", nargs="?", type=Path, default=ROOT.parent / "shared/corpus/diplomacy.jsonl.xz")
    parser.add_argument("--articles", type=int, default=100, help="how many articles (100)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    turns = compare(articles(arguments.file, arguments.articles))
    ours, theirs = (sum(one) for one in zip(*turns, strict=True))
    ratios = sorted(plain / own for own, plain in turns)
    low, high = ratios[len(ratios) // 10], ratios[-1 - len(ratios) // 10]
    print(
        f"plain Stanza, one document at a time: {theirs:.1f} s; this program, extraction and linking included: {ours:.1f} s"
    )
    print(
        f"ratio {theirs / ours:.2f}; by turns of {TURN} articles: median {statistics.median(ratios):.2f}, 10–90 %: {low:.2f}–{high:.2f}"
    )
    print(f"peak memory of both together: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
