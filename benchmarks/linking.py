"""Fit the weights of the linker on annotated names, and show how well it links.

    python benchmarks/linking.py [--shared FOLDER] [--write]

The weights are fitted on the entities of the annotated collections that have a QID, as extraction reads them, and on the names
written down by hand in `tests/linking`; the held-out collection and one split of the names are left out. Prints precision and recall
on all of them; `--write` puts the weights into `kg/linking/data/weights.yml`.

The regression is drawn towards weights that were set by hand (`PRIOR`): a feature that few names have keeps about what sense gives
it (ridge regression with a prior mean; Hoerl and Kennard 1970).
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.figures import collections  # noqa: E402
from kg.documents.reader import read_articles  # noqa: E402
from kg.extraction.references import References  # noqa: E402
from kg.gazetteer.gazetteer import Gazetteer  # noqa: E402
from kg.gazetteer.normal import normal_form  # noqa: E402
from kg.linking.candidates import Context, proposals  # noqa: E402
from kg.linking.linker import Linker  # noqa: E402
from kg.linking.scoring import BIAS, PATH, Weights, features_of, is_ruled_out  # noqa: E402
from kg.pipeline import analyse  # noqa: E402
from kg.records import Article, Entity, EntityType, HeldOffice  # noqa: E402
from kg.settings import Settings  # noqa: E402

NAMES = ROOT / "tests" / "linking"
FITTED = (  #: tables of `tests/linking`, and the split of them, on which the weights are fitted, beside the articles
    ("spellings.tsv", ""),
    ("spellings-2.tsv", ""),
    ("nil.tsv", ""),
    ("nil-2.tsv", ""),
    ("unknown.tsv", ""),
    ("mentions.tsv", "fit"),
)
KEPT = (
    ("spellings-3.tsv", ""),
    ("mentions.tsv", "test"),
)  #: those on which they are not, and whose misses were not read
HELD_OUT = "held out"
RIDGE = 10.0  #: penalty of squared distance from the prior
STEPS = 40
NIL_COUNTS = 3.0  #: how often a name without an item counts: texts have more of them than the lists
THRESHOLD = 0.5  #: more likely than not; no name without an item is linked, and most spellings are
PRIOR = {
    BIAS: -4.0,
    "exact": 6.5,
    "fuller": 6.0,
    "short": 2.5,
    "demonym": 6.5,
    "alike": 9.0,
    "word": 6.0,
    "fame": 2.5,
    "heard": 4.0,
    "surname": 4.0,
    "office-alone": 7.0,
    "part": 2.0,
    "common": -2.5,
    "near": -1.0,
    "later": -1.5,
    "behind": -3.0,
    "country": 1.2,
    "home": 0.7,
    "office": 2.0,
    "term": 1.5,
    "missed": -2.5,
    "company": 0.8,
    "nothing": -0.8,
    "adrift": -0.3,
    "brief": -2.0,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A name with what its document tells, and what it means."""

    entity: Entity
    context: Context
    qid: str | None  #: None: it has no item
    where: str


def listed(name: str, *, split: str = "") -> list[Case]:
    """The rows of a table of `tests/linking`; those of one split alone, where it is given."""
    with (NAMES / name).open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    numbered = enumerate(table, start=2)
    return [case_of(row, f"{name}:{line}") for line, row in numbered if split in ("", row.get("split"))]


def case_of(row: dict[str, str], where: str = "") -> Case:
    """A row as a case."""
    name = row.get("name") or row["variant"]
    held = [one.rpartition("@") for one in row.get("context", "").split("|") if one]
    offices = tuple(
        HeldOffice(entity="e1", label_hi=title, label_en=english_title(title)) for title, _, _ in held if title
    )
    bodies = frozenset(body for _, _, body in held if body)
    year = row.get("year", "")
    return Case(
        entity=Entity(
            key="e1",
            type=EntityType(row["type"]),
            name=name,
            forms=tuple(sorted({name, *filter(None, row.get("forms", "").split("|"))})),
        ),
        context=Context(
            countries=frozenset(filter(None, row.get("countries", "").split("|"))) | bodies,
            bodies=bodies,
            offices=offices,
            date=datetime.date(int(year), 7, 1) if year else None,
        ),
        qid=row.get("qid") or None,
        where=where,
    )


def english_title(hindi: str) -> str:
    """The English label that the extraction gives a title: that of its longest ending that is one."""
    words = normal_form(hindi).split()
    titles = {normal_form(form): title.label for form, title in References.load().spelled.items()}
    return next((titles[rest] for at in range(len(words)) if (rest := " ".join(words[at:])) in titles), "Official")


