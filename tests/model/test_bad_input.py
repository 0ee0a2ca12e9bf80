"""Bad input and bad surroundings, by a real `kg build`: one clear message each, the others go through, the store is sound."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model.support import ROOT, SEEDS, SENTENCE, command, dump, kg
from tests.protocol.support import wait_for

pytestmark = pytest.mark.model

LONG = (SENTENCE + " ") * 29_000  #: 5 MB in UTF-8, on one line
FILES: dict[str, bytes] = {
    "good.txt": SENTENCE.encode(),
    "empty.txt": b"",
    "blank.txt": b" \n\n",
    "latin.txt": "Zürich".encode("latin-1"),
    "wide.txt": SENTENCE.encode("utf-16"),
    "cut.txt": SENTENCE.encode()[:-1],
    "paper.txt": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "long.txt": LONG.encode(),
    "english.txt": b"Narendra Modi met Vladimir Putin in Moscow on Tuesday.",
    "future.txt": f"---\nid: ahead\ndate: 2999-01-01\n---\n{SENTENCE}".encode(),
    "nonsense.txt": f"---\ndate: yesterday\n---\n{SENTENCE}".encode(),
    "open.txt": f"---\ndate: 2024-05-02\n{SENTENCE}".encode(),
    "list.jsonl": json.dumps([{"id": "x", "text": SENTENCE}]).encode(),
    "news.jsonl": "\n".join(
        [
            json.dumps({"id": "first", "text": SENTENCE}),
            json.dumps({"id": "broken", "text": SENTENCE}, ensure_ascii=False)[:-2],
            json.dumps({"id": "wordless"}),
            json.dumps({"id": "hollow", "text": " "}),
            json.dumps({"text": SENTENCE}),
            json.dumps({"id": "twice", "text": SENTENCE}),
            json.dumps({"id": "same", "text": SENTENCE}),
            json.dumps({"id": "long", "text": LONG}, ensure_ascii=False),
            json.dumps({"id": "last", "text": SENTENCE}),
        ]
    ).encode(),
    "more.jsonl": "\n".join(
        [json.dumps({"id": "twice", "text": f"{SENTENCE} {SENTENCE}"}), json.dumps({"id": "same", "text": SENTENCE})]
    ).encode(),
}
REFUSED = {
    "empty.txt": "The file is empty. Put an article into it, or leave it out.",
    "blank.txt": "The file is empty. Put an article into it, or leave it out.",
    "latin.txt": "This is not UTF-8: byte 1 (line 1) is 0xfc. Convert the file: iconv -f ENCODING -t UTF-8.",
    "wide.txt": "This is a text in UTF-16, not a text in UTF-8. Convert it to plain text in UTF-8.",
    "cut.txt": f"This is not UTF-8: byte {len(SENTENCE.encode()) - 3} (line 1) is 0xe0. Convert the file: iconv",
    "paper.txt": "This is a PDF, not a text in UTF-8. Convert it to plain text in UTF-8.",
    "long.txt": "The document is longer than 1,000,000 characters. Split it into articles, one a document.",
    "english.txt": "The text is not Hindi: hardly any letter is Devanagari. This program reads Hindi only.",
    "nonsense.txt": "The date 'yesterday' is no ISO date. Write it as 2024-06-18",
    "open.txt": "The front matter has no second --- line. Add it after the fields, or drop the first one.",
    "list.jsonl": "This is JSON but not JSON Lines. Write each document as one object on one line",
    "news.jsonl:2": "The line is not JSON: Unterminated string starting at column 26. Mend the line",
    "news.jsonl:3": "The document has no text. Give it a «text», or leave it out.",
    "news.jsonl:4": "The text of the document is empty. Give it a text, or leave it out.",
    "news.jsonl:5": "The document has no id. Give each document an id of its own",
    "news.jsonl:8": "The document is longer than 1,000,000 characters. Split it into articles, one a document.",
    "more.jsonl:1": "The id 'twice' is given to different texts: ",
}
TAKEN = {"good", "ahead", "first", "same", "last"}


def documents(store: Path) -> set[str]:
    """The ids of the documents in a store."""
    query = "PREFIX dct: <http://purl.org/dc/terms/> SELECT ?id { ?d a <https://schema.org/NewsArticle> ; dct:identifier ?id }"
    call = command("query", "-", "--format", "csv", "--store", store)
    done = subprocess.run(call, cwd=ROOT, input=query, capture_output=True, text=True, check=True)
    return set(done.stdout.split()[1:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file of each kind."""
    made = tmp_path_factory.mktemp("bad")
    for name, data in FILES.items():
        (made / name).write_bytes(data)
    return made


