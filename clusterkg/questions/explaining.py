"""A query explained: what it asks, what it can be given, what its columns mean, and every term that it uses."""

from __future__ import annotations

import re
import textwrap

from clusterkg import library, sparql
from clusterkg.notebooks import Shown
from clusterkg.parameters import pairs
from clusterkg.prefixes import compact
from clusterkg.questions.asking import check_things

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.graph import Graph
    from clusterkg.library import Query

__all__ = ["Explanation", "explain"]


class Explanation(Shown):
    """What a query says, in words.

    Attributes:
        name: the query's name; `summary` the question; `description` how to read the answer.
        parameters: name, kind, value, and the options where there are some.
        columns: each column and what it means.
        terms: each term of the project that the query uses: prefixed name, label, definition.
        text: SPARQL with the parameters bound, without the header.
    """

    def __init__(self, query: Query, values: Mapping[str, object], text: str) -> None:
        header = query.header
        self.name = query.name
        self.summary = " ".join(str(header.get("summary") or "").split())
        self.description = " ".join(str(header.get("description") or "").split())
        self.parameters = [
            (one.name, one.kind, str(values.get(one.name, one.default)), [str(option) for option in one.options])
            for one in query.declared
        ]
        self.columns = {str(name): " ".join(str(told).split()) for name, told in pairs(header.get("columns")).items()}
        self.terms: list[tuple[str, str, str]] = []
        self.text = re.sub(r"(?m)^#\+.*\n?", "", text).strip() + "\n"

    def to_text(self, width: int = 80) -> str:
        """Return the explanation for a terminal of that width."""

        def part(heading: str, entries: list[tuple[str, str]]) -> list[str]:
            if not entries:
                return []
            lines = ["", heading]
            for name, told in entries:
                lines += textwrap.wrap(
                    f"{name}: {told}" if told else name, width, initial_indent="  ", subsequent_indent="    "
                )
            return lines

        given = [
            (name, f"{value} ({'one of ' + ', '.join(options) if options else kind})")
            for name, kind, value, options in self.parameters
        ]
        lines = textwrap.wrap(self.summary or self.name, width)
        lines += ["", *textwrap.wrap(self.description, width)] if self.description else []
        lines += part("Parameters", given)
        lines += part("Columns", list(self.columns.items()))
        lines += part("Terms", [(f"{name} ({label})" if label else name, told) for name, label, told in self.terms])
        return "\n".join([*lines, "", "SPARQL", textwrap.indent(self.text, "  ").rstrip()]) + "\n"

    def to_markdown(self) -> str:
        """Return the explanation as Markdown, the query in a code block."""
        lines = [f"**{self.summary or self.name}**", ""]
        lines += [self.description, ""] if self.description else []
        for heading, entries in (
            ("Parameters", [(name, value) for name, _, value, _ in self.parameters]),
            ("Columns", list(self.columns.items())),
            ("Terms", [(name, told or label) for name, label, told in self.terms]),
        ):
            if entries:
                lines += [f"{heading}:", "", *[f"- `{name}`: {told}" for name, told in entries], ""]
        return "\n".join([*lines, "```sparql", self.text.rstrip(), "```"]) + "\n"

    def to_json(self) -> str:
        """Return the explanation as JSON."""
        from clusterkg.rendering import as_json

        return as_json(
            {
                "name": self.name,
                "summary": self.summary,
                "description": self.description,
                "parameters": [
                    {"name": name, "kind": kind, "value": value, "options": options}
                    for name, kind, value, options in self.parameters
                ],
                "columns": self.columns,
                "terms": [{"term": name, "label": label, "definition": told} for name, label, told in self.terms],
                "sparql": self.text,
            }
        )

    def to_csv(self) -> str:
        """Return the terms as CSV: term, label, definition."""
        from clusterkg.rendering import as_csv

        return as_csv(("term", "label", "definition"), self.terms)


def explain(graph: Graph, query: Query, values: Mapping[str, object]) -> Explanation:
    """Return a query explained, with its parameters at the values given.

    Raises:
        ParameterError: a value does not fit; see `Query.bind`.
    """
    terms = query.terms(values)
    query.check_values(values)
    if query.shipped and values:
        graph.require(query.needs)
        check_things(graph, query, values, terms)
    made = Explanation(query, values, sparql.bind(query.text, terms))
    support = library.read("analysis/terms", graph.folders)
    known = {str(row["term"]): row for row in graph.run(support.text, support.path, needs=support.needs)}
    for iri in sparql.iris(made.text):
        if iri in known:
            row = known[iri]
            made.terms.append((compact(iri).strip("<>"), str(row["label"] or ""), str(row["definition"] or "")))
    return made
