"""Rows and columns as text: terminal table, CSV, JSON, Markdown, HTML, LaTeX."""

from __future__ import annotations

import re

from clusterkg.graph.answers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clusterkg.graph.answers import Value

    Row = Sequence[Value]

__all__ = [
    "as_csv",
    "as_html",
    "as_json",
    "as_latex",
    "as_markdown",
    "as_records",
    "as_text",
    "heading",
    "keeps_words_whole",
    "named",
    "with_short_iris",
]

CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

HEADINGS = {
    "ce_index": "CE index",
    "collective_efficiency": "CE degree",
    "intersectoral": "Inter- sectoral",
    "quasi_hierarchy": "Quasi- hierarchy",
}
"""Headings for people where the column's name does not make one; a space is a place to break."""


def heading(column: str) -> str:
    """Return a column's name as people read it.

    >>> heading("sectoral_group"), heading("quasi_hierarchy")
    ('Sectoral group', 'Quasi-hierarchy')
    """
    return _breakable(column).replace("- ", "-" if column == "quasi_hierarchy" else "")


def _breakable(column: str) -> str:
    if column in HEADINGS:
        return HEADINGS[column]
    words = column.replace("_", " ")
    return words[:1].upper() + words[1:]


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return comma-separated values with a header line; a blank is an empty cell.

    >>> print(as_csv(["cluster", "sum"], [("León", 5), ("Ubá, Minas", None)]), end="")
    cluster,sum
    León,5
    "Ubá, Minas",
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([plain(value) for value in row] for row in rows)
    return out.getvalue()


def as_json(value: object) -> str:
    """Return JSON, indented; decimals become numbers, a blank null.

    >>> from decimal import Decimal
    >>> print(as_json([{"cluster": "León", "sum": Decimal("5.0"), "n": None}]), end="")
    [
      {
        "cluster": "León",
        "sum": 5,
        "n": null
      }
    ]
    """
    import json
    from decimal import Decimal

    def number(value: object) -> int | float:
        if not isinstance(value, Decimal):
            raise TypeError(f"{value!r} is nothing that JSON has")
        amount = float(value)
        return int(amount) if amount.is_integer() else amount

    return json.dumps(value, ensure_ascii=False, indent=2, default=number) + "\n"


def as_markdown(
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    title: str = "",
    notes: Sequence[str] = (),
    numeric: Sequence[bool] = (),
) -> str:
    """Return a Markdown table under its title, with notes below."""

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), '<br>') for cell in cells)} |"

    right = list(numeric) or [False] * len(columns)
    lines = [f"**{title}**", ""] if title else []
    lines += [line([heading(column) for column in columns]), line(["--:" if r else ":--" for r in right])]
    lines += [line([plain(value) for value in row]) for row in rows]
    if notes:
        lines.append("")
        lines += [f"- {note.replace('*', chr(92) + '*')}" for note in notes]
    return "\n".join(lines) + "\n"


def as_html(
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    title: str = "",
    notes: Sequence[str] = (),
    numeric: Sequence[bool] = (),
) -> str:
    """Return an HTML ``<table>`` with caption and notes; every cell is escaped."""
    from html import escape

    right = list(numeric) or [False] * len(columns)

    def cells(tag: str, texts: Sequence[str]) -> str:
        opening = [f'{tag} class="number"' if r and tag == "td" else tag for r in right]
        return "".join(f"<{start}>{escape(text)}</{tag}>" for start, text in zip(opening, texts, strict=True))

    lines = ["<table>"]
    if title:
        lines.append(f"  <caption>{escape(title)}</caption>")
    lines.append(f"  <thead><tr>{cells('th', [heading(column) for column in columns])}</tr></thead>")
    lines.append("  <tbody>")
    lines += [f"    <tr>{cells('td', [plain(value) for value in row])}</tr>" for row in rows]
    lines.append("  </tbody>")
    if notes:
        joined = "<br>".join(escape(note) for note in notes)
        lines.append(f'  <tfoot><tr><td colspan="{len(columns)}">{joined}</td></tr></tfoot>')
    lines.append("</table>")
    return "\n".join(lines) + "\n"


LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def as_latex(
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    title: str = "",
    notes: Sequence[str] = (),
    numeric: Sequence[bool] = (),
) -> str:
    """Return a LaTeX ``table`` with a booktabs ``tabular``; text is escaped."""

    def safe(text: str) -> str:
        return "".join(LATEX.get(character, character) for character in text)

    def line(cells: Sequence[str]) -> str:
        return "  " + " & ".join(safe(cell) for cell in cells) + r" \\"

    right = list(numeric) or [False] * len(columns)
    lines = [r"\begin{table}"]
    if title:
        lines.append(rf"  \caption{{{safe(title)}}}")
    lines += [rf"  \begin{{tabular}}{{{''.join('r' if r else 'l' for r in right)}}}", r"  \toprule"]
    lines += [line([heading(column) for column in columns]), r"  \midrule"]
    lines += [line([plain(value) for value in row]) for row in rows]
    lines += [r"  \bottomrule", r"  \end{tabular}"]
    lines += [rf"  \par {safe(note)}" for note in notes]
    lines.append(r"\end{table}")
    return "\n".join(lines) + "\n"


def as_text(
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    title: str = "",
    notes: Sequence[str] = (),
    numeric: Sequence[bool] = (),
    group: Sequence[str] = (),
    rule_before: Callable[[Row], bool] | None = None,
    below: Mapping[int, Sequence[str]] | None = None,
    width: int = 80,
) -> str:
    """Return a table for a terminal of that width; long cells are broken over lines.

    Args:
        columns: names of the columns.
        rows: a sequence of values a row.
        title: a line above the table.
        notes: lines below it.
        numeric: which columns are set to the right; those with numbers, when left out.
        group: columns that become headings above the rows that share their values.
        rule_before: tells of a row whether a rule stands above it.
        below: paragraphs that stand below some rows, by their number from 0, over the whole width.
        width: columns of the terminal.

    >>> print(as_text(["industry", "cluster", "sum"], [("Wine", "Colchagua", 6)], group=["industry"]), end="")
    Cluster      Sum
    ────────────────
    Wine
      Colchagua    6
    """
    import textwrap

    if not columns:
        lines = [line for note in notes for line in textwrap.wrap(note, width, subsequent_indent="  ") or [""]]
        return "\n".join([title, *lines]).strip() + "\n"
    inner = [index for index, column in enumerate(columns) if column not in group]
    outer = [index for index, column in enumerate(columns) if column in group]
    right = list(numeric) or _numeric(columns, rows)
    indent = "  " * len(outer)
    texts = [[plain(row[index]) for index in inner] for row in rows]
    for cells in texts:
        cells[0] = indent + cells[0]
    heads = [_breakable(columns[index]) for index in inner]
    widths = _widths(heads, texts, [right[index] for index in inner], width, hang=len(indent) + 2)

    def lines_of(cells: Sequence[str], hang: str) -> list[str]:
        broken = [
            [cell] if len(cell) <= size else textwrap.wrap(cell, size, subsequent_indent=hang if not n else "")
            for n, (cell, size) in enumerate(zip(cells, widths, strict=True))
        ]
        height = max(len(part) for part in broken)
        out = []
        for level in range(height):
            parts = [part[level] if level < len(part) else "" for part in broken]
            padded = [
                part.rjust(size) if right[index] else part.ljust(size)
                for part, size, index in zip(parts, widths, inner, strict=True)
            ]
            out.append("  ".join(padded).rstrip())
        return out

    total = sum(widths) + 2 * (len(widths) - 1)
    lines = [*textwrap.wrap(title, width), ""] if title else []
    # A heading that fits stands on one line: only those too long break where they may.
    shown_heads = [
        heading(columns[index]) if len(heading(columns[index])) <= size else head
        for index, head, size in zip(inner, heads, widths, strict=True)
    ]
    lines += [*lines_of(shown_heads, ""), "─" * total]
    shown: list[str | None] = [None] * len(outer)
    for number, (row, cells) in enumerate(zip(rows, texts, strict=True)):
        if rule_before is not None and rule_before(row):
            lines.append("─" * total)
        for level, index in enumerate(outer):
            text = plain(row[index])
            if text != shown[level]:
                shown[level:] = [text, *[None] * (len(outer) - level - 1)]
                if text:
                    pad = "  " * level
                    fits = len(pad + text) <= width
                    lines += (
                        [pad + text]
                        if fits
                        else textwrap.wrap(text, width, initial_indent=pad, subsequent_indent=pad + "  ")
                    )
        lines += lines_of(cells, indent + "  ")
        pad = indent + "    "
        for text in (below or {}).get(number, ()):
            lines += textwrap.wrap(text, width, initial_indent=pad, subsequent_indent=pad)
    if notes:
        lines.append("")
    for note in notes:
        lines += textwrap.wrap(note, width, subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _numeric(columns: Sequence[str], rows: Sequence[Row]) -> list[bool]:
    """Tell for each column whether it holds numbers: right then, though stated reasons stand among them."""

    def number(value: Value) -> bool:
        return value is not None and not isinstance(value, str | bool)

    return [any(number(row[index]) for row in rows) for index in range(len(columns))]


LONGEST_WORD = 24
"""A word longer than this, such as an IRI, may be broken."""


def _widths(
    heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], width: int, *, hang: int = 2
) -> list[int]:
    """Return column widths that fit the terminal: headings break first, then the widest text gives way.

    Words, and so numbers, stay whole if they can.
    """

    def longest_word(text: str) -> int:
        if " " not in text and "-" not in text:
            return min(LONGEST_WORD, max(len(text), 1))
        return min(LONGEST_WORD, max((len(word) for word in text.replace("-", "- ").split()), default=1))

    columns = list(zip(heads, *rows, strict=True))
    wanted, least = [], []
    for index, column in enumerate(columns):
        cells = [len(cell) for cell in column[1:]]
        wanted.append(max(len(column[0].replace("- ", "")), 1, *cells))
        words = max(longest_word(cell) for cell in column)
        continued = any(size > words for size in cells)
        least.append(words + (hang if continued and not index else 0))
    space = width - 2 * (len(columns) - 1)
    if sum(wanted) > space:
        # Headings break before text does.
        widest = [max((len(cell) for cell in column[1:]), default=1) for column in columns]
        breaking = [max(low, widest[index]) for index, low in enumerate(least)]
        wanted = [broken if r else want for broken, want, r in zip(breaking, wanted, right, strict=True)]
    while sum(wanted) > space:
        loose = [index for index in range(len(wanted)) if wanted[index] > least[index]]
        if not loose:
            break
        wanted[max(loose, key=lambda index: wanted[index])] -= 1
    while sum(wanted) > space and max(wanted) > 4:
        wanted[max(range(len(wanted)), key=lambda index: wanted[index])] -= 1
    return wanted


