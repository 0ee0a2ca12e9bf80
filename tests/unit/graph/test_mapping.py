"""Records as quads."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest

from kg.gazetteer.members import Membership
from kg.gazetteer.transliteration import romanised
from kg.graph import vocabulary as v
from kg.graph.mapping import document_quads
from kg.graph.terms import hindi_in_latin
from kg.graph.vocabulary import kg
from kg.records import (
    Document,
    EntityType,
    Event,
    EventType,
    GazetteerEntry,
    HeldOffice,
    LinkedExtraction,
    Modality,
)
from tests.builders import BASE, ENTRIES, KIM, NORTH_KOREA, PUTIN, RUSSIA, document, entity, linked, mention, sample

DOCUMENT = ox.NamedNode(BASE + "document/one")
PUTIN_IRI, KIM_IRI, RUSSIA_IRI, KOREA_IRI = (BASE + "entity/" + id for id in ("Q7747", "Q56226", "Q159", "Q423"))
MEETING = BASE + "event/Meeting_2023-09-13_Q56226_Q7747"
PEOPLE = [
    entity("p", "पुतिन", forms=("पुतिन", "रूसी राष्ट्रपति")),
    entity("k", "किम"),
    entity("r", "रूस", EntityType.COUNTRY),
    entity("n", "उत्तर कोरिया", EntityType.COUNTRY),
]
LINKS = {"p": PUTIN, "k": KIM, "r": RUSSIA, "n": NORTH_KOREA}


def quads(extraction: LinkedExtraction, text: Document) -> set[ox.Quad]:
    """The quads of a document."""
    return set(document_quads(extraction, text, base_iri=BASE, lookup=ENTRIES.get))


def told(*events: Event, offices: tuple[HeldOffice, ...] = ()) -> set[ox.Quad]:
    """The quads of a document that tells of these events."""
    return quads(linked(entities=PEOPLE, events=events, offices=offices, links=LINKS), document())


def values(found: set[ox.Quad], subject: str, predicate: ox.NamedNode, *, graph: str = DOCUMENT.value) -> set[str]:
    """The values of a property in a graph."""
    return {
        quad.object.value  # type: ignore[union-attr]
        for quad in found
        if (quad.subject, quad.predicate, quad.graph_name) == (ox.NamedNode(subject), predicate, ox.NamedNode(graph))
    }


def event(kind: EventType, **facts: object) -> Event:
    """An event of Russia and North Korea."""
    given = {"key": "v1", "agents": ("r",), "targets": ("n",), "mentions": (mention("भेजे"),)}
    return Event(type=kind, **(given | facts))  # type: ignore[arg-type]


def test_metadata_stands_in_the_document_graph() -> None:
    """A document's graph names its id, headline, date, publisher, address and language."""
    found = {quad.predicate: quad.object for quad in quads(*sample()) if quad.subject == DOCUMENT}
    assert found[v.IDENTIFIER] == ox.Literal("one")
    assert found[v.HEADLINE] == ox.Literal("पुतिन और किम की बात", language="hi")
    assert found[v.DATE_PUBLISHED] == ox.Literal("2023-09-14", datatype=v.DATE)
    assert found[v.PUBLISHER] == ox.Literal("उदाहरण")
    assert found[v.URL] == ox.NamedNode("https://example.org/news/1")
    assert found[v.IN_LANGUAGE] == ox.Literal("hi")


def test_every_quad_stands_in_a_graph_of_the_document_or_an_entity() -> None:
    """Nothing stands in the default graph, and there is no blank node."""
    for quad in quads(*sample()):
        assert isinstance(quad.graph_name, ox.NamedNode)
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)
        assert quad.graph_name == DOCUMENT or quad.graph_name.value.startswith(BASE + "entity/")


def test_surface_forms_are_alternative_labels_in_the_document_graph() -> None:
    """The document's graph has every form of an entity and its label."""
    assert values(told(), PUTIN_IRI, v.ALT_LABEL) == {"पुतिन", "रूसी राष्ट्रपति", "व्लादिमीर पुतिन"}


def test_an_entity_graph_is_a_function_of_the_entity() -> None:
    """Two documents that call an entity differently have the same entity graph."""
    one = linked(entities=[entity("e1", "पुतिन")], links={"e1": PUTIN})
    two = linked(entities=[entity("e9", "व्लादिमिर पुतिन", named=False)], links={"e9": PUTIN}, id="two")
    graphs = [
        {quad for quad in quads(extraction, text) if quad.graph_name == ox.NamedNode(PUTIN_IRI)}
        for extraction, text in ((one, document()), (two, document(id="two")))
    ]
    assert graphs[0] == graphs[1] != set()


