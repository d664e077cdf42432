"""Series of other data sets: files as users download them, into observations that join the cases' countries."""
