"""The graph over HTTP: the SPARQL endpoint, pages and RDF of every resource, dumps. Start at `app.create_app`."""