def keeps_words_whole(columns: Sequence[str], rows: Sequence[Row], width: int = 80) -> bool:
    """Tell whether a table fits a terminal of that width without a word broken.

    >>> keeps_words_whole(["cluster", "sum"], [("Colchagua wine", 6)], 20)
    True
    >>> keeps_words_whole(["cluster", "upgrading"], [("Colchagua wine", 6)], 16)
    False
    """
    cells = [[_breakable(column), *(plain(row[index]) for row in rows)] for index, column in enumerate(columns)]
    words = [
        max((len(word) for cell in column for word in cell.replace("-", "- ").split()), default=1) for column in cells
    ]
    return sum(words) + 2 * (len(columns) - 1) <= width


def as_records(
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    notes: Sequence[str] = (),
    below: Mapping[int, Sequence[str]] | None = None,
    width: int = 80,
) -> str:
    """Return rows one below the other, a line a value under its heading: for what is too wide for a table.

    The first column's value heads each row; a blank is left out.

    >>> print(as_records(["actor", "role"], [("Forum", "Organiser"), ("SEBRAE", None)]), end="")
    Forum
      Role: Organiser
    SEBRAE
    """
    import textwrap

    lines: list[str] = []
    for number, row in enumerate(rows):
        named = isinstance(row[0], str)
        first = plain(row[0]) if named else f"{heading(columns[0])}: {plain(row[0]) or 'blank'}"
        lines += textwrap.wrap(first, width, subsequent_indent="  ")
        for column, value in zip(columns[1:], row[1:], strict=True):
            if value is not None:
                told = f"{heading(column)}: {plain(value)}"
                lines += textwrap.wrap(told, width, initial_indent="  ", subsequent_indent="    ")
        for text in (below or {}).get(number, ()):
            lines += textwrap.wrap(text, width, initial_indent="    ", subsequent_indent="    ")
    for note in ["", *notes] if notes else ():
        lines += textwrap.wrap(note, width, subsequent_indent="  ") or [""]
    return "\n".join(lines) + "\n"


def named(columns: Sequence[str], rows: Sequence[Row]) -> list[Mapping[str, Value]]:
    """Return each row as a mapping from column to value, as JSON shows it."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def with_short_iris(rows: Sequence[Row]) -> list[tuple[Value, ...]]:
    """Return rows as a terminal can take them: IRIs by prefix or path below our base, control signs as a mark.

    >>> with_short_iris([("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear", 2)])
    [('case/giuliani2005/leon-footwear', 2)]
    """
    from clusterkg.prefixes import compact
    from clusterkg.terms import BASE

    def short(value: Value) -> Value:
        if not isinstance(value, str):
            return value
        if value.startswith(("http://", "https://")) and " " not in value:
            return compact(value).strip("<>").removeprefix(BASE)
        # A terminal obeys control signs: it shows a mark in their place.
        return (
            value
            if value.isprintable()
            else re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", value)
        )

    return [tuple(short(value) for value in row) for row in rows]