def test_an_entity_graph_tells_what_the_gazetteer_knows() -> None:
    """A linked entity has its class, one label a language, its Wikidata id, country, place on earth and offices."""
    found = told()
    assert values(found, PUTIN_IRI, v.TYPE, graph=PUTIN_IRI) == {v.KG + "Entity", v.KG + "Person"}
    assert values(found, PUTIN_IRI, v.LABEL, graph=PUTIN_IRI) == {"व्लादिमीर पुतिन", "Vladimir Putin"}
    assert values(found, PUTIN_IRI, v.SAME_AS, graph=PUTIN_IRI) == {v.WD + "Q7747"}
    assert values(found, PUTIN_IRI, kg("country"), graph=PUTIN_IRI) == {RUSSIA_IRI}
    assert values(found, RUSSIA_IRI, v.LATITUDE, graph=RUSSIA_IRI) == {"61.5"}
    role = PUTIN_IRI + "/role/president/of/Q159/from/2000-05-07"
    assert role in values(found, PUTIN_IRI, kg("holdsRole"), graph=PUTIN_IRI)
    assert values(found, role, kg("until"), graph=PUTIN_IRI) == {"2008-05-07"}


def test_what_an_entity_points_to_has_a_graph() -> None:
    """The country of a person whom a document names has its graph, where the document names no country."""
    found = quads(linked(entities=[entity("p", "पुतिन")], links={"p": PUTIN}), document())
    assert values(found, RUSSIA_IRI, v.LABEL, graph=RUSSIA_IRI) == {"रूस", "Russia"}
    assert values(found, RUSSIA_IRI, v.ALT_LABEL) == set()


def test_every_entity_is_written_in_latin_letters_too() -> None:
    """Linked or not, an entity has its Hindi label in Latin letters, made from that label alone."""
    found = quads(*sample())
    told_of = [quad for quad in found if quad.predicate == kg("transliteration")]
    labels = {
        (quad.subject, quad.object.value)  # type: ignore[union-attr]
        for quad in found
        if quad.predicate == v.LABEL and quad.object.language == "hi" and quad.graph_name == quad.subject  # type: ignore[union-attr]
    }
    assert {(quad.subject, quad.object) for quad in told_of} == {
        (subject, hindi_in_latin(romanised(label))) for subject, label in labels
    }
    assert len(told_of) == len({quad.graph_name for quad in found} - {DOCUMENT})


def test_a_place_tells_its_kind_and_where_it_lies() -> None:
    """A linked place has its kind in words, and coordinates as two numbers and as a geometry with longitude first."""
    found = told()
    (geometry,) = values(found, RUSSIA_IRI, v.HAS_GEOMETRY, graph=RUSSIA_IRI)
    assert geometry == RUSSIA_IRI + "#geometry"
    assert values(found, RUSSIA_IRI, kg("kind"), graph=RUSSIA_IRI) == {"country", "देश"}
    assert values(found, geometry, v.TYPE, graph=RUSSIA_IRI) == {v.POINT.value}
    assert values(found, geometry, v.AS_WKT, graph=RUSSIA_IRI) == {"POINT(105.25 61.5)"}
    assert values(found, KOREA_IRI, v.HAS_GEOMETRY, graph=KOREA_IRI) == set()


def test_the_kind_of_a_person_is_left_out() -> None:
    """What the gazetteer has as a person's kind names an office, which is told elsewhere."""
    person = replace(PUTIN, kind="President of Russia (2012–)")
    found = quads(linked(entities=[entity("p", "पुतिन")], links={"p": person}), document())
    assert values(found, PUTIN_IRI, kg("kind"), graph=PUTIN_IRI) == set()


def test_a_seat_stands_for_its_government() -> None:
    """The Kremlin stands for Russia, whose graph comes with it; the note that it is a metonym is no part of its kind."""
    kremlin = GazetteerEntry(
        id="Q133274",
        type=EntityType.ORGANIZATION,
        label_hi="क्रेमलिन",
        kind="seat of the Russian presidency (building; metonym)",
        capital_of="Q159",
    )
    iri = BASE + "entity/Q133274"
    told_of = linked(entities=[entity("k", "क्रेमलिन", EntityType.ORGANIZATION)], links={"k": kremlin})
    found = quads(told_of, document())
    assert values(found, iri, kg("standsFor"), graph=iri) == {RUSSIA_IRI}
    assert values(found, iri, kg("kind"), graph=iri) == {"seat of the Russian presidency", "रूसी राष्ट्रपति का भवन"}
    assert values(found, RUSSIA_IRI, v.LABEL, graph=RUSSIA_IRI) == {"रूस", "Russia"}


