"""Import from a Wikidata dump that the tests write."""

from __future__ import annotations

import bz2
import gzip
import json
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from kg.errors import DataError, InputError
from kg.gazetteer.dump import import_dump
from kg.gazetteer.gazetteer import FETCHED, Gazetteer
from kg.gazetteer.lines import read_lines
from kg.records import EntityType, GazetteerEntry, Office, Problem


def snak(value: Any, kind: str = "value") -> dict[str, Any]:
    return {"snaktype": kind} | ({"datavalue": {"value": value}} if kind == "value" else {})


def claim(value: Any, rank: str = "normal", kind: str = "value", **qualifiers: Any) -> dict[str, Any]:
    return {
        "mainsnak": snak(value, kind),
        "rank": rank,
        "qualifiers": {name: [one] for name, one in qualifiers.items()},
    }


def of(id: str, rank: str = "normal", kind: str = "value", **qualifiers: Any) -> dict[str, Any]:
    return claim({"id": id}, rank, kind, **qualifiers)


def time(text: str, precision: int = 11) -> dict[str, Any]:
    return snak({"time": f"+{text}T00:00:00Z", "precision": precision})


def item(
    id: str,
    *,
    hi: str = "",
    en: str = "",
    aliases: Iterable[str] = (),
    acronyms: Iterable[str] = (),
    wikis: int = 0,
    **claims: Any,
) -> str:
    labels = {language: {"value": text} for language, text in (("hi", hi), ("en", en)) if text}
    names = {"hi": [{"value": name} for name in aliases], "en": [{"value": name} for name in acronyms]}
    told = {
        "id": id,
        "type": "item",
        "labels": labels,
        "aliases": names,
        "claims": claims,
        "sitelinks": {f"w{number}": {} for number in range(wikis)},
    }
    return json.dumps(told, ensure_ascii=False)


PERSON, CITY, POSITION = of("Q5"), of("Q515"), of("Q4164871")
MINISTER = item("Q900000100", en="Minister of Dykes", P31=[POSITION])
HOLDER = item(
    "Q900000001",
    en="John Kerrin",
    P31=[PERSON],
    P27=[of("Q16")],
    P39=[
        of("Q900000100", P580=time("2024-05-14"), P582=time("2025-01-00", 10)),
        of("Q900000101", P580=time("2020-00-00", 9)),
        of("Q900000100", "deprecated"),
        of("", kind="somevalue"),
    ],
)
TOWN = item(
    "Q900000002",
    hi="अनोखापुर",
    en="Anokhapur",
    aliases=["अनोखा नगर", "Anokha", "अनोखापुर"],
    acronyms=["ANK", "Anokha town"],
    wikis=70,
    P31=[of("Q515", "deprecated"), of("Q3957")],
    P17=[of("Q16"), of("Q668", "preferred")],
    P625=[claim({"latitude": 12.5, "longitude": 77.123456789})],
)
OTHERS = (
    item("Q900000003", hi="सुंदर फूल", P31=[of("Q506")]),
    item("Q900000004", en="Nobody Known", P31=[PERSON]),
    item("Q900000005", en="Latin Town", P31=[CITY]),
    item("Q900000006", hi="Latin", en="Latin Label", P31=[CITY]),
    json.dumps({"id": "P31", "type": "property", "labels": {"hi": {"value": "का उदाहरण"}}}, ensure_ascii=False),
    item("Q900000007", hi="बिना वर्ग", P31=[of("", kind="novalue")]),
)


def written(path: Path, lines: Iterable[str]) -> Path:
    opened: Callable[..., Any] = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix, open)
    with opened(path, "wt", encoding="utf-8") as out:
        out.write("[\n" + ",\n".join(lines) + "\n]\n")
    return path


def entries(folder: Path) -> list[GazetteerEntry]:
    return [one for one in read_lines(folder / FETCHED) if isinstance(one, GazetteerEntry)]


@pytest.mark.parametrize("name", ["dump.json", "dump.json.gz", "dump.json.bz2"])
def test_what_is_wanted_is_kept(tmp_path: Path, name: str) -> None:
    """A town with a Hindi label and a person with an office are kept, with all that is told of them; the rest is not."""
    done = import_dump(written(tmp_path / name, [HOLDER, *OTHERS, TOWN, MINISTER]), tmp_path / "names")
    holder, town = entries(tmp_path / "names")
    assert (done.kept, done.failed) == (2, 0)
    assert holder == GazetteerEntry(
        id="Q900000001",
        type=EntityType.PERSON,
        label_hi=holder.label_hi,
        label_en="John Kerrin",
        country_qid="Q16",
        offices=(Office(label_en="Minister of Dykes", country_qid="Q16", begin="2024-05-14", end="2025-01"),),
        source="wikidata",
        rank=9,
        listed=False,
    )
    assert holder.label_hi.startswith("जॉन ")
    assert town == GazetteerEntry(
        id="Q900000002",
        type=EntityType.PLACE,
        label_hi="अनोखापुर",
        label_en="Anokhapur",
        aliases=("अनोखा नगर", "ANK"),
        country_qid="Q668",
        kind="city",
        lat=12.5,
        lon=77.123457,
        source="wikidata",
        rank=7,
    )


