"""Reconciliation: what the rows of a table are called in the lists that other data go by."""
