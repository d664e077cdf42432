"""Names as they are compared: without accents, capitals, marks and the words that only say what kind of thing it is."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["folded", "outer", "region_key"]

KINDS = frozenset(
    (
        *("county", "department", "departamento", "district", "estado", "governorate", "municipality", "oblast"),
        *("parish", "prefecture", "provincia", "província", "province", "region", "región", "região", "state"),
        *("del", "of", "the", "de", "do", "da"),
    )
)
"""Words around a region's name that some write and some leave out."""

ACCENTS = re.compile("[\u0300-\u036f]+")

MARKS = re.compile(r"[\W_]+")

DISTRICT = re.compile(r"[^,;(/]+[,;(/]\s*(?P<town>[^,;()/]+?)\s*\)?\s*")
"""A name with the town that it belongs to behind it, as in ``Gamarra, Lima`` or ``Gamarra (Lima)``."""


def folded(text: str) -> str:
    """Return a name in the form by which it is compared; empty where no letter or digit is in it.

    >>> folded("  São  José dos Campos "), folded("SAO JOSE DOS CAMPOS"), folded("Ciudad-Juárez"), folded("東莞")
    ('sao jose dos campos', 'sao jose dos campos', 'ciudad juarez', '東莞')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFKD", text)))
    return MARKS.sub(" ", text.casefold()).strip()


def region_key(text: str) -> str:
    """Return a region's name in the form by which it is compared.

    >>> region_key("Estado de São Paulo"), region_key("Cuzco Department"), region_key("State of México")
    ('sao paulo', 'cuzco', 'mexico')
    """
    words = folded(text).split()
    return " ".join([word for word in words if word not in FOLDED_KINDS] or words)


def outer(text: str) -> str:
    """Return the town that a text names behind a part of it; empty where there is none.

    >>> outer("Gamarra, Lima"), outer("Gamarra (Lima)"), outer("Lima")
    ('Lima', 'Lima', '')
    """
    found = DISTRICT.fullmatch(text.strip())
    return found["town"] if found else ""


FOLDED_KINDS = frozenset(folded(word) for word in KINDS)
