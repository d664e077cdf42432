"""What one cell says: a score, a concept, a period or a text, with what had to be put right to read it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clusterkg.coding.sheets import Cell

    Say = Callable[[str, str, str, str], None]
    """Tells of a cell: level, rule, message, fix."""

__all__ = [
    "REASONS",
    "digits",
    "governance_code",
    "hint",
    "key_of",
    "name_key",
    "period",
    "reason",
    "score",
    "slug",
    "tidy",
    "tidy_code",
]

REASONS = {
    "not reported": "not-reported",
    "not applicable": "not-applicable",
    "n/a": "not-available",
    "not available": "not-available",
    "not yet coded": "not-yet-coded",
}
"""How a coder writes that a value is missing, and the concept that says so; ``N/A`` is what the source prints."""

VARIANTS = {
    "notreported": "not-reported",
    "nr": "not-reported",
    "notapplicable": "not-applicable",
    "notavailable": "not-available",
    "na": "not-available",
    "notyetcoded": "not-yet-coded",
}
"""The same by key, as `key_of` gives it."""

MARKS = {
    "-",
    "--",
    "–",
    "—",
    ".",
    "..",
    "...",
    "…",
    "?",
    "x",
    "nd",
    "n.d.",
    "n.d",
    "s.d.",
    "s/d",
    "n/d",
    "none",
    "null",
}
"""Signs that coders put where something is missing, which do not say why."""

ODD_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\r\n\v\f ]+")
UNSEEN = re.compile("[\u200b\ufeff\u00ad\u2060]")

EXCEL_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[-./ ](?:[A-Za-z]{3,9}|\d{1,2}[-./]\d{2,4})|[A-Za-z]{3}[-. ]\d{2}")
"""What is left of a number or range that a spreadsheet took for a date."""

YES_OR_NO = ("yes", "no", "sí", "si", "sim", "não", "true", "false")

DEGREE_WORDS = {"absent": "0", "low": "1", "medium": "2", "high": "3"}


def key_of(text: str) -> str:
    """Return what is left of a text without accents, case, spaces and marks, to compare spellings by.

    >>> key_of("Quasi-Hierarchy "), key_of("São José"), key_of("ＭＥＤＩＵＭ")
    ('quasihierarchy', 'saojose', 'medium')
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def name_key(text: str) -> str:
    """Return a name without capitals and odd spaces: names that differ otherwise are of different things.

    >>> name_key("US  Buyers") == name_key("us buyers"), name_key("C Ltd") == name_key("C++ Ltd")
    (True, False)
    """
    return " ".join(text.casefold().split())


def slug(text: str) -> str:
    """Return a text as small letters without accents, digits and hyphens; empty where nothing is left.

    >>> slug("Sialkot, surgical instruments"), slug("São José dos Campos"), slug("深圳")
    ('sialkot-surgical-instruments', 'sao-jose-dos-campos', '')
    """
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l")).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def tidy(cell: Cell, say: Say) -> str:
    """Return a cell's text without stray, odd and unseen spaces; line breaks inside stay."""
    text = UNSEEN.sub("", cell.text)
    lines = [ODD_SPACES.sub(" ", line).strip() for line in text.splitlines()]
    put = "\n".join(lines).strip()
    if put != cell.text.replace("\r\n", "\n").replace("\r", "\n"):
        say("normalised", "stray-spaces", "Stray or special spaces were removed.", "")
    return put


def tidy_code(cell: Cell, say: Say) -> str:
    """Return the text of a cell that holds a number, a code or a word of a list, in plain digits and letters."""
    text = tidy(cell, say)
    halves = re.sub("([0-9]*)½", lambda found: f"{found[1] or 0}.5", text)
    plain = "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in unicodedata.normalize("NFKC", halves)
    )
    if plain != text:
        say("normalised", "full-width", f"Special digits or letters were written plainly: {plain}.", "")
    return plain


def reason(text: str, say: Say, *, marks: bool = True) -> str | None:
    """Return the name of the stated reason why a value is missing, None where the text states none.

    A mark such as a dash is read as one too, unless it may be something else.
    """
    known = REASONS.get(text.casefold())
    if known:
        return known
    known = VARIANTS.get(key_of(text)) if len(text) < 20 else None
    if known:
        wanted = "N/A" if known == "not-available" else known.replace("-", " ")
        say("normalised", "missing-spelling", f"'{text}' was read as {wanted}.", f"write {wanted}")
        return known
    if marks and (text.casefold() in MARKS or text in ("#N/A", "#N/D")):
        say(
            "warning",
            "missing-mark",
            f"'{text}' does not say why the value is missing; it was read as not reported.",
            "write not reported, not applicable or N/A",
        )
        return "not-reported"
    return None


def digits(text: str, say: Say) -> str:
    """Return the number that a text is, with a decimal point; the text itself where it is none."""
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        put = text.replace(",", ".")
        say("normalised", "decimal-comma", f"The decimal comma was read as a point: {put}.", "")
        return put
    return text


