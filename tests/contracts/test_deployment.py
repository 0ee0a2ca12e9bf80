"""The examples of deployment call the program as it is."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest

from kg.cli import parser
from kg.settings import PACKAGE, Settings

ROOT = PACKAGE.parent
DOCKERFILE = ROOT / "Dockerfile"
UNIT = PACKAGE / "serving" / "hindi-news-kg.service"


def settings_named(text: str) -> set[str]:
    """Variables of this program that a text sets."""
    return set(re.findall(r"\b(KG_[A-Z_]+)=", text))


def test_the_image_serves() -> None:
    """What the Dockerfile copies is there; its command is one of the program's; its variables are settings; it does not run as root."""
    if not DOCKERFILE.exists():
        pytest.skip("no Dockerfile beside the package: this is no checkout")
    text = DOCKERFILE.read_text("utf-8")
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", text, re.MULTILINE)
    (command,) = re.findall(r"^CMD (.*)$", text, re.MULTILINE)
    assert json.loads(entry) == ["kg"]
    assert parser().parse_args(json.loads(command)).host == "0.0.0.0"
    assert settings_named(text)
    Settings.from_environment(dict(re.findall(r"(KG_[A-Z_]+)=(\S+)", text)))
    assert re.search(r"^USER (?!root)", text, re.MULTILINE)


def test_the_unit_serves() -> None:
    """What systemd is to start is a command of the program, and its variables are settings."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(UNIT.read_text("utf-8"))
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert Path(program).name == "kg"
    assert parser().parse_args(arguments).port == 8000
    variables = dict(part.split("=", 1) for part in unit["Service"]["Environment"].split())
    assert Settings.from_environment(variables).store == Path("/var/lib/kg/store")
    assert unit["Service"]["User"] != "root"