def test_what_was_imported_is_known(tmp_path: Path) -> None:
    """The gazetteer of the folder finds imported names, and people by the sound of their English name."""
    import_dump(written(tmp_path / "dump.json", [HOLDER, TOWN, MINISTER]), tmp_path / "names")
    gazetteer = Gazetteer.load(tmp_path / "names")
    assert gazetteer.lookup("अनोखा नगर")[0].id == "Q900000002"
    assert gazetteer.similar("जॉन केरिन")[0][0].id == "Q900000001"
    assert sorted(path.name for path in (tmp_path / "names").iterdir()) == ["gazetteer.bin", FETCHED]


def test_a_broken_line_is_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    """Each line that is no entity is a warning with its number."""
    problems: list[Problem] = []
    broken = [
        '{"id": "Q1", "labels": {"hi": {"value": "क"}}, "claims": {"P31": 5}}',
        '{"hi" broken',
        '"hi"',
        '{"labels": {"hi": {"value": "क"}}}',
    ]
    dump = written(tmp_path / "dump.json", [HOLDER, *broken, TOWN, MINISTER])
    done = import_dump(dump, tmp_path / "names", on_problem=problems.append)
    assert (done.kept, done.failed) == (2, len(problems))
    assert [problem.where for problem in problems][:3] == [f"{dump}:{line}" for line in (3, 4, 5)]
    assert all(problem.what and problem.cure and not problem.fatal for problem in problems)


def test_a_dump_that_is_cut_off_is_told(tmp_path: Path) -> None:
    """InputError names the file and the line; the table is left as it was."""
    dump = written(tmp_path / "dump.json.gz", [HOLDER, TOWN] * 50)
    dump.write_bytes(dump.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"cut off or damaged behind line \d+"):
        import_dump(dump, tmp_path / "names")
    assert not (tmp_path / "names" / FETCHED).exists()
    with pytest.raises(InputError, match="none"):
        import_dump(tmp_path / "none.json", tmp_path / "names")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """DataError names the folder."""
    (tmp_path / "names").write_text("a file", encoding="utf-8")
    with pytest.raises(DataError, match="names"):
        import_dump(written(tmp_path / "dump.json", [TOWN]), tmp_path / "names")


def many(count: int) -> Iterable[str]:
    for number in range(count):
        yield item(f"Q{910_000_000 + number}", hi=f"नगर संख्या {number}", en=f"Town {number}", P31=[CITY])


