"""SPARQL endpoints: the graph pushed to one, and asked there; what another knows, asked from here."""
