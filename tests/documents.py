"""The code blocks of the documents, so that tests run what readers copy."""

import re

from conftest import ROOT

DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
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


def commands(program: str) -> list[str]:
    """Return every command line of any document's ``sh`` blocks that begins with a program, as it stands there."""
    found: list[str] = []
    for path in DOCUMENTS:
        for text in re.findall(r"^```sh\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S):
            lines = text.replace("\\\n", " ").splitlines()
            found += [line for line in lines if line.startswith(f"{program} ")]
    return found


def put(text: str, old: str, new: str) -> str:
    """Return a text with a part of it replaced that has to be there, just once."""
    assert text.count(old) == 1, (old, text)
    return text.replace(old, new)
