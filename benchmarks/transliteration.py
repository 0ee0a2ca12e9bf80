"""Train the model that writes Latin names in Devanagari, and show how well it does.

    python benchmarks/transliteration.py [--write]

Takes the pairs of English and Hindi names in the gazetteer's tables, word by word where there are as many words; words that do not
sound alike are translations and are left out. A tenth of the words, chosen by their hash, is held out and scored. `--write` stores
the model trained on all of them, and the names of the office-holders in Hindi, in the package's data.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import lzma
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import Levenshtein

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.gazetteer import transliteration  # noqa: E402
from kg.gazetteer.normal import normal_form  # noqa: E402
from kg.gazetteer.sound import skeleton, sound  # noqa: E402
from kg.gazetteer.tables import DATA, ENTRY_COLUMNS, ENTRY_FILES, HOLDERS, read_table  # noqa: E402
from kg.gazetteer.transliteration import END, JOIN, LONGEST, MODEL, START, Model, folded, pieces  # noqa: E402

ROUNDS = 6  #: of expectation and maximisation, by best alignments
HINDI_PIECES = 3  #: pieces of a Hindi word in a pair, at most
RARE = 12.0  #: cost (negative logarithm of the chance) of a pair that was not seen yet
LONG = 3.0  #: cost of each letter and piece beyond the first, so that pairs stay short and fit other words too
Pair = tuple[str, tuple[str, ...]]


def pairs() -> list[Pair]:
    """(Latin word, pieces of the Hindi word) of all names in the tables, and of the table of given names."""
    found: dict[tuple[str, str], None] = {}
    for name in ENTRY_FILES:
        for row in read_table(DATA / name, ENTRY_COLUMNS):
            hindi, english = row[2].replace("-", " ").split(), folded(row[3]).replace("-", " ").replace("'", "").split()
            if len(hindi) == len(english):
                found.update(dict.fromkeys(zip(english, hindi, strict=True)))
    found.update(
        dict.fromkeys((row[0], row[1]) for row in read_table(DATA / "given_names.tsv", ("en", "hi", "source")))
    )
    return [(latin, tuple(pieces(word))) for latin, word in found if _is_pair(latin, word)]


def _is_pair(latin: str, hindi: str) -> bool:
    """Whether one is the other in other letters."""
    if not (latin.isascii() and latin.isalpha() and len(latin) > 1) or not all(
        "\u0900" <= sign <= "\u097f" for sign in hindi
    ):
        return False
    return Levenshtein.normalized_similarity(skeleton(sound(latin)), skeleton(sound(hindi))) >= 0.6


def trained(words: Sequence[Pair]) -> Model:
    """The model of some pairs of words."""
    return Model(follows(words))


def follows(words: Sequence[Pair]) -> dict[str, dict[str, int]]:
    """How often each pair of pieces followed another in the best alignments."""
    chances: dict[str, float] = {}
    for _ in range(ROUNDS):
        counts = Counter(pair for latin, hindi in words for pair in aligned(latin, hindi, chances))
        total = sum(counts.values())
        chances = {pair: count / total for pair, count in counts.items()}
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for latin, hindi in words:
        line = [START, *aligned(latin, hindi, chances), END]
        for before, after in pairwise(line):
            found[before][after] += 1
    return {before: dict(sorted(after.items())) for before, after in sorted(found.items())}


def aligned(latin: str, hindi: tuple[str, ...], chances: Mapping[str, float]) -> list[str]:
    """The likeliest way to cut both words into pairs of pieces; empty where there is none."""
    best: dict[tuple[int, int], tuple[float, list[str]]] = {(0, 0): (0.0, [])}
    for at in range(len(latin)):
        for to in range(len(hindi) + 1):
            here = best.get((at, to))
            if here is None:
                continue
            for end in range(at + 1, min(len(latin), at + LONGEST) + 1):
                for upto in range(to, min(len(hindi), to + HINDI_PIECES) + 1):
                    pair = f"{latin[at:end]}{JOIN}{''.join(hindi[to:upto])}"
                    size = (end - at - 1) + abs(upto - to - 1)
                    chance = chances.get(pair)
                    cost = here[0] + LONG * size + (RARE if chance is None else -math.log(chance))
                    known = best.get((end, upto))
                    if known is None or cost < known[0]:
                        best[end, upto] = (cost, [*here[1], pair])
    return best.get((len(latin), len(hindi)), (0.0, []))[1]


def held_out(latin: str) -> bool:
    """Whether a word is in the tenth that is scored."""
    return int(hashlib.sha256(latin.encode()).hexdigest(), 16) % 10 == 0


def figures(model: Model, words: Iterable[Pair]) -> str:
    """Share of words written as in the tables, by normal form, and mean similarity of the letters."""
    transliteration._model = lambda: model  # type: ignore[assignment]
    transliteration._decoded.cache_clear()
    told = [(normal_form(transliteration._decoded(latin)), normal_form("".join(hindi))) for latin, hindi in words]
    right = sum(one == other for one, other in told) / len(told)
    alike = sum(Levenshtein.normalized_similarity(one, other) for one, other in told) / len(told)
    same = sum(skeleton(sound(one)) == skeleton(sound(other)) for one, other in told) / len(told)
    return f"{len(told)} words: {right:.2f} as written, letters alike {alike:.2f}, consonants alike {same:.2f}"


def stored(words: Sequence[Pair]) -> bytes:
    """The model as it lies in the package's data."""
    told = json.dumps(follows(words), ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(told.encode(), 9, mtime=0)


def rows() -> Iterator[list[str]]:
    """The rows of the table of office-holders, its header first."""
    for line in lzma.decompress((DATA / HOLDERS).read_bytes()).decode().rstrip("\n").split("\n"):
        yield line.split("\t")


def renamed() -> Iterator[str]:
    """The lines of that table with the Hindi names that the model gives."""
    for id, name, hindi, *others in rows():
        yield "\t".join((id, name, hindi if id == "qid" else transliteration.devanagari(name), *others))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures; store the model where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="store the model and the names in the package's data")
    arguments = parser.parse_args(argv)
    words = pairs()
    print(
        "held out:",
        figures(trained([one for one in words if not held_out(one[0])]), [one for one in words if held_out(one[0])]),
    )
    if arguments.write:
        MODEL.write_bytes(stored(words))
        model = trained(words)
        transliteration._model = lambda: model  # type: ignore[assignment]
        transliteration._decoded.cache_clear()
        text = "\n".join(renamed()) + "\n"
        (DATA / HOLDERS).write_bytes(lzma.compress(text.encode(), preset=9))
        print(f"{MODEL.name}: {MODEL.stat().st_size:,} bytes; {HOLDERS}: {(DATA / HOLDERS).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