def score(text: str, say: Say) -> str | None:
    """Return a score as the digits of a decimal, ``2.0``; None where the text is no number."""
    text = digits(text, say)
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", text, re.A):
        return None
    sign, body = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    whole, _, rest = body.partition(".")
    return f"{sign.replace('+', '')}{whole.lstrip('0') or '0'}.{rest.rstrip('0') or '0'}"


def governance_code(text: str) -> int | None:
    """Return Table 3's code of a governance mode, 0 to 3; None where the text is none.

    >>> governance_code("2"), governance_code("2.0"), governance_code("4")
    (2, 2, None)
    """
    found = re.fullmatch(r"([0-3])(?:\.0+)?", text, re.A)
    return int(found[1]) if found else None


def period(text: str, say: Say) -> tuple[str, str] | None:
    """Return the first and the last year of a period, None where the text is none.

    A period is a year, a range of years or a decade.

    >>> nothing = lambda *told: None
    >>> period("1990s", nothing), period("1988-2001", nothing), period("1988", nothing), period("late", nothing)
    (('1990', '1999'), ('1988', '2001'), ('1988', '1988'), None)
    """
    if found := re.fullmatch(r"(?:the )?(\d{3})0['’]?s", text, re.A):
        return f"{found[1]}0", f"{found[1]}9"
    if re.fullmatch(r"\d{4}(\.0)?", text, re.A):
        return text[:4], text[:4]
    if found := re.fullmatch(r"(\d{4})\s*(?:-|–|—|/|to|a|até|hasta)\s*(\d{4}|\d{2})", text, re.A):
        first, last = found[1], found[2]
        if len(last) == 2:
            if last < first[2:]:
                # 1988-01 may be a month of 1988, 1998-02 the years up to 2002.
                return None
            last = first[:2] + last
            say("normalised", "short-year", f"The period was read as {first}-{last}.", "")
        return first, last
    return None


def hint(kind: str, text: str, known: Mapping[str, str]) -> str:
    """Return what a coder probably meant by a value that a rule refuses; empty where nobody can tell.

    Args:
        kind: what the column holds: ``score``, ``degree``, ``governance``, ``period`` or the name of a list.
        text: the text of the cell.
        known: the words of the list by key.
    """
    if "Ã" in text or "Â" in text or "â€" in text:
        return _ungarbled(text)
    if EXCEL_DATE.fullmatch(text) and kind != "text":
        return "the spreadsheet made a date of it: format the cell as text and type the value again"
    if key_of(text) in known:
        # It is a word of the list, and something else is wrong.
        return ""
    if kind in ("score", "governance") and text.casefold() in YES_OR_NO:
        steps = "0 for absent, 1 low, 2 medium or 3 high"
        codes = "0 none, 1 domestic, 2 global or 3 both"
        return f"yes or no does not say it: write {steps if kind == 'score' else codes}"
    if kind == "period" and re.fullmatch(r"\d{4}\s*[-–—/]\s*\d\d?", text, re.A):
        return "write all four digits of both years, or the year alone"
    if kind == "score":
        return _of_words(text)
    if kind == "degree":
        return _of_degrees(text)
    return _nearest(text, known)


def _ungarbled(text: str) -> str:
    """Return what letters were meant that a wrong encoding has garbled, if they can be told."""
    try:
        return f"write {text.encode('cp1252').decode('utf-8')[:60]}"
    except UnicodeError:
        return ""


def _of_words(text: str) -> str:
    for word, digit in DEGREE_WORDS.items():
        if key_of(text) == word:
            return f"write the number: {word} is {digit}"
    if re.search(r"\d\s*(-|–|/|to|or)\s*\d", text):
        return "write one score; a value between two steps is a half point, such as 1.5"
    return ""


def _of_degrees(text: str) -> str:
    words = [word for word in DEGREE_WORDS if word in text.casefold()]
    if len(words) > 1 or re.search(r"[-/]|\bto\b", text):
        return "choose one of low, medium and high, and tell of the doubt in note or confidence"
    number = re.fullmatch(r"([0-3])(?:\.0)?", text)
    named = {digit: word for word, digit in DEGREE_WORDS.items()}
    if number and number[1] != "0":
        return f"write the word: {number[1]} would be {named[number[1]]}"
    return ""


def _nearest(text: str, known: Mapping[str, str]) -> str:
    import difflib

    # Of a class's code the first digits are the surest.
    begun = [key for key in known if text.isdigit() and (key.startswith(text) or key == text.zfill(4))]
    near = sorted(begun, key=lambda key: key.startswith(text))[:3] or difflib.get_close_matches(
        key_of(text), list(known), n=3, cutoff=0.6
    )
    if not near and known and len(known) <= 12:
        return f"write one of {', '.join(_once(known))}"
    named = list(dict.fromkeys(known[key] for key in near))
    return f"did you mean {' or '.join(named)}?" if named else ""


def _once(known: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(known.values()))


@cache
def nothing() -> Say:
    """Return a listener that forgets what it is told."""

    def say(level: str, rule: str, message: str, fix: str) -> None:
        return None

    return say