class Stop(Exception):
    """What a test stops an import with, as Ctrl-C would."""


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """Stopped anywhere and called again, an import leaves the same table as one that was not stopped."""
    dump = written(tmp_path / "dump.json.gz", [HOLDER, *many(9000), MINISTER])
    import_dump(dump, tmp_path / "one")
    stops = iter((1, 2, 3))
    calls = 0

    def stop(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if next(stops, None) is not None:
            raise Stop

    for _ in range(3):
        with pytest.raises(Stop):
            import_dump(dump, tmp_path / "two", on_progress=stop)
    assert import_dump(dump, tmp_path / "two", on_progress=stop).kept == 9001
    assert (tmp_path / "two" / FETCHED).read_bytes() == (tmp_path / "one" / FETCHED).read_bytes()


def test_a_run_over_another_file_begins_anew(tmp_path: Path) -> None:
    """What another dump left behind, or `restart`, counts for nothing."""
    first, second = (written(tmp_path / name, many(count)) for name, count in (("a.json", 5000), ("b.json", 10)))

    def stop(done: int, total: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        import_dump(first, tmp_path / "names", on_progress=stop)
    assert import_dump(second, tmp_path / "names").kept == 10
    assert len(entries(tmp_path / "names")) == 10


def test_memory_does_not_grow_with_the_dump(tmp_path: Path) -> None:
    """Ten times as many entities take no more memory, but for a margin."""

    def peak(count: int) -> int:
        dump = written(tmp_path / f"{count}.json.gz", many(count))
        tracemalloc.start()
        import_dump(dump, tmp_path / str(count))
        (_, found), _ = tracemalloc.get_traced_memory(), tracemalloc.stop()
        return found

    peak(10)
    assert peak(10_000) < peak(1_000) + 1_000_000


def test_what_is_fetched_again_takes_the_place_of_what_was(tmp_path: Path) -> None:
    """An entity stands in the table once however often it is imported; what another dump had of others stays."""
    import_dump(written(tmp_path / "a.json", [TOWN, HOLDER, MINISTER]), tmp_path / "names")
    renamed = item("Q900000002", hi="अनोखपुर", P31=[CITY])
    done = import_dump(written(tmp_path / "b.json", [renamed]), tmp_path / "names")
    assert done.kept == 1
    assert {entry.id: entry.label_hi for entry in entries(tmp_path / "names")}["Q900000002"] == "अनोखपुर"
    assert sorted(entry.id for entry in entries(tmp_path / "names")) == ["Q900000001", "Q900000002"]


def test_a_wrong_line_of_the_table_stays(tmp_path: Path) -> None:
    """What cannot be read in the table of fetched entities is left for `kg gazetteer stats` to tell."""
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / FETCHED).write_text("{broken\n", encoding="utf-8")
    import_dump(written(tmp_path / "a.json", [TOWN]), tmp_path / "names")
    assert (tmp_path / "names" / FETCHED).read_text(encoding="utf-8").startswith("{broken\n{")


def test_an_office_is_of_its_own_country(tmp_path: Path) -> None:
    """Not the holder's; and what has a jurisdiction or holders is an office, of whatever class it is."""
    ambassador = item("Q900000102", en="Governor of the Isles", P31=[of("Q900000999")], P1001=[of("Q145")])
    holder = item("Q900000001", en="John Kerrin", P31=[PERSON], P27=[of("Q16")], P39=[of("Q900000102")])
    import_dump(written(tmp_path / "dump.json", [holder, ambassador]), tmp_path / "names")
    (entry,) = entries(tmp_path / "names")
    assert entry.offices == (Office(label_en="Governor of the Isles", country_qid="Q145"),)


def test_who_is_known_by_nothing_is_left_out(tmp_path: Path) -> None:
    """Somebody with an English name alone, whose office the dump does not name."""
    assert import_dump(written(tmp_path / "dump.json", [HOLDER]), tmp_path / "names").kept == 0


def test_a_country_that_is_no_more_comes_last(tmp_path: Path) -> None:
    """A town is of the country that it is in today, though no statement is preferred."""
    country = [of("Q15180", P582=time("1991-08-24")), of("Q212")]
    import_dump(
        written(tmp_path / "dump.json", [item("Q900000002", hi="नगर", P31=[CITY], P17=country)]), tmp_path / "n"
    )
    assert entries(tmp_path / "n")[0].country_qid == "Q212"


def test_a_hindi_name_may_be_no_label(tmp_path: Path) -> None:
    """Where the label is missing or in Latin letters, the first other Hindi name stands for it."""
    town = item("Q900000002", hi="Anokhapur", aliases=["Anokha", "अनोखापुर", "अनोखा"], P31=[CITY])
    import_dump(written(tmp_path / "dump.json", [town]), tmp_path / "names")
    (entry,) = entries(tmp_path / "names")
    assert (entry.label_hi, entry.aliases) == ("अनोखापुर", ("अनोखा",))


def test_empty_objects_may_be_lists(tmp_path: Path) -> None:
    """PHP writes an empty object as `[]`; a place on the Moon has no coordinates here."""
    crater = [claim({"latitude": 1.0, "longitude": 2.0, "globe": "http://www.wikidata.org/entity/Q405"})]
    told = json.loads(item("Q900000002", hi="गड्ढा", P31=[CITY], P625=crater))
    bare = {"id": "Q900000003", "type": "item", "labels": [], "aliases": [], "claims": [], "sitelinks": [], "n": "hi"}
    dump = written(tmp_path / "dump.json", [json.dumps(told | {"aliases": [], "sitelinks": []}), json.dumps(bare)])
    assert import_dump(dump, tmp_path / "names").failed == 0
    (entry,) = entries(tmp_path / "names")
    assert (entry.lat, entry.lon) == (None, None)


def test_a_byte_order_mark_and_other_line_ends_are_no_harm(tmp_path: Path) -> None:
    """As a dump that went through an editor has them."""
    dump = tmp_path / "dump.json"
    dump.write_bytes("\ufeff[\r\n".encode() + TOWN.encode() + b" ,\r\n]")
    assert (import_dump(dump, tmp_path / "names").kept, len(entries(tmp_path / "names"))) == (1, 1)


def test_what_is_no_dump_is_told_soon(tmp_path: Path) -> None:
    """A file of which no line is an entity is refused, instead of a warning for each line."""
    pretty = tmp_path / "pretty.json"
    pretty.write_text("[\n" + '"hi": 1,\n' * 5000, encoding="utf-8")
    problems: list[Problem] = []
    with pytest.raises(InputError, match="None of its first"):
        import_dump(pretty, tmp_path / "names", on_problem=problems.append)
    assert len(problems) == 100


def test_two_imports_into_one_folder_are_refused(tmp_path: Path) -> None:
    """The second is told that another one is writing; the first goes on."""
    dump = written(tmp_path / "dump.json", many(5000))
    seen: list[str] = []

    def meanwhile(done: int, total: int) -> None:
        with pytest.raises(DataError, match="Another import"):
            import_dump(dump, tmp_path / "names")
        seen.append("refused")

    assert import_dump(dump, tmp_path / "names", on_progress=meanwhile).kept == 5000
    assert seen