@pytest.fixture(scope="module")
def store(folder: Path) -> Path:
    """Where the store of that folder lies."""
    return folder.parent / f"{folder.name}-store"


@pytest.fixture(scope="module")
def built(folder: Path, store: Path) -> subprocess.CompletedProcess[str]:
    """What a build of that folder said."""
    return kg("build", folder, "--store", store)


# ---------------------------------------------------------------------- documents


@pytest.mark.parametrize("where", REFUSED)
def test_what_is_refused_is_said_once(built: subprocess.CompletedProcess[str], folder: Path, where: str) -> None:
    """A document that is refused is told on one line: file and line, cause, cure."""
    found = [line for line in built.stderr.splitlines() if line.startswith(f"kg: {folder / where}: ")]
    assert len(found) == 1
    assert REFUSED[where] in found[0]


def test_nothing_else_is_said(built: subprocess.CompletedProcess[str], folder: Path) -> None:
    """Besides the lines of what is refused there is one warning, of the date that lies ahead."""
    ahead = f"kg: warning: {folder / 'future.txt'}: The date 2999-01-01 lies in the future. Check it."
    others = [line for line in built.stderr.splitlines() if line != ahead]
    assert ahead in built.stderr
    assert len(others) == len(REFUSED)


def test_an_id_that_two_texts_claim_names_both(built: subprocess.CompletedProcess[str], folder: Path) -> None:
    """The message about an id with different texts names both places and neither text is taken; equal texts are one."""
    assert f"different texts: {folder / 'more.jsonl'}:1, {folder / 'news.jsonl'}:6. Give each" in built.stderr


def test_the_others_go_through(built: subprocess.CompletedProcess[str], store: Path) -> None:
    """All good documents are in the store, it conforms, and the exit code is 1."""
    assert built.returncode == 1
    assert built.stdout.startswith(
        f"Documents: {len(TAKEN)}, {len(REFUSED)} failed; events told in them: {len(TAKEN)};"
    )
    assert documents(store) == TAKEN
    assert kg("validate", "--store", store).returncode == 0


def test_the_store_can_be_built_again(
    built: subprocess.CompletedProcess[str], folder: Path, store: Path, tmp_path: Path
) -> None:
    """A second build over the same store, and one by two processes elsewhere, say and store the same."""
    before = dump(store)
    for place, workers in ((store, 1), (tmp_path / "store", 2)):
        again = kg("build", folder, "--store", place, "--workers", workers)
        assert (again.returncode, again.stderr) == (built.returncode, built.stderr)
        assert dump(place) == before


def test_endless_lines_are_refused_in_little_memory(folder: Path, tmp_path: Path) -> None:
    """Two texts of 5 MB on one line, in both kinds of file, are refused; beside the models there is little room for more."""
    done = subprocess.run(
        command("build", folder / "long.txt", folder / "news.jsonl", "--store", tmp_path / "store"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (3 << 29, 3 << 29)),
    )
    assert (done.returncode, done.stderr.count("longer than")) == (1, 2)
    assert documents(tmp_path / "store") == {"first", "twice", "same", "last"}


