"""The service over HTTP: the SPARQL protocol, linked data and the ready questions, for reading only."""
