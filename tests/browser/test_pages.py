"""A real Chromium reads pages of a real server."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.settings import PACKAGE
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
    """A function from a path (or the address of a file) to the page as Chromium has it once scripts have run."""

    def read(path: str, *options: str) -> str:
        command = [str(CHROMIUM), *OPTIONS, *options, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
        address = path if path.startswith("file:") else server.address + path
        done = subprocess.run([*command, address], capture_output=True, text=True, timeout=90, check=True)
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


_BROKEN_WORDS = """<style>html { width: 400px }</style><script>
let words = 0, broken = 0
for (const span of document.querySelectorAll(".result td span"))
  for (const found of span.textContent.matchAll(/\\S+/g)) {
    const range = document.createRange()
    range.setStart(span.firstChild, found.index)
    range.setEnd(span.firstChild, found.index + found[0].length)
    words += 1
    if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) broken += 1
  }
document.title = `${words} words, ${broken} broken`
</script></body>"""


def test_no_word_of_a_table_is_broken_on_a_small_screen(
    server: Server, dom: Callable[..., str], tmp_path: Path
) -> None:
    """On a page of 400 pixels the words of a wide table stand whole; the table scrolls."""
    sentence = "संयुक्तराष्ट्रसुरक्षापरिषद् अंतरराष्ट्रीय प्रतिनिधिमंडल"
    columns = " ".join(f'("{sentence}"@hi AS ?c{number})' for number in range(6))
    _, _, body = server.get(f"/sparql?query={quote(f'SELECT {columns} {{}}')}", {"Accept": "text/html"})
    style = (PACKAGE / "serving/static/style.css").read_text(encoding="utf-8")
    page = tmp_path / "page.html"
    text = body.decode().replace("<head>", f"<head><style>{style}</style>").replace("</body>", _BROKEN_WORDS)
    page.write_text(text, encoding="utf-8")
    assert "<title>18 words, 0 broken</title>" in dom(page.as_uri())


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
