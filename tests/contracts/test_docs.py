"""What the program offers is documented in README.md, and what README.md says is so."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import cli
from kg.graph.store import Store
from kg.graph.vocabulary import KG, KgTerms
from kg.settings import Settings

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
CODE = set(re.findall(r"`([^`\n]+)`", README.replace("\\|", "|")))
"""What stands between backticks in the running text."""
FOLDERS = (
    "kg/README.md",
    "CONTRIBUTING.md",
    "LICENSES/README.md",
    "README.md",
    "CHANGELOG.md",
    "queries/README.md",
    "seeds/README.md",
)


def _commands() -> dict[str, argparse.ArgumentParser]:
    """The commands by their words («build», «gazetteer add»)."""
    return dict(_below(cli.parser(), ()))


def _below(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(words), parser
    for group in groups:
        for name, command in group.choices.items():
            yield from _below(command, (*words, name))


def _options() -> list[tuple[str, str]]:
    return [
        (name, option)
        for name, command in sorted(_commands().items())
        for action in command._actions
        for option in action.option_strings
        if option not in ("-h", "--help", "--store")
    ]


def _row(command: str) -> str:
    return next(line for line in README.splitlines() if line.startswith(f"| `kg {command}")).replace("\\|", "|")


@pytest.mark.parametrize("name", sorted(_commands()))
def test_every_command_is_documented(name: str) -> None:
    """The table of commands has a row for the command."""
    assert _row(name)


@pytest.mark.parametrize(("name", "option"), _options())
def test_every_option_is_documented(name: str, option: str) -> None:
    """The command's row names the option."""
    assert f"`{option}" in _row(name)


@pytest.mark.parametrize(
    ("name", "choice"),
    [
        (name, choice)
        for name, command in sorted(_commands().items())
        for action in command._actions
        for choice in action.choices or ()
    ],
)
def test_every_choice_is_documented(name: str, choice: str) -> None:
    """The command's row names the value that its option takes."""
    assert re.search(rf"[ |]{choice}[|`]", _row(name))


def test_only_commands_that_exist_are_documented() -> None:
    """Every `kg …` in the text calls a command of the program."""
    called = {code.split()[1] for code in CODE if re.match(r"kg [a-z]", code)}
    assert called <= {name.split()[0] for name in _commands()}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Settings)])
def test_every_setting_is_documented(field: str) -> None:
    """The table of settings has a row for the variable."""
    variable = "SOURCE_DATE_EPOCH" if field == "source_date_epoch" else f"KG_{field.upper()}"
    assert re.search(rf"^\| `{variable}` \|", README, re.MULTILINE)


def test_only_settings_that_exist_are_documented(root: Path) -> None:
    """Every variable in the table of settings is read by settings.py."""
    source = (root / "kg/settings.py").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert named
    assert [name for name in named if f'"{name}"' not in source] == []


def test_every_route_is_documented(tmp_path: Path) -> None:
    """The table of routes names every route of the app."""
    from kg.serving.app import close_app, create_app
    from kg.serving.state import Config

    app = create_app(Config(store=tmp_path))
    routes = [rule.rule for rule in app.url_map.iter_rules()]
    close_app(app)
    assert routes
    missing = [route for route in routes for plain in _plain(route) if not _documented(plain)]
    assert missing == []


def _plain(route: str) -> list[str]:
    """The route as the table has it: each of the alternatives, «…» for what is free."""
    route = re.sub(r"<(path|string)?:?(name|filename|path)>", "…", route)
    alternatives = re.search(r"<any\(([^)]*)\):\w+>", route)
    if alternatives is None:
        return [route]
    names = (name.strip(" '\"") for name in alternatives.group(1).split(","))
    return [route.replace(alternatives.group(), name) for name in names]


def _documented(route: str) -> bool:
    table = README.partition("| route |")[2].partition("\n\n")[0]
    return f"`{re.sub(r'^/ontology[.].*', '/ontology', route)}`" in table


TERMS = sorted({*KgTerms.__annotations__, "from"} - {"_NS"})


@pytest.mark.parametrize("term", TERMS)
def test_every_term_is_documented(term: str) -> None:
    """The vocabulary at a glance names the term."""
    assert f"kg:{term}" in CODE


def test_only_terms_that_exist_are_documented() -> None:
    """Every `kg:…` of the text is a term of the ontology."""
    named = {word for code in CODE for word in re.findall(r"\bkg:(\w+)", code)}
    assert named - set(TERMS) == set()


@pytest.mark.parametrize("query", re.findall(r"```sparql\n(.*?)```", README, re.DOTALL))
def test_every_query_can_be_read(query: str) -> None:
    """The engine takes the query, and its names are terms of the ontology."""
    assert list(Store.in_memory().query(query).rows()) == []
    assert set(re.findall(r"\bkg:(\w+)", query)) <= set(TERMS)
    assert f"PREFIX kg: <{KG}>" in query


@pytest.mark.parametrize("name", FOLDERS)
def test_every_link_leads_to_a_file(root: Path, name: str) -> None:
    """A relative link leads to something that is there."""
    path = root / name
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if not link.startswith("http") and not (path.parent / link).exists()]
    assert missing == []


def test_every_make_target_is_documented_by_make_help(root: Path) -> None:
    """Every phony target of the Makefile has a line of help."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert targets
    missing = [name for name in targets.group(1).split() if not re.search(rf"^{name}:.*## ", makefile, re.MULTILINE)]
    assert missing == []


def test_the_first_screen_names_the_terms_of_the_models() -> None:
    """The first screen give the two commands and say that the default models forbid commercial use."""
    first = "\n".join(README.splitlines()[:24])
    for part in ("make run", "make test", "No commercial use", "CC BY-NC-SA 4.0", "Apache-2.0"):
        assert part in first


def test_the_readme_holds_no_figure_without_a_command() -> None:
    """Every row of the table of figures names a command."""
    table = README.partition("<!-- figures -->")[2].partition("<!-- /figures -->")[0]
    rows = [line for line in table.strip().splitlines()[2:] if line.strip()]
    assert [row for row in rows if "`" not in row.split("|")[2]] == []


def test_the_changelog_knows_the_version(root: Path) -> None:
    """The changelog has an entry for the version of the package."""
    version = re.search(r'^version = "(.+)"', (root / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    assert f"## [{version.group(1)}]" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.model
def test_the_sentence_of_the_first_screen_is_read_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of the README is an asserted meeting of two agents at a place, on a day once the article's is known."""
    example = re.search(r"^> (.*।)$", README, re.MULTILINE)
    assert example
    assert cli.main(["explain", example.group(1), "--date", "2024-06-12", "--json"]) == 0
    (event,) = json.loads(capsys.readouterr().out)[0]["sentences"][0]["events"]
    assert (event["type"], event["modality"], event["trigger"]) == ("Meeting", "asserted", "मुलाकात की")
    assert (len(event["agents"]), event["places"], event["date"]) == (2, ["नई दिल्ली"], "2024-06-12")
