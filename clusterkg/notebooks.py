"""What a notebook shows: HTML of rows and columns, or of text, with everything escaped."""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

__all__ = ["MOST", "Shown", "rows_as_html", "text_as_html"]

MOST = 60
"""How many rows a notebook shows; CSV and pandas have all."""


class Shown(ABC):
    """What has `to_text` and is shown in a notebook as a terminal shows it."""

    @abstractmethod
    def to_text(self, width: int = 80) -> str:
        """Return it for a terminal of that width."""

    def _repr_html_(self) -> str:
        return text_as_html(self.to_text(100))


def text_as_html(text: str) -> str:
    """Return text as HTML that keeps its lines.

    >>> text_as_html("a < b")
    '<pre>a &lt; b</pre>'
    """
    from html import escape

    return f"<pre>{escape(text)}</pre>"


def rows_as_html(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    written: Callable[[Any], str],
    *,
    caption: str = "",
    notes: Sequence[str] = (),
) -> str:
    """Return an HTML table of at most `MOST` rows, with notes below; what is left out is said.

    Args:
        columns: their names.
        rows: a sequence of values a row.
        written: gives a value as text; a blank is no text.
        caption: what stands above.
        notes: what stands below, a paragraph each.

    >>> print(rows_as_html(["cluster", "sum"], [("León", 6)], str, notes=["Rests on 1 case."]))
    <table>
      <thead><tr><th>cluster</th><th>sum</th></tr></thead>
      <tbody>
        <tr><td>León</td><td style="text-align: right">6</td></tr>
      </tbody>
    </table>
    <p>Rests on 1 case.</p>
    """
    from html import escape

    def cell(value: Any) -> str:
        number = value is not None and not isinstance(value, str | bool)
        style = ' style="text-align: right"' if number else ""
        return f"<td{style}>{escape(written(value)).replace(chr(10), '<br>')}</td>"

    lines = ["<table>"]
    if caption:
        lines.append(f"  <caption>{escape(caption)}</caption>")
    lines.append(f"  <thead><tr>{''.join(f'<th>{escape(column)}</th>' for column in columns)}</tr></thead>")
    lines.append("  <tbody>")
    lines += [f"    <tr>{''.join(map(cell, row))}</tr>" for row in rows[:MOST]]
    lines += ["  </tbody>", "</table>"]
    if len(rows) > MOST:
        left = len(rows) - MOST
        lines.append(f"<p>{left} more of {len(rows)} rows not shown here.</p>")
    return "\n".join([*lines, *(f"<p>{escape(note)}</p>" for note in notes)])
