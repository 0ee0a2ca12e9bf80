"""What the graph says of one thing, as records for the pages and as queries for its RDF. Reads through a Reader only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol
from urllib.parse import quote, unquote

from kg.graph import vocabulary

PAGE_SIZE = 40
LIST_SIZE = 50
KINDS = ("entity", "event", "document")

_UCSCHAR = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14)
)
_CHARACTER = rf"(?:[A-Za-z0-9\-._~:/@!$&'()*+,;={_UCSCHAR}]|%[0-9A-Fa-f]{{2}})"
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:{_CHARACTER}*(?:\?(?:{_CHARACTER}|\?)*)?(?:\#(?:{_CHARACTER}|\?)*)?")
_NUKTA = "\u093c"
_ROLES = "kg:agent kg:target kg:place kg:attributedTo"
_P = vocabulary.PREFIX_LINES


class Term(NamedTuple):
    """One value of a query's row."""

    kind: str  #: «uri», «literal» or «bnode»
    value: str
    language: str = ""


class Reader(Protocol):
    """What answers the queries of this module."""

    def rows(self, query: str) -> list[dict[str, Term]]:
        """The solutions of a SELECT query, unbound variables left out."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A name in Hindi and in English, empty where there is none."""

    hi: str = ""
    en: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A thing that a page names and links to."""

    iri: str
    href: str  #: path on this server, or the IRI itself where it stands elsewhere
    label: Label
    short: str  #: last part of the IRI, decoded


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A sentence that tells of an event."""

    document: Reference
    begin: int  #: of the trigger, in characters of the document
    before: str  #: the sentence up to the trigger
    trigger: str
    after: str
    rule: str  #: id of the rule that read it, or empty
    published: str = ""
    publisher: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What one document says of an event."""

    document: Reference
    published: str
    modalities: tuple[Reference, ...]
    negated: bool
    sources: tuple[Reference, ...]
    date_texts: tuple[str, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventView:
    """An event with everything that a page shows of it; values in the order of their labels."""

    iri: str
    href: str
    types: tuple[Reference, ...]
    modalities: tuple[Reference, ...]
    negated: bool
    agents: tuple[Reference, ...]
    targets: tuple[Reference, ...]
    places: tuple[Reference, ...]
    sources: tuple[Reference, ...]
    dates: tuple[str, ...]
    date_texts: tuple[str, ...]
    objects: tuple[str, ...]
    quantities: tuple[str, ...]
    quotations: tuple[str, ...]
    confidences: tuple[str, ...]
    claims: tuple[Reference, ...]
    mentions: tuple[Mention, ...]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """An office that a person holds or held."""

    label: Label
    of: tuple[Reference, ...]
    classes: tuple[Reference, ...]  #: what sorts of office it is
    begin: str
    end: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """A membership of a country, seen from either side."""

    thing: Reference  #: the organization, or the member
    begin: str
    end: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A point on earth, in degrees."""

    latitude: str
    longitude: str

    @property
    def map(self) -> str:
        """A page of OpenStreetMap that shows it."""
        place = f"mlat={quote(self.latitude)}&mlon={quote(self.longitude)}"
        return f"https://www.openstreetmap.org/?{place}#map=6/{quote(self.latitude)}/{quote(self.longitude)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """An office of a country or organization, and who holds it."""

    label: Label
    people: tuple[Reference, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentLine:
    """A document in a list."""

    thing: Reference
    published: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Considered:
    """What an entity of a document may have been."""

    label: Label
    id: str  #: of Wikidata, or the gazetteer's own
    href: str  #: at Wikidata; empty where it has no such id
    score: str
    features: str  #: «name 1, type 1»


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """How documents that agree in all of this had an entity linked, or not."""

    name: str  #: as they have it
    linked: bool
    score: str  #: of the link; empty where it was not linked
    threshold: str  #: the score that was needed, where it was not linked
    candidates: tuple[Considered, ...]  #: best first
    documents: tuple[DocumentLine, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityView:
    """An entity with everything that its page shows, its events left out."""

    iri: str
    href: str
    short: str
    label: Label
    transliteration: str
    types: tuple[Reference, ...]
    kind: Label  #: «city», «military alliance», …
    aliases: tuple[str, ...]
    same_as: tuple[str, ...]
    countries: tuple[Reference, ...]  #: the country that it belongs to
    stands_for: tuple[Reference, ...]  #: the country or union whose government its name stands for
    seats: tuple[Reference, ...]  #: the capitals and seats whose names stand for its government
    location: Location | None
    memberships: tuple[Membership, ...]  #: in organizations; those that last first
    members: tuple[Membership, ...]  #: of an organization, as far as the graph names them
    roles: tuple[Role, ...]
    holders: tuple[Holder, ...]
    documents: tuple[DocumentLine, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentView:
    """A document's metadata."""

    iri: str
    href: str
    identifier: str
    headline: str
    published: str
    publisher: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A part of a long list."""

    number: int  #: from 1
    total: int  #: entries of the whole list

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def more(self) -> bool:
        """Whether another page follows."""
        return self.number < self.last


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """A thing and how many of something it has."""

    thing: Reference
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """What is in the graph; everything counted once."""

    triples: int
    documents: int
    events: int
    entities: int
    by_event_type: tuple[Count, ...]
    by_entity_class: tuple[Count, ...]
    top_entities: tuple[Count, ...]
    latest: tuple[DocumentLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OntologyTerm:
    """A class, property or value of the ontology."""

    short: str
    label: Label
    comments: tuple[Term, ...]
    parents: tuple[Reference, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TermGroup:
    """Terms of one sort."""

    title: str
    terms: tuple[OntologyTerm, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where resources lie: their base IRI and the path that this server gives them."""

    base_iri: str
    root: str = ""  #: path of the start page without its last slash

    def href(self, iri: str) -> str:
        """The link to an IRI: a path on this server where it serves the IRI, else the IRI itself."""
        if iri.startswith(vocabulary.KG):
            return f"{self.root}/ontology#{quote(iri[len(vocabulary.KG) :])}"
        local = iri[len(self.base_iri) :] if iri.startswith(self.base_iri) else ""
        if local.partition("/")[0] in KINDS:
            return f"{self.root}/{quote(local, safe='/%:@!$&()*+,;=~')}"
        return iri

    def short(self, iri: str) -> str:
        """A few words for an IRI: below the base IRI its path, else with one of the usual prefixes, else all of it."""
        if iri.startswith(self.base_iri) and not iri.startswith(vocabulary.KG):
            return unquote(iri[len(self.base_iri) :])
        return _curie(iri)

    def candidates(self, kind: str, name: str, *, raw: str = "") -> tuple[str, ...]:
        """The IRIs that the path `/kind/name` may stand for.

        `name` is decoded, `raw` is as it was sent, where the server tells that: only it knows an encoded slash.
        """
        forms = (raw, quote(name, safe="/~"), quote(name, safe="/:@!$&'()*+,;=~"), quote(name, safe=""), name)
        iris = (f"{self.base_iri}{kind}/{form}" for form in forms if form)
        return tuple(dict.fromkeys(iri for iri in iris if is_iri(iri)))


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI (RFC 3987, section 2.2), so that it can stand between < and > in a query."""
    return _IRI.fullmatch(text) is not None


def find_iri(reader: Reader, candidates: Sequence[str]) -> str | None:
    """The first of the IRIs of which the graph says something, more than what replaced it."""
    if not candidates:
        return None
    rows = reader.rows(
        f"{_P}SELECT DISTINCT ?s {{ {_values('s', candidates)}"
        " FILTER EXISTS { ?s ?p ?o FILTER(?p != dct:isReplacedBy) } }"
    )
    known = {row["s"].value for row in rows}
    return next((iri for iri in candidates if iri in known), None)


def replaced_by(reader: Reader, site: Site, candidates: Sequence[str]) -> tuple[Reference, ...]:
    """What is there now in place of a thing that had one of the IRIs."""
    if not candidates:
        return ()
    rows = reader.rows(f"{_P}SELECT DISTINCT ?new {{ {_values('s', candidates)} ?s dct:isReplacedBy ?new }}")
    found = [row["new"].value for row in rows]
    return _Names(reader, site, found).of(found)


def construct(kind: str, iri: str) -> str:
    """The query for the RDF of a resource: its own triples and those that make no sense without it."""
    if kind == "document":
        return (
            f"{vocabulary.PREFIX_LINES}CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} UNION"
            f" {{ VALUES ?r {{ schema:mentions {_ROLES} }} GRAPH <{iri}> {{ ?thing ?r ?s }}"
            " ?s ?p ?o FILTER(?p IN (rdfs:label, rdf:type)) } }"
        )
    parts = {
        "event": f"{{ <{iri}> kg:mention ?s . ?s ?p ?o }} UNION {{ ?s kg:between <{iri}> ; ?p ?o }}"
        f" UNION {{ VALUES ?r {{ {_ROLES} }} <{iri}> ?r ?s ."
        " ?s ?p ?o FILTER(?p IN (rdfs:label, rdf:type)) }",
        "entity": f"{{ <{iri}> kg:holdsRole|kg:hasMembership|geosparql:hasGeometry ?s . ?s ?p ?o }}"
        f" UNION {{ VALUES ?p {{ {_ROLES} }} VALUES ?o {{ <{iri}> }} ?s ?p ?o }}",
    }
    return (
        f"{vocabulary.PREFIX_LINES}CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ VALUES ?s {{ <{iri}> }} ?s ?p ?o }}"
        f" UNION {parts[kind]} }}"
    )


def entity(reader: Reader, site: Site, iri: str) -> EntityView:
    """The facts of an entity."""
    own = _properties(reader, [iri]).get(iri, _Facts())
    roles = _properties(reader, own.iris("holdsRole"))
    offices = [iri for facts in roles.values() for name in ("roleOf", "officeClass") for iri in facts.iris(name)]
    memberships = _memberships(reader, f"<{iri}> kg:hasMembership ?node . ?node kg:inOrganization ?thing")
    members = _memberships(reader, f"?thing kg:hasMembership ?node . ?node kg:inOrganization <{iri}>")
    seats = [row["seat"].value for row in reader.rows(f"{_P}SELECT DISTINCT ?seat {{ ?seat kg:standsFor <{iri}> }}")]
    near = [found for name in ("type", "country", "standsFor") for found in own.iris(name)]
    far = [row["thing"].value for row in (*memberships, *members)]
    names = _Names(reader, site, [*near, *offices, *seats, *far])
    return EntityView(
        iri=iri,
        href=site.href(iri),
        short=_short(iri),
        label=_label(own.terms("label")),
        transliteration=own.first("transliteration"),
        types=names.of(own.iris("type"), only=vocabulary.KG, hide=(vocabulary.KG + "Entity",)),
        kind=_label(own.terms("kind")),
        aliases=tuple(form for form in own.values("altLabel") if form not in own.values("label")),
        same_as=own.iris("sameAs"),
        countries=names.of(own.iris("country")),
        stands_for=names.of(own.iris("standsFor")),
        seats=names.of(seats),
        location=_location(own),
        memberships=_in_time(memberships, names),
        members=_in_time(members, names),
        roles=_roles(roles, names),
        holders=_holders(reader, site, iri),
        documents=_documents_of(reader, site, iri),
        decisions=_decisions(reader, site, iri),
    )


def document(reader: Reader, site: Site, iri: str) -> DocumentView:
    """The metadata of a document."""
    own = _properties(reader, [iri]).get(iri, _Facts())
    return DocumentView(
        iri=iri,
        href=site.href(iri),
        identifier=own.first("identifier") or _short(iri),
        headline=own.first("headline"),
        published=own.first("datePublished"),
        publisher=own.first("publisher"),
        url=own.first("url"),
    )


def entity_events(reader: Reader, site: Site, iri: str, *, number: int) -> tuple[Page, tuple[EventView, ...]]:
    """A page of the events that name an entity in any role, the latest first, those without a date last."""
    where = f"VALUES ?role {{ {_ROLES} }} ?event ?role <{iri}>"
    return _event_page(reader, site, where, "OPTIONAL { ?event kg:date ?key }", "DESC(MAX(STR(?key)))", number=number)


def document_events(reader: Reader, site: Site, iri: str, *, number: int) -> tuple[Page, tuple[EventView, ...]]:
    """A page of the events of a document, as it tells them and in the order of its text."""
    where = f"GRAPH <{iri}> {{ ?event kg:mention ?mention . ?mention nif:beginIndex ?key }}"
    return _event_page(reader, site, where, "", "MIN(?key)", number=number, graph=iri)


def events(reader: Reader, site: Site, iris: Sequence[str], *, graph: str | None = None) -> tuple[EventView, ...]:
    """The events, in the order given; with `graph`, only as that document tells them."""
    facts = _properties(reader, iris, graph=graph)
    mentions = _properties(reader, [iri for one in facts.values() for iri in one.iris("mention")], graph=graph)
    named = [iri for one in (*facts.values(), *mentions.values()) for iri in one.all_iris()]
    graphs = [place for one in facts.values() for place in one.graphs()]
    names = _Names(reader, site, [*named, *graphs])
    return tuple(_event(iri, facts[iri], mentions, names, site) for iri in iris if iri in facts)


def claimed_by(reader: Reader, site: Site, iri: str) -> tuple[EventView, ...]:
    """The denials, accusations and statements that are about an event."""
    rows = reader.rows(f"{_P}SELECT DISTINCT ?event {{ ?event kg:claim <{iri}> }} ORDER BY ?event LIMIT {LIST_SIZE}")
    return events(reader, site, [row["event"].value for row in rows])


def resembling(reader: Reader, site: Site, iri: str) -> tuple[tuple[EventView, ...], dict[str, str]]:
    """The events of other documents that may be this one, the likeliest first, and the score of each by IRI."""
    rows = reader.rows(
        f"{_P}SELECT DISTINCT ?event ?score {{ ?pair kg:between <{iri}>, ?event ; kg:score ?score"
        f" FILTER(?event != <{iri}>) }} ORDER BY DESC(?score) ?event LIMIT {LIST_SIZE}"
    )
    scores = {row["event"].value: row["score"].value for row in rows}
    return events(reader, site, list(scores)), scores


def find(reader: Reader, site: Site, name: str) -> tuple[Count, ...]:
    """The entities one of whose forms contains `name` (case and nukta aside), those with most events first."""
    wanted = _literal(name.replace(_NUKTA, "").casefold())
    rows = reader.rows(
        f"{_P}SELECT ?thing (COUNT(DISTINCT ?event) AS ?n) {{"
        " { SELECT DISTINCT ?thing { ?thing rdfs:label|skos:altLabel|kg:transliteration ?form ; rdf:type/rdfs:subClassOf* kg:Entity"
        f' FILTER(CONTAINS(REPLACE(LCASE(STR(?form)), "{_NUKTA}", ""), {wanted})) }} }}'
        f" OPTIONAL {{ VALUES ?role {{ {_ROLES} }} ?event ?role ?thing }}"
        f" }} GROUP BY ?thing ORDER BY DESC(?n) ?thing LIMIT {LIST_SIZE}"
    )
    return _counts(reader, site, rows)


def overview(reader: Reader, site: Site) -> Overview:
    """What is in the graph."""
    by_type = _by_class(reader, site, "Event")
    by_class = _by_class(reader, site, "Entity")
    top = reader.rows(
        f"{_P}SELECT ?thing (COUNT(DISTINCT ?event) AS ?n) {{ VALUES ?role {{ kg:agent kg:target }}"
        " ?event ?role ?thing } GROUP BY ?thing ORDER BY DESC(?n) ?thing LIMIT 12"
    )
    latest = reader.rows(
        f"{_P}SELECT ?document (MAX(STR(?d)) AS ?date) {{ ?document a schema:NewsArticle"
        " OPTIONAL { ?document schema:datePublished ?d } }"
        " GROUP BY ?document ORDER BY DESC(?date) ?document LIMIT 12"
    )
    return Overview(
        triples=_number(reader, "SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } } }"),
        documents=_number(reader, f"{_P}SELECT (COUNT(DISTINCT ?d) AS ?n) {{ ?d a schema:NewsArticle }}"),
        events=_number(reader, _count_class("Event")),
        entities=_number(reader, _count_class("Entity")),
        by_event_type=by_type,
        by_entity_class=by_class,
        top_entities=_counts(reader, site, top),
        latest=_document_lines(reader, site, latest),
    )


def ontology(reader: Reader, site: Site) -> tuple[TermGroup, ...]:
    """The terms of the ontology: classes, properties, values."""
    rows = reader.rows(
        f"{_P}SELECT DISTINCT ?s ?p ?o {{ VALUES ?p {{ rdf:type rdfs:label rdfs:comment rdfs:subClassOf"
        f' rdfs:subPropertyOf }} ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{vocabulary.KG}")) }}'
    )
    terms: dict[str, _Facts] = {}
    for row in rows:
        terms.setdefault(row["s"].value, _Facts()).add(row["p"].value, row["o"], "")
    groups: dict[str, list[OntologyTerm]] = {"Classes": [], "Properties": [], "Values": []}
    for iri in sorted(terms):
        kinds = {_short(kind) for kind in terms[iri].iris("type")}
        if kinds & {"Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Property"}:
            title = "Classes" if "Class" in kinds else "Properties"
        elif "label" in terms[iri].found and not kinds & {"Ontology"}:
            title = "Values"
        else:
            continue
        groups[title].append(_ontology_term(iri, terms[iri], site))
    return tuple(TermGroup(title=title, terms=tuple(found)) for title, found in groups.items() if found)


# --------------------------------------------------------------------------- reading


class _Facts:
    """The properties of one subject: local name of the property → values, each with the graph that says so."""

    def __init__(self) -> None:
        self.found: dict[str, list[tuple[Term, str]]] = {}

    def add(self, predicate: str, value: Term, graph: str) -> None:
        self.found.setdefault(_short(predicate), []).append((value, graph))

    def terms(self, name: str, *, graph: str | None = None) -> tuple[Term, ...]:
        """The distinct values of a property, sorted."""
        said = self.found.get(name, ())
        return tuple(sorted({term for term, where in said if graph is None or where == graph}))

    def values(self, name: str, *, graph: str | None = None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term.value for term in self.terms(name, graph=graph)))

    def iris(self, name: str, *, graph: str | None = None) -> tuple[str, ...]:
        return tuple(term.value for term in self.terms(name, graph=graph) if term.kind == "uri")

    def first(self, name: str) -> str:
        return next(iter(self.values(name)), "")

    def all_iris(self) -> set[str]:
        return {term.value for said in self.found.values() for term, _ in said if term.kind == "uri"}

    def graphs(self) -> tuple[str, ...]:
        return tuple(sorted({graph for said in self.found.values() for _, graph in said}))


class _Names:
    """Labels, dates and types of the things that a page names, read in one query."""

    def __init__(self, reader: Reader, site: Site, iris: Iterable[str]) -> None:
        self._site = site
        self._facts: dict[str, _Facts] = {}
        wanted = sorted(set(iris))
        for begin in range(0, len(wanted), 400):
            rows = reader.rows(
                f"{_P}SELECT DISTINCT ?s ?p ?o {{ {_values('s', wanted[begin : begin + 400])} ?s ?p ?o"
                " FILTER(?p IN (rdfs:label, schema:headline, schema:datePublished, schema:publisher, rdf:type,"
                " dct:identifier)) }"
            )
            for row in rows:
                self._facts.setdefault(row["s"].value, _Facts()).add(row["p"].value, row["o"], "")
        missing = {kind for facts in self._facts.values() for kind in facts.iris("type")} - self._facts.keys()
        if missing and not missing <= set(wanted):
            self._facts.update(_Names(reader, site, missing)._facts)

    def one(self, iri: str) -> Reference:
        facts = self._facts.get(iri, _Facts())
        return Reference(iri=iri, href=self._site.href(iri), label=self._label(facts), short=_short(iri))

    def of(self, iris: Iterable[str], *, only: str = "", hide: Collection[str] = ()) -> tuple[Reference, ...]:
        """References to the IRIs that begin with `only`, ordered by label."""
        found = {self.one(iri) for iri in iris if iri.startswith(only) and iri not in hide}
        return tuple(sorted(found, key=lambda ref: (ref.label.hi or ref.label.en or ref.short, ref.iri)))

    def fact(self, iri: str, name: str) -> str:
        return self._facts.get(iri, _Facts()).first(name)

    def _label(self, facts: _Facts) -> Label:
        """The label; a document's headline or identifier, an event's type where there is none."""
        label = _label(facts.terms("label") or facts.terms("headline"))
        if label.hi or label.en:
            return label
        if facts.first("identifier"):
            return Label(en=facts.first("identifier"))
        types = [self._facts[kind] for kind in facts.iris("type") if kind in self._facts and _is_event_type(kind)]
        return _label(types[0].terms("label")) if types else Label()


def _properties(reader: Reader, iris: Iterable[str], *, graph: str | None = None) -> dict[str, _Facts]:
    """Subject → its facts, from all named graphs or from one."""
    found: dict[str, _Facts] = {}
    wanted = sorted(set(iris))
    where = f"VALUES ?g {{ <{graph}> }}" if graph else ""
    for begin in range(0, len(wanted), 400):
        values = _values("s", wanted[begin : begin + 400])
        for row in reader.rows(f"SELECT ?s ?p ?o ?g {{ {values} {where} GRAPH ?g {{ ?s ?p ?o }} }}"):
            found.setdefault(row["s"].value, _Facts()).add(row["p"].value, row["o"], row["g"].value)
    return found


def _event_page(
    reader: Reader, site: Site, where: str, extra: str, order: str, *, number: int, graph: str | None = None
) -> tuple[Page, tuple[EventView, ...]]:
    total = _number(reader, f"{_P}SELECT (COUNT(DISTINCT ?event) AS ?n) {{ {where} }}")
    page = Page(number=number, total=total)
    rows = reader.rows(
        f"{_P}SELECT ?event {{ {where} {extra} }} GROUP BY ?event ORDER BY {order} ?event"
        f" LIMIT {PAGE_SIZE} OFFSET {(number - 1) * PAGE_SIZE}"
    )
    return page, events(reader, site, [row["event"].value for row in rows], graph=graph)


def _number(reader: Reader, query: str) -> int:
    rows = reader.rows(query)
    return int(rows[0]["n"].value) if rows and "n" in rows[0] else 0


def _count_class(name: str) -> str:
    return f"{_P}SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a ?class . ?class rdfs:subClassOf* kg:{name} }}"


def _by_class(reader: Reader, site: Site, name: str) -> tuple[Count, ...]:
    rows = reader.rows(
        f"{_P}SELECT ?thing (COUNT(DISTINCT ?s) AS ?n) {{ ?s a ?thing . ?thing rdfs:subClassOf+ kg:{name} }}"
        " GROUP BY ?thing ORDER BY DESC(?n) ?thing"
    )
    return _counts(reader, site, rows)


def _counts(reader: Reader, site: Site, rows: Sequence[Mapping[str, Term]]) -> tuple[Count, ...]:
    found = [(row["thing"].value, int(row["n"].value)) for row in rows if "thing" in row]
    names = _Names(reader, site, [iri for iri, _ in found])
    return tuple(Count(thing=names.one(iri), count=count) for iri, count in found)


def _documents_of(reader: Reader, site: Site, iri: str) -> tuple[DocumentLine, ...]:
    rows = reader.rows(
        f"{_P}SELECT ?document (MAX(STR(?d)) AS ?date) {{"
        f" {{ SELECT DISTINCT ?document {{ GRAPH ?document {{ {{ <{iri}> ?p ?o }} UNION {{ ?e ?r <{iri}> }} }} }} }}"
        " ?document a schema:NewsArticle OPTIONAL { ?document schema:datePublished ?d } }"
        f" GROUP BY ?document ORDER BY DESC(?date) ?document LIMIT {LIST_SIZE}"
    )
    return _document_lines(reader, site, rows)


def _document_lines(reader: Reader, site: Site, rows: Sequence[Mapping[str, Term]]) -> tuple[DocumentLine, ...]:
    found = [(row["document"].value, row["date"].value if "date" in row else "") for row in rows if "document" in row]
    names = _Names(reader, site, [iri for iri, _ in found])
    return tuple(DocumentLine(thing=names.one(iri), published=date) for iri, date in found)


def _decisions(reader: Reader, site: Site, iri: str) -> tuple[Decision, ...]:
    """How the latest documents had the entity linked; those that agree are told of together."""
    rows = reader.rows(
        f"{_P}SELECT DISTINCT ?document ?date ?node {{ ?document kg:linking ?node . ?node kg:entity <{iri}>"
        " OPTIONAL { ?document schema:datePublished ?date } }"
        f" ORDER BY DESC(?date) ?document ?node LIMIT {LIST_SIZE}"
    )
    facts = _properties(reader, [row["node"].value for row in rows])
    considered = _properties(reader, [one for own in facts.values() for one in own.iris("candidate")])
    groups: dict[Decision, list[Mapping[str, Term]]] = {}
    for row in rows:
        groups.setdefault(_decision(facts[row["node"].value], considered), []).append(row)
    return tuple(replace(one, documents=_document_lines(reader, site, told)) for one, told in groups.items())


def _decision(own: _Facts, considered: Mapping[str, _Facts]) -> Decision:
    """A decision without its documents."""
    ranked = sorted(own.iris("candidate"), key=lambda one: int(considered[one].first("rank") or 0))
    return Decision(
        name=own.first("label"),
        linked="true" in own.values("linked"),
        score=own.first("score"),
        threshold=own.first("threshold"),
        candidates=tuple(_considered(considered[one]) for one in ranked),
    )


def _considered(facts: _Facts) -> Considered:
    item = next(iter(facts.iris("item")), "")
    return Considered(
        label=_label(facts.terms("label")),
        id=_short(item) if item else facts.first("identifier"),
        href=item,
        score=facts.first("score"),
        features=facts.first("features").strip("{}").replace('"', "").replace(":", ""),
    )


def _roles(roles: Mapping[str, _Facts], names: _Names) -> tuple[Role, ...]:
    """The offices: those that last, then those that ended, each the latest first; last those whose time is not known."""
    found = {
        Role(
            label=_label(facts.terms("label")),
            of=names.of(facts.iris("roleOf")),
            classes=names.of(facts.iris("officeClass")),
            begin=facts.first("from"),
            end=facts.first("until"),
        )
        for facts in roles.values()
    }
    by_name = sorted(found, key=lambda role: (role.label.hi, role.label.en, role.end))
    return tuple(sorted(by_name, key=lambda role: (role.begin != "" and role.end == "", role.begin), reverse=True))


def _memberships(reader: Reader, where: str) -> list[dict[str, Term]]:
    return reader.rows(
        f"{_P}SELECT DISTINCT ?thing ?from ?until {{ {where}"
        " OPTIONAL { ?node kg:from ?from } OPTIONAL { ?node kg:until ?until } }"
    )


def _in_time(rows: Iterable[Mapping[str, Term]], names: _Names) -> tuple[Membership, ...]:
    """The memberships in the order of their labels, those that have ended last."""
    nothing = Term("literal", "")
    found = [
        Membership(
            thing=names.one(row["thing"].value),
            begin=row.get("from", nothing).value,
            end=row.get("until", nothing).value,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.end != "", one.thing.label.hi, one.thing.iri, one.begin)))


def _location(facts: _Facts) -> Location | None:
    latitude, longitude = facts.first("lat"), facts.first("long")
    return Location(latitude=latitude, longitude=longitude) if latitude and longitude else None


def _holders(reader: Reader, site: Site, iri: str) -> tuple[Holder, ...]:
    rows = reader.rows(
        f"{_P}SELECT DISTINCT ?role ?label ?person {{ ?role kg:roleOf <{iri}> ; rdfs:label ?label ."
        f" ?person kg:holdsRole ?role }} ORDER BY ?role LIMIT {LIST_SIZE * 4}"
    )
    labels: dict[str, set[Term]] = {}
    people: dict[str, set[str]] = {}
    for row in rows:
        labels.setdefault(row["role"].value, set()).add(row["label"])
        people.setdefault(row["role"].value, set()).add(row["person"].value)
    names = _Names(reader, site, [person for group in people.values() for person in group])
    merged: dict[Label, set[str]] = {}
    for role, group in people.items():
        merged.setdefault(_label(sorted(labels[role])), set()).update(group)
    found = [Holder(label=label, people=names.of(group)) for label, group in merged.items()]
    return tuple(sorted(found, key=lambda holder: (holder.label.hi, holder.label.en)))


# --------------------------------------------------------------------------- shaping


def _event(iri: str, own: _Facts, mentions: Mapping[str, _Facts], names: _Names, site: Site) -> EventView:
    told = sorted(
        (_mention(mentions[mention], names) for mention in own.iris("mention") if mention in mentions),
        key=lambda mention: (mention.published, mention.document.iri, mention.begin),
    )
    return EventView(
        iri=iri,
        href=site.href(iri),
        types=names.of(own.iris("type"), only=vocabulary.KG, hide=(vocabulary.KG + "Event",)),
        modalities=names.of(own.iris("modality")),
        negated="true" in own.values("negated"),
        agents=names.of(own.iris("agent")),
        targets=names.of(own.iris("target")),
        places=names.of(own.iris("place")),
        sources=names.of(own.iris("attributedTo")),
        dates=own.values("date"),
        date_texts=own.values("dateText"),
        objects=own.values("object"),
        quantities=own.values("quantity"),
        quotations=own.values("quotation"),
        confidences=own.values("confidence"),
        claims=names.of(own.iris("claim")),
        mentions=tuple(told),
        accounts=_accounts(own, told, names),
    )


def _accounts(own: _Facts, mentions: Sequence[Mention], names: _Names) -> tuple[Account, ...]:
    """What each document says of the event; documents are the graphs that hold a mention."""
    found = []
    for iri in dict.fromkeys(mention.document.iri for mention in mentions):
        account = Account(
            document=names.one(iri),
            published=names.fact(iri, "datePublished"),
            modalities=names.of(own.iris("modality", graph=iri)),
            negated="true" in own.values("negated", graph=iri),
            sources=names.of(own.iris("attributedTo", graph=iri)),
            date_texts=own.values("dateText", graph=iri),
            mentions=tuple(mention for mention in mentions if mention.document.iri == iri),
        )
        found.append(account)
    return tuple(found)


def _mention(facts: _Facts, names: _Names) -> Mention:
    document_iri = facts.first("referenceContext")
    before, trigger, after = split_sentence(facts.first("sentence"), facts.first("anchorOf"))
    return Mention(
        document=names.one(document_iri),
        begin=int(facts.first("beginIndex") or 0),
        before=before,
        trigger=trigger,
        after=after,
        rule=facts.first("rule"),
        published=names.fact(document_iri, "datePublished"),
        publisher=names.fact(document_iri, "publisher"),
    )


def split_sentence(sentence: str, trigger: str) -> tuple[str, str, str]:
    """The sentence around its trigger; a trigger that stands there as a whole word is preferred to a part of one."""
    whole = re.search(rf"(?<![\w\u0900-\u0963]){re.escape(trigger)}(?![\w\u0900-\u0963])", sentence)
    begin = whole.start() if whole else sentence.find(trigger)
    if not trigger or begin < 0:
        return sentence, "", ""
    return sentence[:begin], trigger, sentence[begin + len(trigger) :]


def _ontology_term(iri: str, facts: _Facts, site: Site) -> OntologyTerm:
    parents = [
        Reference(iri=parent, href=site.href(parent), label=Label(), short=_curie(parent))
        for parent in (*facts.iris("subClassOf"), *facts.iris("subPropertyOf"))
    ]
    return OntologyTerm(
        short=iri[len(vocabulary.KG) :],
        label=_label(facts.terms("label")),
        comments=facts.terms("comment"),
        parents=tuple(parents),
    )


def _label(terms: Iterable[Term]) -> Label:
    """The Hindi and the English one of some labels; one without a language counts as English."""
    by_language: dict[str, str] = {}
    for term in terms:
        by_language.setdefault(term.language.partition("-")[0], term.value)
    return Label(hi=by_language.get("hi", ""), en=by_language.get("en", by_language.get("", "")))


def _is_event_type(iri: str) -> bool:
    return iri.startswith(vocabulary.KG) and iri != vocabulary.KG + "Event"


def _curie(iri: str) -> str:
    """A short form of an IRI with one of the usual prefixes, where there is one."""
    for prefix, namespace in vocabulary.PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _short(iri: str) -> str:
    return unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1])


def _values(variable: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in iris if is_iri(iri))} }}"


def _literal(text: str) -> str:
    """The text as a string of SPARQL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
