"""What the endpoint says of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Sequence

from kg.graph import text_search
from kg.serving import negotiation

_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = {
    negotiation.RESULTS_JSON: "SPARQL_Results_JSON",
    negotiation.RESULTS_XML: "SPARQL_Results_XML",
    negotiation.CSV: "SPARQL_Results_CSV",
    negotiation.TSV: "SPARQL_Results_TSV",
    negotiation.TURTLE: "Turtle",
    negotiation.N_TRIPLES: "N-Triples",
    negotiation.JSON_LD: "JSON-LD",
    negotiation.RDF_XML: "RDF_XML",
}


def query(
    endpoint: str, *, triples: int, graphs: Sequence[str] = (), updates: bool = False, calls: bool = False
) -> str:
    """A CONSTRUCT query over nothing whose answer is the description of the service at `endpoint`, an absolute IRI.

    `updates` says whether it takes them, `calls` whether it answers SERVICE for some hosts. `triples` is the size of the default graph, the union of all named graphs; `graphs` are some of these by name.
    """
    formats = " , ".join(f"<{_FORMATS}{name}>" for name in _RESULTS.values())
    named = "".join(
        f"<{endpoint}#dataset> sd:namedGraph <{endpoint}#graph-{number}> ."
        f" <{endpoint}#graph-{number}> a sd:NamedGraph ; sd:name <{graph}> .\n"
        for number, graph in enumerate(graphs, start=1)
    )
    return f"""
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX void: <http://rdfs.org/ns/void#>
CONSTRUCT {{
<{text_search.FUNCTION}> a sd:Function .
<{endpoint}> a sd:Service ;
  sd:endpoint <{endpoint}> ;
  sd:supportedLanguage sd:SPARQL10Query , sd:SPARQL11Query {", sd:SPARQL11Update" if updates else ""} ;
  sd:feature sd:UnionDefaultGraph {", sd:BasicFederatedQuery" if calls else ""} ;
  sd:extensionFunction <{text_search.FUNCTION}> ;
  sd:resultFormat {formats} ;
  sd:defaultDataset <{endpoint}#dataset> .
<{endpoint}#dataset> a sd:Dataset ; sd:defaultGraph <{endpoint}#default-graph> .
<{endpoint}#default-graph> a sd:Graph ; void:triples {triples} .
{named}}} WHERE {{}}
"""
