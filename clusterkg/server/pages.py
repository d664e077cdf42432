"""The plain pages: a frame in which everything is escaped, without scripts, with a style of its own."""

from __future__ import annotations

import html
from urllib.parse import quote

from clusterkg.prefixes import compact
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

__all__ = ["STYLE", "description", "link", "list_of", "page", "query_form"]

STYLE = """:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem } h3 { font-size: 1rem }
table { border-collapse: collapse; width: 100% } caption { text-align: start; font-weight: bold }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .3rem .6rem .3rem 0 }
th, td { text-align: start; vertical-align: top; overflow-wrap: break-word }
td.number { text-align: end; font-variant-numeric: tabular-nums }
.wide { overflow-x: auto } textarea { width: 100%; font: .9rem/1.4 ui-monospace, monospace } small { opacity: .8 }
"""
"""The style sheet of all pages."""

LONGEST = 20_000
"""The characters of a text that a page shows of it."""


def page(title: str, body: str, links: Mapping[str, str] | None = None) -> str:
    """Return a page.

    Args:
        title: what stands at its top; it is escaped here.
        body: HTML, in which everything is escaped already.
        links: media type to address, of the same in other forms.
    """
    others = "".join(
        f'<link rel="alternate" type="{html.escape(media)}" href="{html.escape(address)}">\n'
        for media, address in (links or {}).items()
    )
    name = html.escape(title)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{name} – clusterkg</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="stylesheet" href="/style.css">\n{others}</head>\n<body>\n'
        '<p><a href="/">clusterkg</a></p>\n<main>\n'
        f"<h1>{name}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def link(address: str, text: str) -> str:
    """Return a link; only http and https lead anywhere.

    >>> link("javascript:alert(1)", "<b>")
    '&lt;b&gt;'
    >>> link("/page/case/a", "A")
    '<a href="/page/case/a">A</a>'
    """
    shown = html.escape(text)
    if address.startswith(("http://", "https://")):
        return f'<a href="{html.escape(address)}" rel="noopener nofollow">{shown}</a>'
    return f'<a href="{html.escape(address)}">{shown}</a>' if address.startswith("/") else shown


def list_of(items: Iterable[str]) -> str:
    """Return a list of pieces of HTML."""
    return "<ul>\n" + "".join(f"<li>{item}</li>\n" for item in items) + "</ul>"


def query_form(text: str = "") -> str:
    """Return the form that puts a query to the endpoint; it works without scripts."""
    formats = "".join(f"<option>{name}</option>" for name in ("json", "csv", "tsv", "xml"))
    return (
        '<form action="/sparql" method="get">\n<p><label for="query">SPARQL</label><br>\n'
        f'<textarea id="query" name="query" rows="8" required>{html.escape(text)}</textarea></p>\n'
        f'<p><label>as <select name="format">{formats}</select></label> <button>Ask</button></p>\n</form>'
    )


def description(subjects: Sequence[tuple[str, Sequence[tuple[str, Sequence[Any]]]]], names: Mapping[str, str]) -> str:
    """Return what is said of a thing and its parts, a table each.

    Args:
        subjects: IRI of each, with its properties' IRIs and their terms.
        names: labels of IRIs; those without go by their prefixed names.
    """
    return "\n".join(_about(iri, said, names) for iri, said in subjects)


def _about(iri: str, said: Sequence[tuple[str, Sequence[Any]]], names: Mapping[str, str]) -> str:
    fragment = iri.partition("#")[2]
    rows = "".join(
        f"<tr><th scope='row'>{link(_address(predicate), names.get(predicate, compact(predicate).strip('<>')))}</th>"
        f"<td>{'<br>'.join(_term(term, names) for term in terms)}</td></tr>\n"
        for predicate, terms in said
    )
    opening = f'<section id="{html.escape(fragment)}">' if fragment else "<section>"
    # The thing itself has its name at the top of the page.
    heading = f"<h2>{html.escape(names.get(iri, fragment))}</h2>" if fragment else ""
    return f"{opening}\n{heading}\n<p><small>{html.escape(iri)}</small></p>\n<table>\n{rows}</table>\n</section>"


def _term(term: Any, names: Mapping[str, str]) -> str:
    value = getattr(term, "value", None)
    if value is None or type(term).__name__ == "BlankNode":
        return html.escape(str(term)[:LONGEST])
    if type(term).__name__ == "NamedNode":
        return link(_address(value), names.get(value, compact(value).strip("<>")))
    text = html.escape(value[:LONGEST])
    return f'<span lang="{html.escape(term.language)}">{text}</span>' if term.language else text


def _address(iri: str) -> str:
    """Return where a page about an IRI is: ours here, any other at its own address.

    >>> _address("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear#chain-us")
    '/page/case/giuliani2005/leon-footwear#chain-us'
    """
    if not iri.startswith(BASE):
        return iri
    path, hash_, fragment = iri.removeprefix(BASE).partition("#")
    return f"/page/{quote(path)}{hash_}{quote(fragment)}"
