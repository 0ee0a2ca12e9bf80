"""The built wheel holds everything that the program needs away from its repository."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CODE = (".py", ".typed")


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from this working tree with the build backend that is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    call = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(call, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def names(wheel: zipfile.ZipFile) -> set[str]:
    """The names of the files in the wheel."""
    return set(wheel.namelist())


def _tracked(root: Path, folder: str) -> list[Path]:
    """What git has, or would take, of a folder."""
    call = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(call, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    return [Path(name) for name in listed if (root / name).is_file()]


@pytest.mark.parametrize("folder", ["ontology", "queries", "seeds"])
def test_the_wheel_holds_the_folders_beside_the_package(root: Path, names: set[str], folder: str) -> None:
    """Every file of the folder is in the wheel, inside the package."""
    files = _tracked(root, folder)
    assert files
    assert {f"kg/{path.as_posix()}" for path in files} <= names


def test_the_wheel_holds_the_whole_package(root: Path, names: set[str]) -> None:
    """Every file of the package is in the wheel: code, models, data, templates, styles."""
    files = {path.as_posix() for path in _tracked(root, "kg")}
    assert files - names == set()
    for part in ("kg/language/models/", "kg/gazetteer/data/", "kg/extraction/data/", "kg/serving/templates/"):
        assert any(name.startswith(part) and not name.endswith(CODE) for name in names)


def test_the_wheel_holds_the_compiled_gazetteer(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """The gazetteer in the wheel is made from the tables in the wheel, so that none has to be compiled."""
    wheel.extractall(tmp_path, [name for name in wheel.namelist() if name.startswith("kg/") and "/models/" not in name])
    file = tmp_path / "kg" / "gazetteer" / "data" / "gazetteer.bin"
    before = file.stat()
    asked = "from kg.gazetteer.gazetteer import Gazetteer; print(Gazetteer.load().lookup('रूस')[0].id)"
    call = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {asked}"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "Q159", done.stderr
    after = file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_wheel_holds_nothing_else(names: set[str]) -> None:
    """No test and no file of the repository's top gets into the wheel."""
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"kg"}


def test_the_wheel_carries_its_licences(wheel: zipfile.ZipFile, names: set[str]) -> None:
    """The metadata name the three licences, and their texts are in the wheel."""
    (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    text = wheel.read(metadata).decode()
    assert "License-Expression: Apache-2.0 AND CC-BY-NC-SA-4.0 AND CC-BY-SA-4.0" in text
    for name in ("LICENSE", "LICENSES/CC-BY-NC-SA-4.0.txt", "LICENSES/CC-BY-SA-4.0.txt"):
        assert any(entry.endswith(f"/licenses/{name}") for entry in names)


def test_the_wheel_has_the_command(wheel: zipfile.ZipFile, names: set[str]) -> None:
    """Installing the wheel makes the command `kg`."""
    (entry_points,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
    assert "kg = kg.cli:main" in wheel.read(entry_points).decode()


def test_the_unpacked_wheel_finds_its_folders(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Away from the repository, the settings find the folders inside the package."""
    wheel.extractall(tmp_path, [name for name in wheel.namelist() if "/models/" not in name])
    asked = "from kg.settings import resource; print(*(resource(name) for name in ('ontology', 'queries', 'seeds')))"
    call = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {asked}"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == [str(tmp_path / "kg" / name) for name in ("ontology", "queries", "seeds")], (
        done.stderr
    )
