"""Resources, ontology, dumps and the health check over HTTP."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph
import pytest
import rdflib
from flask.testing import FlaskClient

PAGE = {"Accept": "text/html"}
RAMESH = "/entity/Person/%E0%A4%B0%E0%A4%AE%E0%A5%87%E0%A4%B6-%E0%A4%B5%E0%A4%B0%E0%A5%8D%E0%A4%AE%E0%A4%BE"
TWO = "/document/%E0%A4%A6%E0%A5%8B"
STRANGE = "/entity/Organization/A%2FB%20%28C%2C%25%29"
RESOURCES = ["/entity/Q7747", RAMESH, STRANGE, "/event/meeting-1", "/document/one", TWO, "/ontology"]
PARSERS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
MEDIA = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # RDFLib's own JSON-LD parser
@pytest.mark.parametrize("path", RESOURCES)
@pytest.mark.parametrize("ending", PARSERS)
def test_a_resource_is_the_same_by_ending_and_by_accept(client: FlaskClient, path: str, ending: str) -> None:
    """RDF by ending and by Accept has one media type, parses, says something and is the same graph."""
    by_ending = client.get(f"{path}.{ending}")
    by_accept = client.get(path, headers={"Accept": MEDIA[ending]})
    assert by_ending.status_code == by_accept.status_code == 200
    assert by_ending.mimetype == by_accept.mimetype == MEDIA[ending]
    graphs = [rdflib.Graph().parse(data=one.data, format=PARSERS[ending]) for one in (by_ending, by_accept)]
    assert len(graphs[0]) > 0
    assert set(graphs[0]) == set(graphs[1])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # RDFLib's own JSON-LD parser
@pytest.mark.parametrize("path", RESOURCES)
def test_every_format_holds_the_same_triples(client: FlaskClient, path: str) -> None:
    """What RDFLib reads in one format of a resource, without a network, it reads in the others."""
    graphs = [
        set(rdflib.Graph().parse(data=client.get(f"{path}.{ending}").data, format=PARSERS[ending]))
        for ending in PARSERS
    ]
    assert all(graph == graphs[0] for graph in graphs)


@pytest.mark.parametrize("path", RESOURCES)
def test_json_ld_has_the_context_of_the_ontology(client: FlaskClient, path: str, root: Path) -> None:
    """JSON-LD of a resource holds the shipped context and uses its terms."""
    found = json.loads(client.get(f"{path}.jsonld").data)
    assert found["@context"] == json.loads((root / "ontology/context.jsonld").read_text("utf-8"))["@context"]
    assert all("http" not in key for node in found["@graph"] for key in node)


@pytest.mark.parametrize("path", ["/event/meeting-1", "/document/one"])
def test_the_rdf_of_a_resource_names_those_who_take_part(client: FlaskClient, path: str) -> None:
    """The graph of an event and that of a document give everybody whom they name a class and a label."""
    graph = rdflib.Graph().parse(data=client.get(f"{path}.ttl").data, format="turtle")
    kg = rdflib.Namespace("https://w3id.org/hindi-news-kg/ontology#")
    named = {
        entity for role in (kg.agent, kg.target, kg.place, kg.attributedTo) for entity in graph.objects(None, role)
    }
    assert named
    for entity in named:
        assert (entity, rdflib.RDF.type, kg.Entity) in graph
        assert {label.language for label in graph.objects(entity, rdflib.RDFS.label)} == {"hi", "en"}


@pytest.mark.parametrize("path", RESOURCES)
def test_a_browser_gets_a_page(client: FlaskClient, path: str) -> None:
    """Every resource has a page."""
    response = client.get(path, headers=PAGE)
    assert (response.status_code, response.mimetype) == (200, "text/html")


@pytest.mark.parametrize(
    "path",
    [
        "/entity/Q0",
        "/event/none",
        "/document/none",
        "/entity/",
        "/entity/..%2f..%2fetc%2fpasswd",
        "/entity/%3E%20%7D",
        "/entity/%00",
        "/entity/Q7747.exe",
        "/document/one.ttl.ttl",
        "/static/../app.py",
        "/dump.exe",
        "/ontology.exe",
        "/entity/%ff",
    ],
)
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    """A name that the graph does not know is not found, whatever its characters."""
    assert client.get(path).status_code == 404


def test_nothing_acceptable_is_406(client: FlaskClient) -> None:
    """A resource in a format that it does not have is refused."""
    assert client.get("/entity/Q7747", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        (
            "/entity/Q1061",
            ("city", "शहर", "43.13, 131.91", "https://www.openstreetmap.org/?mlat=43.13&amp;mlon=131.91#map=6/"),
        ),
        ("/entity/Q1061", ("Stands for", "/entity/Q159")),
        ("/entity/Q159", ("rūs", "Member of", STRANGE, "1999", "Capital and seats", "/entity/Q1061")),
        (STRANGE, ("Members that the graph names", "/entity/Q159", "1999")),
        ("/entity/Q7747", ("राष्ट्राध्यक्ष", "/ontology#HeadOfState")),
    ],
)
def test_an_entity_page_tells_what_the_gazetteer_knows(client: FlaskClient, path: str, parts: tuple[str, ...]) -> None:
    """Kind, coordinates, seats, memberships from both sides, transliteration and classes of offices stand on the page."""
    text = unquote(client.get(path, headers=PAGE).text)
    assert [part for part in parts if unquote(part) not in text] == []


def test_offices_stand_in_the_order_of_time(client: FlaskClient) -> None:
    """The present office comes first, then the past one, then that whose time nobody knows."""
    text = client.get("/entity/Q7747", headers=PAGE).text
    assert text.index("President of Russia") < text.index("Prime Minister") < text.index("Adviser")


def test_the_rdf_of_an_entity_has_its_memberships_and_its_geometry(client: FlaskClient) -> None:
    """What makes no sense without an entity comes with it."""
    geometry = rdflib.URIRef("http://www.opengis.net/ont/geosparql#asWKT")
    organization = rdflib.URIRef("https://w3id.org/hindi-news-kg/ontology#inOrganization")
    for path, predicate in (("/entity/Q1061", geometry), ("/entity/Q159", organization)):
        graph = rdflib.Graph().parse(data=client.get(f"{path}.ttl").data, format="turtle")
        assert len(list(graph.objects(None, predicate))) == 1


def test_an_entity_is_found_by_its_transliteration(client: FlaskClient) -> None:
    """Who types Latin letters finds a Hindi name."""
    assert "/entity/Q159" in client.get("/find", query_string={"name": "RŪS"}).text


def test_an_entity_page_tells_its_facts(client: FlaskClient) -> None:
    """Labels, Wikidata link, office, forms and events stand on the page of a person."""
    text = client.get("/entity/Q7747", headers=PAGE).text
    for part in (
        "व्लादिमिर पुतिन",
        "Vladimir Putin",
        "http://www.wikidata.org/entity/Q7747",
        "राष्ट्रपति",
        "/entity/Q159",
        "पुतिन",
        "2012-05-07",
        "<mark>मुलाकात की</mark>",
        "बुधवार को",
        "/event/meeting-1",
        "/document/one",
    ):
        assert part in text


def test_an_entity_page_tells_how_it_was_linked(client: FlaskClient) -> None:
    """The page names the chosen item with its score, what else was considered, and the document."""
    text = client.get("/entity/Q56226", headers=PAGE).text.partition("How it was linked")[2]
    for part in ("«किम»", "Q56226</a>", "0.84", "name 0.1", "also considered", "Q10665</a>", "0.41", "/document/one"):
        assert part in text


def test_the_page_of_an_unlinked_entity_tells_why(client: FlaskClient) -> None:
    """The page names the best candidate with its score, and the score that was needed."""
    text = client.get(RAMESH, headers=PAGE).text.partition("How it was linked")[2]
    for part in ("not linked", "0.6", "local:x", "0.52", "name 0.5, type 1.0"):
        assert part in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/entity/Person/old-name", "/entity/Q7747"),
        ("/entity/Person/old-name.ttl", "/entity/Q7747.ttl"),
        ("/event/one/Meeting_40_1", "/event/meeting-1"),
    ],
)
def test_a_name_that_was_replaced_leads_to_the_new_one(client: FlaskClient, old: str, new: str) -> None:
    """An IRI that stands for nothing since a re-linking is answered with 303 and the new one, its ending kept."""
    response = client.get(old)
    assert (response.status_code, response.location) == (303, new)
    assert client.get(new).status_code == 200


def test_a_name_that_was_parted_gives_the_choice(client: FlaskClient) -> None:
    """An IRI that several took the place of is answered with 300 and their addresses."""
    response = client.get("/entity/Q99.nt")
    assert response.status_code == 300
    assert sorted(response.text.splitlines()[1:]) == [
        "http://localhost/entity/Q56226.nt",
        "http://localhost/entity/Q7747.nt",
    ]


def test_a_country_page_names_who_holds_its_offices(client: FlaskClient) -> None:
    """The page of a country leads to its president, with the office."""
    text = client.get("/entity/Q159", headers=PAGE).text
    assert "President of Russia" in text
    assert "/entity/Q7747" in text


def test_modality_and_negation_are_seen(client: FlaskClient) -> None:
    """An alleged, a planned and a negated event are marked as such."""
    assert 'class="badge alleged"' in client.get("/event/arms-1", headers=PAGE).text
    assert 'class="badge planned"' in client.get("/event/visit-1", headers=PAGE).text
    negated = client.get("/event/attack-1", headers=PAGE).text
    assert 'class="badge negated"' in negated
    assert 'class="badge possible"' in negated


def test_participants_are_named_in_hindi_and_english(client: FlaskClient) -> None:
    """Whoever takes part in an event is named in both languages, on its own page and wherever the event is listed."""
    for path in ("/event/arms-1", "/entity/Q159", "/document/one"):
        who = client.get(path, headers=PAGE).text.partition('<p class="who')[2].partition("</p>")[0]
        assert re.search(r'<span lang="hi">[^<]+</span> <span class="en">[^<]+</span></a>', who)


def test_a_claimed_event_shows_who_claims_it(client: FlaskClient) -> None:
    """The page of an alleged event leads to the accusation that is about it, and back."""
    assert "/event/accusation-1" in client.get("/event/arms-1", headers=PAGE).text
    assert "/event/arms-1" in client.get("/event/accusation-1", headers=PAGE).text


def test_an_event_page_shows_what_may_be_the_same_event(client: FlaskClient) -> None:
    """The other event stands there with its score, and the data of the page have both."""
    text = client.get("/event/meeting-1", headers=PAGE).text
    _, _, after = text.partition("Perhaps the same event")
    assert 'href="/event/visit-1">This' in after
    assert "0.83" in after
    assert "Perhaps the same event" not in client.get("/event/arms-1", headers=PAGE).text
    turtle = client.get("/event/meeting-1.ttl").text
    assert "kg:sameEventAs" in turtle
    assert "kg:score 0.83" in turtle


def test_an_event_of_two_documents_is_counted_once(client: FlaskClient) -> None:
    """The meeting that two documents tell of is one event of the person and has evidence from both."""
    entity = client.get("/entity/Q56226", headers=PAGE).text
    assert entity.count('class="event"') == 1
    event = client.get("/event/meeting-1", headers=PAGE).text
    assert event.count('<section class="account">') == 2


def test_a_document_page_keeps_the_order_of_the_text(client: FlaskClient) -> None:
    """A document's events stand in the order of their first mention."""
    text = client.get("/document/one", headers=PAGE).text
    positions = [text.index(f'href="/event/{name}">This') for name in ("meeting-1", "accusation-1", "arms-1")]
    assert positions == sorted(positions)