def test_a_membership_has_its_time() -> None:
    """A member has a node for each membership; one that has ended gives no plain relation."""
    club = GazetteerEntry(id="Q19771", type=EntityType.ORGANIZATION, label_hi="जी20", label_en="G20")
    left = GazetteerEntry(id="Q37143", type=EntityType.ORGANIZATION, label_hi="जी8", label_en="G8")
    known = {**ENTRIES, "Q19771": club, "Q37143": left}
    memberships = (
        Membership(organization="Q19771", begin="1999-09-26", end=""),
        Membership(organization="Q37143", begin="1997", end="2014-03-24"),
        Membership(organization="Q999999", begin="", end=""),
    )
    extraction = linked(entities=[entity("p", "पुतिन")], links={"p": PUTIN})
    found = set(document_quads(extraction, document(), base_iri=BASE, lookup=known.get, members={"Q159": memberships}))
    node = RUSSIA_IRI + "/membership/Q37143/from/1997"
    nodes = {RUSSIA_IRI + "/membership/Q19771/from/1999-09-26", node}
    assert values(found, RUSSIA_IRI, kg("memberOf"), graph=RUSSIA_IRI) == {BASE + "entity/Q19771"}
    assert values(found, RUSSIA_IRI, kg("hasMembership"), graph=RUSSIA_IRI) == nodes
    assert values(found, node, kg("inOrganization"), graph=RUSSIA_IRI) == {BASE + "entity/Q37143"}
    assert values(found, node, kg("until"), graph=RUSSIA_IRI) == {"2014-03-24"}
    assert values(found, BASE + "entity/Q37143", v.LABEL, graph=BASE + "entity/Q37143") == {"जी8", "G8"}


def test_an_office_has_its_class() -> None:
    """Offices of the gazetteer and those that a text alone gives somebody say what sort of office they are."""
    office = HeldOffice(entity="k", label_hi="प्रधानमंत्री", label_en="Prime Minister")
    found = told(offices=(office,))
    (role,) = values(found, KIM_IRI, kg("holdsRole"))
    assert values(found, role, kg("officeClass")) == {kg("HeadOfGovernment").value}
    president = PUTIN_IRI + "/role/president/of/Q159/from/2012"
    assert values(found, president, kg("officeClass"), graph=PUTIN_IRI) == {kg("HeadOfState").value}


def test_an_unlinked_name_is_labelled_by_its_iri_alone() -> None:
    """Two spellings of one full name have one label."""
    found = [
        {quad for quad in quads(linked(entities=[entity("e", name)]), document()) if quad.graph_name != DOCUMENT}
        for name in ("ज़ोया हिन्दी", "जोया हिंदी")
    ]
    assert found[0] == found[1] != set()


def test_an_office_of_the_text_stands_in_the_document_graph() -> None:
    """A role has its labels and the country, and no second Hindi label where the text spells it in two ways."""
    spellings = ("विदेश मन्त्री", "विदेश मंत्री")
    offices = tuple(HeldOffice(entity="p", label_hi=label, label_en="Foreign Minister", of="r") for label in spellings)
    found = told(offices=offices)
    (role,) = values(found, PUTIN_IRI, kg("holdsRole"))
    assert values(found, role, v.LABEL) == {min(spellings), "Foreign Minister"}
    assert values(found, role, kg("roleOf")) == {RUSSIA_IRI}


def test_an_office_of_the_text_that_the_gazetteer_knows_is_one_role() -> None:
    """The President whom the text names is the gazetteer's, with its dates, and has one label a language in all graphs."""
    office = HeldOffice(entity="p", label_hi="राष्ट्रपति", label_en="President", of="r")
    extraction = linked(entities=PEOPLE, offices=[office], links=LINKS)
    titles = {"President": "राष्ट्रपति"}
    found = set(document_quads(extraction, document(), base_iri=BASE, lookup=ENTRIES.get, titles=titles))
    role = PUTIN_IRI + "/role/president/of/Q159/from/2012"
    assert values(found, PUTIN_IRI, kg("holdsRole")) == {role}
    assert values(found, role, v.LABEL) == values(found, role, v.LABEL, graph=PUTIN_IRI) == {"राष्ट्रपति", "President"}
    assert values(found, role, kg("roleOf")) == {RUSSIA_IRI}
    assert values(found, role, kg("from"), graph=PUTIN_IRI) == {"2012"}


def test_an_event_has_its_facets() -> None:
    """Modality, confidence, object, quantity and source are stated as the contract has it."""
    found = quads(*sample())
    arms = BASE + "event/one/ArmsTransfer_48_1"
    triples = {(quad.predicate, quad.object) for quad in found if quad.subject == ox.NamedNode(arms)}
    assert {
        (kg("modality"), kg("alleged")),
        (kg("confidence"), ox.Literal("0.75", datatype=v.DECIMAL)),
        (kg("object"), ox.Literal("गोले", language="hi")),
        (kg("quantity"), ox.Literal("40", datatype=v.INTEGER)),
        (kg("agent"), ox.NamedNode(RUSSIA_IRI)),
        (kg("target"), ox.NamedNode(KIM_IRI)),
        (kg("participant"), ox.NamedNode(KIM_IRI)),
    } <= triples
    assert kg("negated") not in {predicate for predicate, _ in triples}