def test_a_line_of_a_hundred_thousand_signs_is_read(tmp_path: Path) -> None:
    """A text without line ends and without dandas that is within the limit is read to its end."""
    (tmp_path / "line.txt").write_text((SENTENCE.rstrip("।") + " ") * 400 + SENTENCE, encoding="utf-8")
    done = kg("build", tmp_path / "line.txt", "--store", tmp_path / "store")
    assert (done.returncode, done.stderr) == (0, "")


# ---------------------------------------------------------------------- surroundings


@pytest.mark.parametrize("workers", [1, 2])
def test_missing_models_are_one_message(tmp_path: Path, workers: int) -> None:
    """Without models the build of many documents says so once, with the folder and the cure, and ends with 1."""
    done = kg(
        *("build", SEEDS, "--store", tmp_path / "store", "--workers", workers),
        environment={"KG_MODELS_DIR": str(tmp_path)},
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"kg: {tmp_path}: There are no models in this folder. Install the package again")


def test_a_store_of_another_version_is_left_alone(tmp_path: Path) -> None:
    """A build into a store of another version says so on one line, ends with 1 and changes nothing."""
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / "format").write_text("hindi-news-kg store, format 0\n", encoding="utf-8")
    done = kg("build", SEEDS, "--store", folder)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"kg: {folder}: This store was made by another version")
    assert line.endswith("Delete the folder and build again.")
    assert [path.name for path in folder.iterdir()] == ["format"]


_AS_NOBODY = """
import os, sys
from kg import cli, pipeline
os.setuid(65534)
code = cli.main(sys.argv[1:])
sys.stdout.flush()
os._exit(code)  # nobody may not write what coverage counted
"""


def test_a_store_that_may_not_be_written_is_said(seed_store: Path, tmp_path: Path) -> None:
    """Who may read the store but not write it is told on one line, exit code 1; the store stays as it was."""
    store, article = tmp_path / "store", tmp_path / "good.txt"
    shutil.copytree(seed_store, store)
    article.write_text(SENTENCE, encoding="utf-8")
    before = dump(store)
    call = command("build", article, "--store", store)
    if os.geteuid() == 0:  # root may write everywhere, so the build runs as nobody
        call = [sys.executable, "-c", _AS_NOBODY, *call[3:]]
        _open_to_all(tmp_path)
    else:
        _close_to_all(store)
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        f"kg: {store}: The store cannot be written or read: permission denied. See who may write to the folder.\n",
    )
    assert dump(store) == before


def _open_to_all(path: Path) -> None:
    for folder in [path, *path.parents]:
        if folder not in (Path("/tmp"), Path("/")) and folder.stat().st_uid == 0:
            folder.chmod(0o755)


def _close_to_all(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)