def test_markup_in_the_text_is_text(client: FlaskClient) -> None:
    """Markup that stands in an article is shown, not obeyed."""
    text = client.get("/event/attack-1", headers=PAGE).text
    assert "&lt;b&gt;<mark>हमला</mark>&lt;/b&gt;" in text


def test_the_start_page_counts_once(client: FlaskClient) -> None:
    """The start page counts distinct documents, events and entities."""
    text = client.get("/", headers=PAGE).text
    for number in ("<b>2</b>", "<b>5</b>", "<b>8</b>"):
        assert number in text


@pytest.mark.parametrize("name", ["पुतिन", "putin", "PUTIN", "व्लादिमिर"])
def test_names_are_found(client: FlaskClient, name: str) -> None:
    """A part of any form of a name finds its entity."""
    assert "/entity/Q7747" in client.get("/find", query_string={"name": name}).text


def test_find_without_a_name_has_a_title_and_claims_nothing(client: FlaskClient) -> None:
    """The page that asks for a name says what it is, and does not say that no name was found."""
    text = client.get("/find").text
    assert "<title>Find · खोजें · Hindi News Knowledge Graph</title>" in text
    assert "No name in the graph" not in text


@pytest.mark.parametrize("name", ['"', "\\", "') } #", "\n", "%", "<script>"])
def test_strange_names_are_not_found(client: FlaskClient, name: str) -> None:
    """A name full of SPARQL or markup is a name that nobody has."""
    response = client.get("/find", query_string={"name": "x" + name})
    assert response.status_code == 200
    assert "No name" in response.text