def read(shared: Path, folder: Path, gazetteer: Gazetteer, *, held_out: bool) -> Iterator[Case]:
    """The entities that have a QID of the annotated collections, or of the one held out, as extraction reads them."""
    linker = Linker(gazetteer=gazetteer)
    for collection in collections(shared, folder):
        if (HELD_OUT in collection.name) != held_out:
            continue
        gold = {row["id"]: row for row in map(json.loads, collection.path.read_text(encoding="utf-8").splitlines())}
        articles = [one for one in read_articles([str(collection.path)]) if isinstance(one, Article)]
        for analysis in analyse(articles, settings=Settings(store=folder / "linking")):
            document, extraction = analysis.document, analysis.linked.extraction
            known = linker.link(extraction, document).links
            for entity in extraction.entities:
                meant = set(meant_by(entity, gold[document.article.id]["entities"].values()))
                if len(meant) == 1 and None not in meant and entity.named:
                    context = linker.context(entity, extraction, document, known)
                    yield Case(entity=entity, context=context, qid=meant.pop(), where=document.article.id)


def meant_by(entity: Entity, annotated: Iterable[dict]) -> Iterator[str | None]:
    """The QIDs of the annotated entities that have the entity's name, and None for one without."""
    for one in annotated:
        names = map(normal_form, (one["name"], *one.get("aliases", [])))
        if one["type"] == entity.type.value and normal_form(entity.name) in set(names):
            yield one.get("qid")


def fitted(cases: Sequence[Case], gazetteer: Gazetteer) -> Weights:
    """The weights that tell right candidates from wrong ones best."""
    names = list(PRIOR)
    table, right, counts = [], [], []
    for case in cases:
        for proposal in proposals(case.entity, gazetteer, case.context):
            features = features_of(case.entity, proposal, gazetteer=gazetteer, context=case.context)
            if not is_ruled_out(case.entity, proposal, features, case.context):
                table.append([1.0, *(features.get(name, 0.0) for name in names[1:])])
                right.append(float(proposal.entry.id == case.qid))
                counts.append(NIL_COUNTS if case.qid is None else 1.0)
    data, labels, often = np.array(table), np.array(right), np.array(counts)
    prior = np.array([PRIOR[name] for name in names])
    weights = prior.copy()
    penalty = RIDGE * np.eye(len(names))
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-data @ weights))
        slope = data.T @ (often * (labels - chances)) - penalty @ (weights - prior)
        curve = (data * (often * chances * (1 - chances))[:, None]).T @ data + penalty
        weights = weights + np.linalg.solve(curve, slope)
    of = {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}
    return Weights(of=of, threshold=THRESHOLD)


def figures(cases: Sequence[Case], linker: Linker, *, show: bool = False) -> str:
    """Precision and recall over names with an item, and how many without one stay unlinked."""
    right = wrong = missed = quiet = 0
    for case in cases:
        link = linker.decide(case.entity, case.context)
        found = link.entry.qid if link.entry is not None else None
        local = link.entry is not None and found is None
        right += case.qid is not None and found == case.qid
        wrong += found is not None and found != case.qid
        missed += case.qid is not None and found is None
        quiet += case.qid is None and link.entry is None
        if show and found != case.qid:
            told = [(one.id, one.score, dict(one.features)) for one in link.candidates[:2]]
            print("   ", case.where, case.entity.type, case.entity.name, "is", case.qid, "not", found, local, told)
    items = sum(case.qid is not None for case in cases)
    parts = [f"{len(cases)} names"]
    if items:
        parts.append(f"precision {right / max(1, right + wrong):.3f}, recall {right / items:.3f}")
    if items < len(cases):
        parts.append(f"{quiet} of {len(cases) - items} without an item stay unlinked")
    return ", ".join(parts)


def write(weights: Weights, path: Path = PATH) -> None:
    """Put weights into the data file, glosses kept."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name = line.removeprefix("- {id: ").split(",")[0] if line.startswith("- {id: ") else ""
        lines.append(
            f"{line.rpartition('weight: ')[0]}weight: {weights.of[name]:.3f}}}" if name in weights.of else line
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures, and write the weights where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared", help="folder with the annotated articles"
    )
    parser.add_argument("--write", action="store_true", help="put the weights into the package's data")
    parser.add_argument("--errors", action="store_true", help="show what is linked wrongly or not at all")
    arguments = parser.parse_args(argv)
    gazetteer = Gazetteer.load()
    with tempfile.TemporaryDirectory() as folder:
        texts, others = (
            list(read(arguments.shared, Path(folder), gazetteer, held_out=held_out)) for held_out in (False, True)
        )
    weights = fitted([*texts, *(case for name, split in FITTED for case in listed(name, split=split))], gazetteer)
    for name, weight in weights.of.items():
        print(f"  {name:13} {weight:7.3f}   (by hand {PRIOR[name]:.1f})")
    linker = Linker(gazetteer=gazetteer, weights=weights)
    for title, cases, may_show in (
        ("annotated articles", texts, True),
        ("annotated articles held out", others, False),
        *((f"{name} {split}".strip(), listed(name, split=split), True) for name, split in FITTED),
        *((f"{name} {split}, held out", listed(name, split=split), False) for name, split in KEPT),
    ):
        print(f"{title}: {figures(cases, linker, show=arguments.errors and may_show)}")
    if arguments.write:
        write(weights)
    return 0


if __name__ == "__main__":
    sys.exit(main())
