"""A real Chromium reads pages of a real server."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.protocol.support import Server, make_store, served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=4000",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the test graph."""
    with served(make_store(tmp_path_factory.mktemp("browser") / "store")) as running:
        yield running


@pytest.fixture
def dom(server: Server, tmp_path: Path) -> Callable[..., str]:
    """A function from a path to the page as Chromium has it once scripts have run."""

    def read(path: str, *options: str) -> str:
        command = [str(CHROMIUM), *OPTIONS, *options, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
        done = subprocess.run([*command, server.address + path], capture_output=True, text=True, timeout=90, check=True)
        return done.stdout

    return read


def test_the_start_page_says_what_is_in_the_graph(dom: Callable[..., str]) -> None:
    """Numbers, types and names stand on the start page."""
    text = dom("/")
    assert "किसने किससे क्या किया" in text
    assert re.search(r"<b>5</b>\s*<span lang=\"hi\">घटनाएँ", text)
    assert "/entity/Q7747" in text


def test_the_evidence_is_marked(dom: Callable[..., str]) -> None:
    """The trigger is marked in its sentence on the page of a person."""
    assert "<mark>मुलाकात की</mark>" in dom("/entity/Q7747")


def test_a_query_runs_and_shows_hindi(dom: Callable[..., str]) -> None:
    """A query in the address runs, and its table has the Hindi labels."""
    query = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    text = dom(f"/sparql?query={quote(query)}")
    assert '<td><span lang="hi">उत्तर कोरिया</span></td>' in text


def test_the_script_of_the_query_page_runs_under_the_policy(dom: Callable[..., str]) -> None:
    """The script, which the security policy lets in, offers the answer in four formats."""
    text = dom(f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 3')}")
    assert re.findall(r'<button type="button">([^<]+)</button>', text) == ["JSON", "XML", "CSV", "TSV"]


def test_the_query_page_works_without_scripts(server: Server) -> None:
    """The page as it is sent holds the rows, and the form and the examples need no script."""
    _, _, body = server.get(f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 3')}", {"Accept": "text/html"})
    text = body.decode()
    assert "3 rows" in text
    assert '<form class="query" id="query-form" action="/sparql" method="get">' in text
    assert "onclick" not in text


def test_a_malformed_query_is_shown_with_its_place(dom: Callable[..., str]) -> None:
    """The page of an error keeps the query and tells line and column."""
    text = dom(f"/sparql?query={quote('SELECT * { ?s ?p }')}")
    assert re.search(r"Line 1, column \d+", text)
    assert "SELECT * { ?s ?p }</textarea>" in text


def test_pages_load_nothing_from_elsewhere(dom: Callable[..., str]) -> None:
    """Scripts, styles and pictures of every page come from this server, and each page names its viewport."""
    for path in ("/", "/entity/Q7747", "/event/arms-1", "/document/one", "/ontology", "/sparql"):
        text = dom(path, "--window-size=380,800")
        assert 'name="viewport"' in text
        loaded = re.findall(
            r'<(?:script|img|iframe)[^>]+src="([^"]+)"|<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', text
        )
        assert all(link.startswith("/") for pair in loaded for link in pair if link)