def test_a_wikidata_id_leads_to_its_page(client: FlaskClient) -> None:
    """Looking for an id of Wikidata goes straight to the entity."""
    assert client.get("/find?name=q159").headers["Location"].endswith("/entity/Q159")


@pytest.mark.parametrize("number", ["0", "-1", "x", "9999999", "1;2"])
def test_a_page_number_is_a_number(client: FlaskClient, number: str) -> None:
    """A page that is no number from 1 is refused."""
    assert client.get(f"/entity/Q7747?page={number}").status_code == 400


def test_health_counts_triples(client: FlaskClient) -> None:
    """The health check gives the number of triples."""
    response = client.get("/health")
    assert response.status_code == 200
    assert json.loads(response.data)["triples"] > 100


@pytest.mark.parametrize(
    ("ending", "media"),
    [
        ("nq", "application/n-quads"),
        ("trig", "application/trig"),
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("rdf", "application/rdf+xml"),
    ],
)
def test_dumps_hold_the_graph(client: FlaskClient, ending: str, media: str) -> None:
    """Each dump has its media type and holds the meeting."""
    response = client.get(f"/dump.{ending}")
    assert (response.status_code, response.mimetype) == (200, media)
    form = pyoxigraph.RdfFormat.from_media_type(media)
    subjects = {str(quad.subject) for quad in pyoxigraph.parse(response.data, format=form)}
    assert "<https://w3id.org/hindi-news-kg/event/meeting-1>" in subjects