@contextlib.contextmanager
def disk(place: Path, size: str) -> Iterator[Path]:
    """A disk of a size, mounted at a place; skips where that is not allowed."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def _remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


needs_mount = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None, reason="mounts a small disk, which only root can"
)


@needs_mount
def test_a_disk_that_fills_up_keeps_whole_documents(seed_store: Path, tmp_path: Path) -> None:
    """A build that fills the disk says so once, with 1; once there is room, what went in is there whole, and all fits."""
    with disk(tmp_path / "disk", "2m") as place:
        store = place / "store"
        done = kg("build", SEEDS, "--store", store)
        assert (done.returncode, done.stderr.splitlines()) == (
            1,
            [f"kg: {store}: The disk is full. Make room, then build again; what is in the store stays."],
        )
        _remount(place, "size=200m")
        assert documents(store) < documents(seed_store)
        assert kg("validate", "--store", store).returncode == 0
        assert kg("build", SEEDS, "--store", store).returncode == 0
        assert dump(store) == dump(seed_store)


@needs_mount
def test_a_disk_that_is_read_only_is_said(seed_store: Path, tmp_path: Path) -> None:
    """On a read-only disk a build says so once, with 1, and the store there can be read; so can one be served from it."""
    with disk(tmp_path / "disk", "200m") as place:
        shutil.copytree(seed_store, place / "store")
        _remount(place, "ro")
        for store in (place / "store", place / "new"):
            done = kg("build", SEEDS, "--store", store)
            assert (done.returncode, done.stderr.splitlines()) == (
                1,
                [f"kg: {store}: The store is read-only. Name a folder that can be written with --store."],
            )
        assert dump(place / "store") == dump(seed_store)
        done = kg("dump", "--store", place / "store", "-o", place / "graph.nq")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "Read-only file system" in done.stderr


def test_a_file_that_may_not_grow_is_said(tmp_path: Path) -> None:
    """Where the system refuses to let a file of the store grow, the build says so once, and the store can be built again."""
    store = tmp_path / "store"
    done = subprocess.run(
        command("build", SEEDS, "--store", store),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000)),
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "larger than this process may write. Raise the limit (ulimit -f), then build again" in done.stderr
    assert kg("validate", "--store", store).returncode == 0
    assert kg("build", SEEDS, "--store", store).returncode == 0


# ---------------------------------------------------------------------- Ctrl-C


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_build_leaves_a_sound_store(tmp_path: Path, workers: int) -> None:
    """Ctrl-C on a terminal, where a bar shows the progress, ends all processes at once with 130 and one line.

    What was done by then is in the store whole, and the store can be built again.
    """
    news, store = tmp_path / "news.jsonl", tmp_path / "store"
    texts = [path.read_text(encoding="utf-8").rpartition("---\n")[2] for path in sorted(SEEDS.glob("*.txt"))]
    rows = [{"id": f"{number:03}", "text": text} for number, text in enumerate(texts * 5)]
    news.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 90, 0, 0))
    build = subprocess.Popen(
        command("build", news, "--store", store, "--workers", workers),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # ignored where the tests run in the background
    )
    os.close(theirs)
    with contextlib.closing(_Screen(ours)) as screen:
        try:
            assert screen.waits_for(rf" [4-9]/{len(rows)} "), screen.shown
            os.killpg(build.pid, signal.SIGINT)
            said, _ = build.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            pytest.fail(f"the build goes on: {screen.shown}")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(build.pid, signal.SIGKILL)
            build.communicate()
    shown = screen.shown
    assert (build.returncode, said) == (130, b"")
    assert "kg: Stopped. The store is sound: a document is in it whole or not at all." in shown
    assert "Traceback" not in shown
    assert wait_for(lambda: not _running_in_session(build.pid), seconds=3)  # Python's own helper ends a little later
    taken = documents(store)
    assert len(taken) >= 4
    assert taken == {row["id"] for row in rows[: len(taken)]}
    assert kg("validate", "--store", store).returncode == 0
    few = tmp_path / "few.jsonl"
    few.write_text("".join(json.dumps(row) + "\n" for row in rows[: len(taken)]), encoding="utf-8")
    before = dump(store)
    assert kg("build", few, "--store", store).returncode == 0
    assert dump(store) == before


class _Screen:
    """What is written on a terminal, read as it comes: a full buffer would hold up the writer."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._bytes = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # its last writer has gone
            while some := os.read(self._terminal, 4096):
                self._bytes += some

    @property
    def shown(self) -> str:
        return self._bytes.decode("utf-8", "replace")

    def waits_for(self, sign: str) -> bool:
        """Whether a sign (a pattern) comes within two minutes."""
        return wait_for(lambda: re.search(sign, self.shown) is not None, seconds=120)

    def close(self) -> None:
        """To be called when all writers have gone."""
        self._reader.join(10)
        os.close(self._terminal)


def _running_in_session(session: int) -> list[str]:
    """The processes of a session that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, of = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
            if int(of) == session and state not in "ZX":
                found.append(path.parent.name)
    return found
