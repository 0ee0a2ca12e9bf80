"""The names of RDF terms, each spelled once.

`KgTerms` is closed: a name that is not in the ontology raises AttributeError where it is used. `ontology/kg.ttl` defines
the same terms; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import DefinedNamespace, Namespace
from rdflib.term import URIRef

from kg.records import EntityType, EventType, Modality

KG: Final = "https://w3id.org/hindi-news-kg/ontology#"
ONTOLOGY_GRAPH: Final = "https://w3id.org/hindi-news-kg/ontology"
"""The ontology's IRI, and the named graph that holds it in a store."""

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SCHEMA: Final = "https://schema.org/"
NIF: Final = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#"
DCT: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
GEOSPARQL: Final = "http://www.opengis.net/ont/geosparql#"
GEOF: Final = "http://www.opengis.net/def/function/geosparql/"
UOM: Final = "http://www.opengis.net/def/uom/OGC/1.0/"
SF: Final = "http://www.opengis.net/ont/sf#"
SEM: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/"
TIME: Final = "http://www.w3.org/2006/time#"
WD: Final = "http://www.wikidata.org/entity/"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dct": DCT,
        "geo": GEO,
        "geof": GEOF,
        "geosparql": GEOSPARQL,
        "kg": KG,
        "nif": NIF,
        "owl": OWL,
        "prov": PROV,
        "rdf": RDF,
        "rdfs": RDFS,
        "schema": SCHEMA,
        "sem": SEM,
        "sf": SF,
        "skos": SKOS,
        "time": TIME,
        "uom": UOM,
        "wd": WD,
        "xsd": XSD,
    }
)
"""The prefixes of every dump, page and query of this program."""

PREFIX_LINES: Final = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


class KgTerms(DefinedNamespace):
    """Every term of the ontology."""

    _fail = True
    _NS = Namespace(KG)
    _extras = ["from"]  # noqa: RUF012  (a word of Python's own; the base class wants a list)

    # entities
    Entity: URIRef
    Person: URIRef
    Country: URIRef
    Organization: URIRef
    Place: URIRef
    Group: URIRef
    country: URIRef
    kind: URIRef
    standsFor: URIRef
    transliteration: URIRef
    # what holds for a time
    Tenure: URIRef
    until: URIRef
    # memberships
    Membership: URIRef
    memberOf: URIRef
    hasMembership: URIRef
    inOrganization: URIRef
    # offices
    Role: URIRef
    holdsRole: URIRef
    roleOf: URIRef
    officeClass: URIRef
    OfficeClass: URIRef
    HeadOfState: URIRef
    HeadOfGovernment: URIRef
    DeputyHead: URIRef
    ForeignMinister: URIRef
    DefenceMinister: URIRef
    InteriorMinister: URIRef
    FinanceMinister: URIRef
    SecurityAdviser: URIRef
    MilitaryChief: URIRef
    Envoy: URIRef
    SecretaryGeneral: URIRef
    RegionalLeader: URIRef
    Spokesperson: URIRef
    # events
    Event: URIRef
    Meeting: URIRef
    Visit: URIRef
    TreatySigning: URIRef
    Agreement: URIRef
    TroopDeployment: URIRef
    ArmsTransfer: URIRef
    Assistance: URIRef
    Denial: URIRef
    Accusation: URIRef
    Support: URIRef
    Criticism: URIRef
    Warning: URIRef
    Request: URIRef
    Sanction: URIRef
    Attack: URIRef
    WeaponsTest: URIRef
    Statement: URIRef
    # what is said of an event
    participant: URIRef
    agent: URIRef
    target: URIRef
    place: URIRef
    date: URIRef
    dateText: URIRef
    modality: URIRef
    negated: URIRef
    attributedTo: URIRef
    quantity: URIRef
    object: URIRef
    claim: URIRef
    quotation: URIRef
    confidence: URIRef
    # events that may be one
    sameEventAs: URIRef
    Resemblance: URIRef
    between: URIRef
    score: URIRef
    # how entities were linked
    Assessment: URIRef
    Linking: URIRef
    linking: URIRef
    entity: URIRef
    linked: URIRef
    threshold: URIRef
    Candidate: URIRef
    candidate: URIRef
    item: URIRef
    rank: URIRef
    features: URIRef
    # modality
    Modality: URIRef
    asserted: URIRef
    planned: URIRef
    possible: URIRef
    alleged: URIRef
    # evidence
    mention: URIRef
    Mention: URIRef
    sentence: URIRef
    rule: URIRef
    # direct relations
    relation: URIRef
    meets: URIRef
    visits: URIRef
    signsTreatyWith: URIRef
    agreesWith: URIRef
    sendsTroopsTo: URIRef
    suppliesArmsTo: URIRef
    assists: URIRef
    denies: URIRef
    accuses: URIRef
    supports: URIRef
    criticizes: URIRef
    warns: URIRef
    requestsOf: URIRef
    sanctions: URIRef
    attacks: URIRef
    testsWeaponsAgainst: URIRef
    # provenance
    textDigest: URIRef
    modelDigest: URIRef
    minConfidence: URIRef
    Relinking: URIRef
    Write: URIRef
    verb: URIRef
    # search
    textMatches: URIRef
    # provenance, the gazetteer's
    gazetteerDigest: URIRef
    move: URIRef
    Move: URIRef
    movedFrom: URIRef
    movedTo: URIRef
    # codes of event coding
    ploverCode: URIRef
    cameoCode: URIRef


