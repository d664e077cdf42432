"""The kinds of `clusterkg analyse`, a module each."""
