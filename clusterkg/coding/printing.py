"""The codebook as people read it: terminal text, Markdown, HTML, JSON."""

from __future__ import annotations

from clusterkg.notebooks import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from clusterkg.coding.codebook import Page

__all__ = ["Book", "as_html", "as_markdown", "as_records", "as_text"]


class Book(Shown):
    """Pages of the codebook, to be shown together."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.pages = list(pages)

    def to_json(self) -> str:
        """Return the pages as JSON, an object each."""
        from clusterkg import rendering

        return rendering.as_json(as_records(self.pages))

    def to_markdown(self) -> str:
        """Return the pages as one Markdown document."""
        return as_markdown(self.pages)

    def to_html(self) -> str:
        """Return the pages as one HTML document that needs no other file."""
        return as_html(self.pages)

    def to_text(self, width: int = 80) -> str:
        """Return the pages for a terminal of that width."""
        return as_text(self.pages, width)


def as_records(book: Iterable[Page]) -> list[dict[str, Any]]:
    """Return the pages as mappings, as JSON shows them."""
    return [
        {
            "variable": page.name,
            "sheet": page.sheet,
            "heading": page.heading,
            "question": page.question,
            "note": page.note,
            "instruction": page.instruction,
            "coded": page.coded,
            "missing": page.missing,
            "options": [
                {
                    "option": option.word,
                    "label": option.label,
                    "definition": option.definition,
                    "missing": option.missing,
                    "n": len(option.cases),
                    "cases": option.cases,
                }
                for option in page.options
            ],
            "rules": [
                {"rule": rule.name, "level": rule.level, "message": rule.message, "fix": rule.fix}
                for rule in page.rules
            ],
        }
        for page in book
    ]


def counts(page: Page) -> str:
    """Return in words how many cases have a value, and how many a reason instead."""
    noun = "case" if page.coded == 1 else "cases"
    return f"{page.coded} {noun} with a value, {page.missing} with a stated reason for none"


def as_text(book: Iterable[Page], width: int = 80) -> str:
    """Return the pages for a terminal of that width."""
    import textwrap

    from clusterkg import rendering

    parts = []
    for page in book:
        place = f"column {page.name}, sheet {page.sheet}"
        gap = width - len(page.heading) - len(place)
        lines = [page.heading + " " * gap + place] if gap > 1 else [page.heading, place]
        lines += ["═" * width, *textwrap.wrap(page.question, width)]
        lines += [line for text in (page.note,) if text for line in ("", *textwrap.wrap(text, width))]
        if page.instruction != page.question:
            lines += ["", *textwrap.wrap(f"To write: {page.instruction}", width)]
        lines += ["", counts(page) + ".", ""]
        rows = [(option.word, option.meaning, len(option.cases), "; ".join(option.cases)) for option in page.options]
        columns = ("option", "meaning", "n", "cases")
        table = rendering.as_text(columns, rows, numeric=[False, False, True, False], width=width)
        lines.append(table.rstrip("\n"))
        if page.rules:
            lines += ["", "Rules"]
        for rule in page.rules:
            text = f"{rule.level}: {rule.message}" + (f" Remedy: {rule.fix}." if rule.fix else "")
            lines += textwrap.wrap(text, width, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
        parts.append("\n".join(line.rstrip() for line in lines))
    return "\n\n\n".join(parts) + "\n"


def as_markdown(book: Iterable[Page]) -> str:
    """Return the pages as Markdown, one section each."""
    from clusterkg import rendering

    parts = ["# Codebook\n"]
    for page in book:
        lines = [f"## {page.heading}", "", f"Column `{page.name}` of the sheet `{page.sheet}`. {counts(page)}.", ""]
        lines += [page.question, ""]
        lines += [page.note, ""] if page.note else []
        lines += [f"To write: {page.instruction}", ""] if page.instruction != page.question else []
        rows = [(option.word, option.meaning, len(option.cases), "; ".join(option.cases)) for option in page.options]
        table = rendering.as_markdown(("option", "meaning", "n", "cases"), rows, numeric=[False, False, True, False])
        lines += [table]
        if page.rules:
            lines += ["Rules", ""]
            lines += [f"- **{rule.level}**: {rule.message}" + f" *{rule.fix}*" * bool(rule.fix) for rule in page.rules]
            lines.append("")
        parts.append("\n".join(lines))
    return "\n".join(parts).rstrip("\n") + "\n"


STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5a6776; --line: #d8dee6; --paper: #fff; --tint: #f4f6f9;
  --accent: #0b6e6e; --error: #b3261e; --warning: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a3afbd; --line: #36414e; --paper: #161c23;
  --tint: #1f2730; --accent: #5cc4c0; --error: #ff8a80; --warning: #f0c060; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); display: flex; }
nav { position: sticky; top: 0; align-self: flex-start; height: 100vh; overflow-y: auto; flex: 0 0 17rem;
  padding: 1.5rem 1rem; border-right: 1px solid var(--line); background: var(--tint); font-size: .9rem; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .2rem .4rem; color: inherit; text-decoration: none; border-radius: .25rem; }
nav a:hover, nav a:focus-visible { background: var(--line); }
main { flex: 1; min-width: 0; max-width: 62rem; padding: 1rem 2.5rem 4rem; }
section { padding-top: 1rem; margin-bottom: 3rem; }
h1 { font-size: 1.2rem; margin: 0 0 .8rem; }
h2 { margin: 0; font-size: 1.5rem; }
.where, .counts { color: var(--soft); font-size: .9rem; margin: .2rem 0 .8rem; }
.question { font-size: 1.1rem; max-width: 45rem; }
p { max-width: 45rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 1rem 0; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--line); }
th.word { width: 17%; } th.cases { width: 42%; } th.n { width: 3.2rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.word { font-weight: 600; }
tr.missing td { background: var(--tint); color: var(--soft); }
td.cases { font-size: .88rem; }
code { font-size: .92em; background: var(--tint); padding: .05rem .3rem; border-radius: .2rem; }
ul { padding-left: 0; list-style: none; max-width: 50rem; }
li.rule { margin: .4rem 0; padding-left: .8rem; border-left: 3px solid var(--accent); }
li.error { border-color: var(--error); } li.warning { border-color: var(--warning); }
.level { font-weight: 600; } .fix { color: var(--soft); }
@media (max-width: 60rem) { body { display: block; } nav { position: static; height: auto; border-right: 0;
  border-bottom: 1px solid var(--line); } nav ol { columns: 2; } main { padding: 1rem; } }
@media print { nav { display: none; } section { break-inside: avoid-page; } }
"""


