"""A report as Markdown."""

from __future__ import annotations

from clusterkg.report.parts import Cell, Code, Entry, Figure, Grid, Origin, Section, Text, anchor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.report.parts import Report

__all__ = ["as_markdown"]

SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>|#"})


def as_markdown(report: Report) -> str:
    """Return the report as Markdown; figures are given as the tables that they are drawn from."""
    lines = [f"# {_plain(report.title)}", "", _plain(report.subtitle), ""]
    for section in report.sections:
        lines += _section(section, 2)
    return "\n".join(lines).rstrip("\n") + "\n"


def _plain(text: str) -> str:
    return text.translate(SPECIAL).replace("\n", " ")


def _cell(cell: Cell) -> str:
    text = _plain(cell.text)
    if cell.link and text:
        text = f"[{text}](#{cell.link})"
    if cell.mark is not None:
        word, link, _ = cell.mark
        text += f" ([{_plain(word)}](#{link}))"
    if cell.others:
        text = "; ".join([text, *map(_cell, cell.others)])
    return f"*{text}*" if cell.kind == "missing" else text


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _section(section: Section, level: int) -> Iterator[str]:
    yield from (f'<a id="{section.id}"></a>', "", f"{'#' * min(level, 6)} {_plain(section.title)}", "")
    if section.folded:
        yield from (_plain(section.folded), "")
    for part in section.parts:
        match part:
            case Section():
                yield from _section(part, level + 1)
            case Grid():
                yield from _grid(part)
            case Figure():
                yield from (f'<a id="{part.id}"></a>', "", f"**{_plain(part.caption)}**", "", _plain(part.label), "")
                yield from _grid(part.grid)
                yield from _origin(part.origin)
            case Entry():
                yield from _entry(part, level + 1)
            case Code():
                yield from (f'<a id="{part.id}"></a>', "", f"{'#' * min(level + 1, 6)} {_plain(part.title)}", "")
                yield from ("```sparql", part.text.rstrip(), "```", "")
            case Text():
                yield from ("".join(_cell(cell) for cell in part.cells), "")


def _grid(grid: Grid) -> Iterator[str]:
    yield from (f'<a id="{grid.id}"></a>', "", f"**{_plain(grid.caption)}**", "")
    if grid.rows:
        yield _row(_plain(column) for column in grid.columns)
        yield _row("--:" if right else ":--" for right in grid.numeric)
    for number, row in enumerate(grid.rows):
        for _, text in grid.headings(number):
            yield _row([f"**{_plain(text)}**", *[""] * (len(grid.columns) - 1)])
        texts = [_cell(cell) for cell in row]
        if number < len(grid.anchors) and grid.anchors[number]:
            texts[0] = f'<a id="{grid.anchors[number]}"></a>{texts[0]}'
        yield _row(texts)
    yield ""
    for note in grid.notes:
        yield f"- {_plain(note)}"
    if grid.notes:
        yield ""
    yield from _origin(grid.origin)


def _entry(entry: Entry, level: int) -> Iterator[str]:
    yield from (f'<a id="{entry.id}"></a>', "", f"{'#' * min(level, 6)} {_plain(entry.title)}", "")
    yield from (f"**{_plain(entry.badge)}**. {_plain(entry.text)}", "")
    for name, cells in entry.facts:
        yield f"- {name}: {'; '.join(_cell(cell) for cell in cells)}"
    yield ""
    if entry.grid is not None:
        yield from _grid(entry.grid)
    yield from _origin(entry.origin)


def _origin(origin: Origin | None) -> Iterator[str]:
    if origin is None:
        return
    queries = ", ".join(f"[{name}](#{anchor('query', name)})" for name in origin.queries)
    given = "".join(f"; {name} = `{value}`" for name, value in origin.parameters.items())
    yield from (f"How this was made: {queries}{given}. Again: `{origin.command}`", "")
