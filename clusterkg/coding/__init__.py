"""Coding a case in a spreadsheet: layouts, reading, checking, writing and comparing."""
