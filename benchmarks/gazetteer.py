"""How the gazetteer grows: loading, look-ups, linking and memory at several sizes.

    python benchmarks/gazetteer.py [--sizes 0 50000 100000]

Adds made-up people and places, four names each, to the package's gazetteer, compiles it and measures in a process of its own:
seconds to compile and to load, size of the file, resident memory above that of the empty process, microseconds of a look-up,
and milliseconds to decide one name (candidates, features, score) over names in all states: known, misspelt and unknown.
Times are the medians of five rounds and are meant to be compared within one run.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.gazetteer.gazetteer import COMPILED, FETCHED  # noqa: E402
from kg.gazetteer.lines import to_line  # noqa: E402
from kg.records import EntityType, GazetteerEntry, Office  # noqa: E402

_SYLLABLES = [
    "का",
    "की",
    "कू",
    "के",
    "को",
    "खा",
    "गा",
    "गी",
    "गे",
    "गो",
    "घो",
    "चा",
    "ची",
    "चे",
    "जा",
    "जी",
    "जो",
    "टा",
    "टे",
    "डा",
    "डी",
    "डो",
    "ता",
    "ती",
    "ते",
    "तो",
    "दा",
    "दी",
    "दे",
    "धा",
    "ना",
    "नी",
    "नू",
    "ने",
    "नो",
    "पा",
    "पी",
    "पे",
    "पो",
    "फा",
    "फे",
    "बा",
    "बी",
    "बे",
    "बो",
    "भा",
    "मा",
    "मी",
    "मू",
    "मे",
    "मो",
    "या",
    "यू",
    "रा",
    "री",
    "रू",
    "रे",
    "रो",
    "ला",
    "ली",
    "लू",
    "ले",
    "लो",
    "वा",
    "वी",
    "वे",
    "शा",
    "शी",
    "सा",
    "सी",
    "सू",
    "से",
    "सो",
    "हा",
    "ही",
    "हे",
    "हो",
    "क्र",
    "प्र",
    "त्र",
    "ब्र",
    "स्त",
    "न्द",
    "म्ब",
    "न्त",
    "र्म",
    "र्ग",
    "ल्फ",
]

_MEASURE = """
import json, resource, statistics, sys, time
from pathlib import Path
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
import kg.linking.linker, kg.gazetteer.gazetteer as g
from kg.linking.candidates import Context
from kg.records import Entity, EntityType
folder, names = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
before = resident()
begin = time.perf_counter(); gazetteer = g.Gazetteer.load(folder); load = time.perf_counter() - begin
linker = kg.linking.linker.Linker(gazetteer=gazetteer)
entities = [Entity(key="e1", type=EntityType.PERSON, name=name, forms=(name,)) for name in names]
def timed(call, many):
    rounds = []
    for _ in range(5):
        begin = time.perf_counter()
        for one in many: call(one)
        rounds.append((time.perf_counter() - begin) / len(many))
    return statistics.median(rounds)
first = time.perf_counter()
for one in entities: linker.decide(one, Context())
first = (time.perf_counter() - first) / len(entities)
print(json.dumps({
    "entities": gazetteer.counts["entries"], "names": gazetteer.counts["names"], "load ms": load * 1e3,
    "look-up us": timed(gazetteer.lookup, names) * 1e6,
    "first ms": first * 1e3, "decide ms": timed(lambda one: linker.decide(one, Context()), entities) * 1e3,
    "memory MB": resident() - before,
}))
"""


def made_up(count: int, chance: random.Random) -> Iterator[GazetteerEntry]:
    """People and places with four Hindi names each."""
    for number in range(count):
        names = tuple(" ".join(_word(chance) for _ in range(chance.randint(1, 3))) for _ in range(4))
        yield GazetteerEntry(
            id=f"Q{900_000_000 + number}",
            type=chance.choice((EntityType.PERSON, EntityType.PLACE)),
            label_hi=names[0],
            label_en=f"Name {number}",
            aliases=names[1:],
            country_qid=chance.choice(("Q668", "Q30", "Q159")),
            offices=(Office(label_en="Minister of Defence", country_qid="Q668", begin="2001", end="2004"),)
            * (number % 3),
            rank=8,
        )


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4)))


def names_to_ask(entries: Sequence[GazetteerEntry], chance: random.Random) -> list[str]:
    """Known names, the same with a vowel sign changed, and names of nobody; of the package's people where none were made."""
    known = [entry.label_hi for entry in entries[:: max(1, len(entries) // 400)]] or [
        "व्लादिमीर पुतिन",
        "नरेंद्र मोदी",
        "शी जिनपिंग",
    ] * 100
    misspelt = [name.replace("ा", "ो", 1).replace("ी", "े", 1) for name in known]
    return [*known, *misspelt, *(f"{_word(chance)} {_word(chance)}" for _ in range(400))]


def measured(size: int, folder: Path) -> dict[str, float]:
    """The figures of the package's gazetteer with `size` further entities."""
    import time

    from kg.gazetteer.gazetteer import Gazetteer
    from kg.gazetteer.tables import DATA

    chance = random.Random(size)
    entries = list(made_up(size, chance))
    folder.mkdir()
    if entries:
        (folder / FETCHED).write_text("\n".join(map(to_line, entries)), encoding="utf-8")
    names = folder / "names.json"
    names.write_text(json.dumps(names_to_ask(entries, chance)), encoding="utf-8")
    begin = time.perf_counter()
    Gazetteer.load(folder)
    compiled = time.perf_counter() - begin
    found = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(folder), str(names)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    file = folder / COMPILED if entries else DATA / COMPILED
    return {
        **json.loads(found.stdout),
        "compile s": compiled if entries else 0.0,
        "file MB": file.stat().st_size / 2**20,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table, one row a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 50_000, 100_000], metavar="N")
    sizes = parser.parse_args(argv).sizes
    columns = (
        "entities",
        "names",
        "compile s",
        "file MB",
        "load ms",
        "look-up us",
        "first ms",
        "decide ms",
        "memory MB",
    )
    print(f"| {' | '.join(columns)} |\n|{' ---: |' * len(columns)}")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            found = measured(size, Path(folder) / str(size))
            print(
                f"| {' | '.join(f'{found[name]:,.0f}' if found[name] >= 100 else f'{found[name]:.2f}' for name in columns)} |"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
