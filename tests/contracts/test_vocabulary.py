"""The ontology's file, the program's names and the JSON-LD context say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SKOS

from kg.graph import vocabulary
from kg.graph.ontology import ontology_quads
from kg.graph.vocabulary import KgTerms
from kg.records import EntityType, EventType, Modality

NIF, SEM, SCHEMA, PROV = (Namespace(vocabulary.PREFIXES[name]) for name in ("nif", "sem", "schema", "prov"))
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)


@pytest.fixture(scope="module")
def ontology(root: Path) -> Graph:
    """The ontology's file."""
    return Graph().parse(root / "ontology" / "kg.ttl", format="turtle")


def names_in_code() -> set[URIRef]:
    """Every term that the program may use."""
    return {KgTerms[name] for name in (*KgTerms.__annotations__, *KgTerms._extras) if not name.startswith("_")}


def terms(ontology: Graph) -> set[URIRef]:
    """Every term that the ontology defines."""
    return {term for term in ontology.subjects() if isinstance(term, URIRef) and term.startswith(vocabulary.KG)}


def test_code_and_ontology_have_the_same_terms(ontology: Graph) -> None:
    """A term of the program is in the ontology, and the other way about."""
    assert names_in_code() == terms(ontology)


def test_a_name_outside_the_ontology_cannot_be_used() -> None:
    """The namespace is closed."""
    with pytest.raises(AttributeError):
        vocabulary.kg("agnet")


def test_records_and_ontology_have_the_same_types(ontology: Graph) -> None:
    """Classes of entities and events and the modalities are those of the records."""
    for parent, kinds in (("Entity", EntityType), ("Event", EventType)):
        below = set(ontology.subjects(RDFS.subClassOf, KgTerms[parent]))
        assert below == {KgTerms[kind.value] for kind in kinds}
    assert set(ontology.subjects(RDF.type, KgTerms.Modality)) == {KgTerms[kind.value] for kind in Modality}


def test_every_term_has_labels_and_a_comment(ontology: Graph) -> None:
    """Each term has one English and one Hindi label and an English comment."""
    for term in terms(ontology):
        languages = sorted(label.language for label in ontology.objects(term, RDFS.label) if isinstance(label, Literal))
        assert languages == ["en", "hi"], term
        assert [c.language for c in ontology.objects(term, RDFS.comment) if isinstance(c, Literal)] == ["en"], term


def test_every_property_has_a_domain_and_a_range(ontology: Graph) -> None:
    """Properties have a domain; a range too, but those whose values have several types."""
    several = {"date", "from", "until", "denies", "relation"}
    for kind in PROPERTIES:
        for term in ontology.subjects(RDF.type, kind):
            assert ontology.value(term, RDFS.domain), term
            assert bool(ontology.value(term, RDFS.range)) != (str(term).removeprefix(vocabulary.KG) in several), term


def test_terms_are_aligned(ontology: Graph) -> None:
    """The ontology meets schema.org, SEM, PROV-O, NIF, OWL-Time, SKOS and the event codes."""
    assert (KgTerms.Mention, RDFS.subClassOf, NIF.Phrase) in ontology
    assert (KgTerms.Event, RDFS.subClassOf, SEM.Event) in ontology
    assert (KgTerms.Person, RDFS.subClassOf, SCHEMA.Person) in ontology
    assert (KgTerms.attributedTo, SKOS.closeMatch, PROV.wasAttributedTo) in ontology
    assert (KgTerms.Modality, RDFS.subClassOf, SKOS.Concept) in ontology
    used = {str(node) for triple in ontology for node in triple}
    assert any(node.startswith(vocabulary.TIME) for node in used)
    for kind in EventType:
        assert ontology.value(KgTerms[kind.value], KgTerms.cameoCode), kind
    assert (KgTerms.Meeting, KgTerms.ploverCode, Literal("CONSULT")) in ontology


def test_roles_are_below_participant(ontology: Graph) -> None:
    """kg:agent and kg:target are kinds of kg:participant."""
    below = set(ontology.subjects(RDFS.subPropertyOf, KgTerms.participant))
    assert below == {KgTerms.agent, KgTerms.target}


def test_direct_relations_are_kinds_of_relation(ontology: Graph) -> None:
    """Every direct relation of the program is below kg:relation, and no other term is."""
    written = {node.value for node in vocabulary.DIRECT_RELATIONS.values()}
    assert {str(term) for term in ontology.subjects(RDFS.subPropertyOf, KgTerms.relation)} == written


def test_the_ontology_has_no_blank_nodes() -> None:
    """The ontology can stand in a store."""
    assert not [quad for quad in ontology_quads() if "_:" in (str(quad.subject)[:2], str(quad.object)[:2])]


def test_the_context_knows_every_term(root: Path, ontology: Graph) -> None:
    """The JSON-LD context has a name for each term, and the usual prefixes."""
    context = json.loads((root / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
    defined = {told if isinstance(told, str) else told["@id"] for told in context.values() if told != 1.1}
    assert {"kg:" + term.removeprefix(vocabulary.KG) for term in terms(ontology)} <= defined
    assert vocabulary.PREFIXES.items() <= context.items()


def test_the_prefixes_are_the_contract_s() -> None:
    """schema: is https and the others are as everybody binds them."""
    assert vocabulary.PREFIXES["schema"] == "https://schema.org/"
    assert vocabulary.PREFIXES["kg"] == "https://w3id.org/hindi-news-kg/ontology#"
    assert vocabulary.PREFIXES["rdf"] == str(RDF)
    assert vocabulary.PREFIX_LINES.count("PREFIX ") == len(vocabulary.PREFIXES)


def test_shapes_use_terms_of_the_ontology(root: Path, ontology: Graph) -> None:
    """The shapes speak of no kg: term that there is not."""
    shapes = Graph().parse(root / "ontology" / "shapes.ttl", format="turtle")
    used = {node for triple in shapes for node in triple if isinstance(node, URIRef) and node.startswith(vocabulary.KG)}
    assert used <= terms(ontology)