def kg(name: str) -> ox.NamedNode:
    """The term of the ontology with this local name.

    Raises AttributeError for a name that the ontology does not have.
    """
    return ox.NamedNode(KgTerms[name])


TYPE: Final = ox.NamedNode(RDF + "type")
LABEL: Final = ox.NamedNode(RDFS + "label")
ALT_LABEL: Final = ox.NamedNode(SKOS + "altLabel")
SAME_AS: Final = ox.NamedNode(OWL + "sameAs")
LATITUDE: Final = ox.NamedNode(GEO + "lat")
LONGITUDE: Final = ox.NamedNode(GEO + "long")
HAS_GEOMETRY: Final = ox.NamedNode(GEOSPARQL + "hasGeometry")
POINT: Final = ox.NamedNode(SF + "Point")
AS_WKT: Final = ox.NamedNode(GEOSPARQL + "asWKT")

NEWS_ARTICLE: Final = ox.NamedNode(SCHEMA + "NewsArticle")
IDENTIFIER: Final = ox.NamedNode(DCT + "identifier")
HEADLINE: Final = ox.NamedNode(SCHEMA + "headline")
DATE_PUBLISHED: Final = ox.NamedNode(SCHEMA + "datePublished")
PUBLISHER: Final = ox.NamedNode(SCHEMA + "publisher")
URL: Final = ox.NamedNode(SCHEMA + "url")
IN_LANGUAGE: Final = ox.NamedNode(SCHEMA + "inLanguage")
MENTIONS: Final = ox.NamedNode(SCHEMA + "mentions")
IS_REPLACED_BY: Final = ox.NamedNode(DCT + "isReplacedBy")

BEGIN_INDEX: Final = ox.NamedNode(NIF + "beginIndex")
END_INDEX: Final = ox.NamedNode(NIF + "endIndex")
ANCHOR_OF: Final = ox.NamedNode(NIF + "anchorOf")
REFERENCE_CONTEXT: Final = ox.NamedNode(NIF + "referenceContext")

ACTIVITY: Final = ox.NamedNode(PROV + "Activity")
SOFTWARE_AGENT: Final = ox.NamedNode(PROV + "SoftwareAgent")
PROV_ENTITY: Final = ox.NamedNode(PROV + "Entity")
USED: Final = ox.NamedNode(PROV + "used")
WAS_ASSOCIATED_WITH: Final = ox.NamedNode(PROV + "wasAssociatedWith")
WAS_GENERATED_BY: Final = ox.NamedNode(PROV + "wasGeneratedBy")
WAS_INFLUENCED_BY: Final = ox.NamedNode(PROV + "wasInfluencedBy")
WAS_INFORMED_BY: Final = ox.NamedNode(PROV + "wasInformedBy")
ENDED_AT_TIME: Final = ox.NamedNode(PROV + "endedAtTime")
SOFTWARE_VERSION: Final = ox.NamedNode(SCHEMA + "softwareVersion")

INTEGER: Final = ox.NamedNode(XSD + "integer")
DECIMAL: Final = ox.NamedNode(XSD + "decimal")
BOOLEAN: Final = ox.NamedNode(XSD + "boolean")
DATE: Final = ox.NamedNode(XSD + "date")
YEAR_MONTH: Final = ox.NamedNode(XSD + "gYearMonth")
YEAR: Final = ox.NamedNode(XSD + "gYear")
DATE_TIME: Final = ox.NamedNode(XSD + "dateTime")
WKT: Final = ox.NamedNode(GEOSPARQL + "wktLiteral")

ENTITY_CLASSES: Final[Mapping[EntityType, ox.NamedNode]] = MappingProxyType(
    {kind: kg(kind.value) for kind in EntityType}
)
EVENT_CLASSES: Final[Mapping[EventType, ox.NamedNode]] = MappingProxyType({kind: kg(kind.value) for kind in EventType})
MODALITIES: Final[Mapping[Modality, ox.NamedNode]] = MappingProxyType({kind: kg(kind.value) for kind in Modality})
DIRECT_RELATIONS: Final[Mapping[EventType, ox.NamedNode]] = MappingProxyType(
    {
        EventType.MEETING: kg("meets"),
        EventType.VISIT: kg("visits"),
        EventType.TREATY_SIGNING: kg("signsTreatyWith"),
        EventType.AGREEMENT: kg("agreesWith"),
        EventType.TROOP_DEPLOYMENT: kg("sendsTroopsTo"),
        EventType.ARMS_TRANSFER: kg("suppliesArmsTo"),
        EventType.ASSISTANCE: kg("assists"),
        EventType.DENIAL: kg("denies"),
        EventType.ACCUSATION: kg("accuses"),
        EventType.SUPPORT: kg("supports"),
        EventType.CRITICISM: kg("criticizes"),
        EventType.WARNING: kg("warns"),
        EventType.REQUEST: kg("requestsOf"),
        EventType.SANCTION: kg("sanctions"),
        EventType.ATTACK: kg("attacks"),
        EventType.WEAPONS_TEST: kg("testsWeaponsAgainst"),
    }
)
"""The short relation that an asserted event of a type gives its participants; a Statement gives none."""
