"""Records → RDF: names, IRIs, quads, the store, dumps and shapes."""
