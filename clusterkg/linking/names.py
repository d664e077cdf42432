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

DISTRICT = re.compile(r"[^,;(/]+[,;(/]\s*(?P<town>[^,;()/]+?)\s*\)?\s*")
"""A name with the town that it belongs to behind it, as in ``Gamarra, Lima`` or ``Gamarra (Lima)``."""


def folded(text: str) -> str:
    """Return a name in the form by which it is compared; empty where no letter or digit is in it.

    >>> folded("  São  José dos Campos "), folded("SAO JOSE DOS CAMPOS"), folded("Ciudad-Juárez"), folded("東莞")
    ('sao jose dos campos', 'sao jose dos campos', 'ciudad juarez', '東莞')
    """
    if text.isascii():
        plain = text.casefold()
    else:
        parts = unicodedata.normalize("NFKD", text).casefold()
        plain = unicodedata.normalize("NFC", "".join(sign for sign in parts if not unicodedata.combining(sign)))
    if plain.isalnum():
        return plain
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


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