def as_html(book: Iterable[Page]) -> str:
    """Return the pages as one HTML document that needs no other file."""
    from html import escape

    book = list(book)
    entries = "\n".join(f'<li><a href="#{page.sheet}-{page.name}">{escape(page.heading)}</a></li>' for page in book)
    sections = "\n".join(_section(page) for page in book)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Codebook</title>
<style>{STYLE}</style>
</head>
<body>
<nav aria-label="Variables">
<h1>Codebook</h1>
<ol>
{entries}
</ol>
</nav>
<main>
{sections}
</main>
</body>
</html>
"""


def _section(page: Page) -> str:
    from html import escape

    lines = [
        f'<section id="{page.sheet}-{page.name}">',
        f"<h2>{escape(page.heading)}</h2>",
        f'<p class="where">Column <code>{page.name}</code> of the sheet <code>{page.sheet}</code></p>',
        f'<p class="question">{escape(page.question)}</p>',
    ]
    lines += [f"<p>{escape(page.note)}</p>"] if page.note else []
    lines += [f"<p>To write: {escape(page.instruction)}</p>"] if page.instruction != page.question else []
    lines += [
        f'<p class="counts">{counts(page)}</p>',
        '<table><thead><tr><th class="word">Option</th><th>Meaning</th><th class="n">n</th>'
        '<th class="cases">Cases</th></tr></thead><tbody>',
    ]
    for option in page.options:
        row = '<tr class="missing">' if option.missing else "<tr>"
        lines.append(
            f'{row}<td class="word">{escape(option.word)}</td><td>{escape(option.meaning)}</td>'
            f'<td class="n">{len(option.cases)}</td><td class="cases">{escape("; ".join(option.cases))}</td></tr>'
        )
    lines.append("</tbody></table>")
    if page.rules:
        lines += ["<h3>Rules</h3>", "<ul>"]
        for rule in page.rules:
            fix = f' <span class="fix">{escape(rule.fix)}</span>' if rule.fix else ""
            level = f'<span class="level">{rule.level}</span>'
            lines.append(f'<li class="rule {rule.level}">{level}: {escape(rule.message)}{fix}</li>')
        lines.append("</ul>")
    lines.append("</section>")
    return "\n".join(lines)
