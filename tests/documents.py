"""The code blocks of the documents, so that tests run what readers copy."""

import re

from conftest import ROOT

SERVING = ROOT / "docs" / "serving.md"
SERVED_AT = "http://127.0.0.1:7878/"
"""Where the documents say that the service is."""


def blocks(language: str) -> list[str]:
    """Return the code blocks of docs/serving.md in a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```", SERVING.read_text(encoding="utf-8"), re.M | re.S)


def block(language: str) -> str:
    """Return the only block in a language."""
    (one,) = blocks(language)
    return one


def put(text: str, old: str, new: str) -> str:
    """Return a text with a part of it replaced that has to be there, just once."""
    assert text.count(old) == 1, (old, text)
    return text.replace(old, new)
