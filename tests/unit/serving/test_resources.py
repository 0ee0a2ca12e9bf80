"""What pages read of the graph, and the paths of resources."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.serving import resources
from kg.serving.resources import Site

BASE = "https://w3id.org/hindi-news-kg/"
SITE = Site(base_iri=BASE, root="/graph")


@pytest.mark.parametrize(
    ("iri", "href"),
    [
        (f"{BASE}entity/Q159", "/graph/entity/Q159"),
        (f"{BASE}document/%E0%A4%A6", "/graph/document/%E0%A4%A6"),
        (f"{BASE}entity/रूस", f"/graph/entity/{quote('रूस')}"),
        (f"{BASE}document/a#m1", "/graph/document/a%23m1"),
        (f"{BASE}ontology#Meeting", "/graph/ontology#Meeting"),
        ("http://www.wikidata.org/entity/Q159", "http://www.wikidata.org/entity/Q159"),
        (f"{BASE}provenance/1", f"{BASE}provenance/1"),
    ],
)
def test_links_stay_on_this_server_where_they_can(iri: str, href: str) -> None:
    """What the server serves is linked by path, everything else by its IRI."""
    assert SITE.href(iri) == href


@pytest.mark.parametrize("iri", [f"{BASE}entity/Q1", f"{BASE}entity/Person/%E0%A4%B0%20x", f"{BASE}entity/रमेश"])
def test_a_decoded_path_leads_back_to_its_iri(iri: str) -> None:
    """The path of an IRI, decoded once by the framework, has the IRI among its candidates."""
    from urllib.parse import unquote

    name = unquote(SITE.href(iri)).removeprefix("/graph/entity/")
    assert iri in SITE.candidates("entity", name)


@given(st.text(max_size=30))
def test_candidates_never_leave_their_brackets(name: str) -> None:
    """Whatever a visitor asks for, no candidate can end an IRI of a query."""
    assert all(resources.is_iri(iri) and ">" not in iri and " " not in iri for iri in SITE.candidates("event", name))


@given(st.text(max_size=30))
def test_a_literal_never_ends_early(text: str) -> None:
    """A name that a visitor looks for stays inside its quotes."""
    literal = resources._literal(text)
    inner = literal[1:-1].replace("\\\\", "").replace('\\"', "")
    assert literal[0] == literal[-1] == '"'
    assert '"' not in inner
    assert "\n" not in inner


@pytest.mark.parametrize(
    ("sentence", "trigger", "parts"),
    [
        ("वे मिले और मिले", "मिले", ("वे ", "मिले", " और मिले")),
        ("मिलेंगे, पहले मिले", "मिले", ("मिलेंगे, पहले ", "मिले", "")),
        ("वे मिले", "गए", ("वे मिले", "", "")),
        ("वे मिले", "", ("वे मिले", "", "")),
        ("a (b", "(b", ("a ", "(b", "")),
    ],
)
def test_the_trigger_is_marked_as_a_whole_word(sentence: str, trigger: str, parts: tuple[str, str, str]) -> None:
    """The sentence is cut around the trigger's first whole word and stays complete."""
    assert resources.split_sentence(sentence, trigger) == parts
    assert "".join(parts) == sentence


@pytest.mark.parametrize(("total", "last"), [(0, 1), (40, 1), (41, 2), (81, 3)])
def test_pages_are_counted(total: int, last: int) -> None:
    """Forty entries fill a page."""
    page = resources.Page(number=1, total=total)
    assert (page.last, page.more) == (last, last > 1)