def test_negation_is_stated_where_it_is() -> None:
    """A negated event says so."""
    found = told(event(EventType.ATTACK, negated=True))
    assert values(found, BASE + "event/one/Attack_48_1", kg("negated")) == {"true"}


def test_a_claim_leads_to_the_event_that_it_is_about() -> None:
    """A denial points at the denied event's node."""
    found = quads(*sample())
    assert values(found, BASE + "event/one/Denial_68_1", kg("claim")) == {BASE + "event/one/ArmsTransfer_48_1"}


def test_a_mention_is_the_evidence() -> None:
    """A mention has offsets, exact words, the whole sentence, the rule and the document."""
    found, text = quads(*sample()), document().article.text
    (node,) = values(found, MEETING, kg("mention"))
    begin, end = (int(*values(found, node, predicate)) for predicate in (v.BEGIN_INDEX, v.END_INDEX))
    assert values(found, node, v.ANCHOR_OF) == {text[begin:end]} == {"मिले"}
    assert values(found, node, kg("sentence")) == {"पुतिन और किम बुधवार को मिले।"}
    assert values(found, node, kg("rule")) == {"test.rule"}
    assert values(found, node, v.REFERENCE_CONTEXT) == {DOCUMENT.value}


def test_events_with_one_iri_become_one_node() -> None:
    """Mentions and places are united; of words and numbers the first in the text is believed, in any order."""
    first = event(EventType.TROOP_DEPLOYMENT, date="2023-09-13", quantity=100, places=("r",))
    second = replace(first, key="v2", quantity=900, places=("n",), mentions=(mention("आरोप"),))
    found, iri = told(first, second), BASE + "event/TroopDeployment_2023-09-13_Q159_to_Q423"
    assert values(found, iri, kg("quantity")) == {"100"}
    assert values(found, iri, kg("place")) == {RUSSIA_IRI, KOREA_IRI}
    assert len(values(found, iri, kg("mention"))) == 2
    assert told(second, first) == found


@pytest.mark.parametrize("kind", list(v.DIRECT_RELATIONS))
def test_a_fact_gives_a_direct_relation(kind: EventType) -> None:
    """What is asserted and not negated relates agent and target; the symmetric types both ways."""
    symmetric = kind in (EventType.MEETING, EventType.TREATY_SIGNING, EventType.AGREEMENT)
    roles = {"agents": ("r", "n"), "targets": ()} if symmetric else {}
    found = told(event(kind, **roles))
    assert values(found, RUSSIA_IRI, v.DIRECT_RELATIONS[kind]) == {KOREA_IRI}
    assert values(found, KOREA_IRI, v.DIRECT_RELATIONS[kind]) == ({RUSSIA_IRI} if symmetric else set())


@pytest.mark.parametrize(
    "doubt",
    [{"modality": modality} for modality in Modality if modality is not Modality.ASSERTED] + [{"negated": True}],
)
def test_a_doubt_gives_no_direct_relation(doubt: dict[str, object]) -> None:
    """A planned, possible, alleged or negated event relates nobody."""
    relations = set(v.DIRECT_RELATIONS.values())
    assert not [quad for quad in told(event(EventType.ATTACK, **doubt)) if quad.predicate in relations]


def test_a_denial_relates_to_the_denied_event_and_the_claimant() -> None:
    """kg:denies leads to the event and to whose claim it is."""
    found = values(quads(*sample()), RUSSIA_IRI, kg("denies"))
    assert found == {
        BASE + "event/one/ArmsTransfer_48_1",
        BASE + "entity/in/one/Place/%E0%A4%B8%E0%A4%BF%E0%A4%AF%E0%A5%8B%E0%A4%B2",
    }


def test_targets_of_a_symmetric_event_are_agents() -> None:
    """All participants of a meeting are agents, whatever role they were read in."""
    found = told(event(EventType.MEETING, agents=("p",), targets=("k",), date="2023-09-13"))
    assert values(found, MEETING, kg("agent")) == {PUTIN_IRI, KIM_IRI}
    assert values(found, MEETING, kg("target")) == set()


def test_order_of_records_does_not_matter() -> None:
    """The same records in another order give the same quads."""
    extraction, text = sample()
    inner = extraction.extraction
    turned = replace(extraction, extraction=replace(inner, entities=inner.entities[::-1], events=inner.events[::-1]))
    assert quads(turned, text) == quads(extraction, text)
