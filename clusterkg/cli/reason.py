"""`clusterkg reason`: whether ontology and data hold together, and what follows from them."""

from __future__ import annotations

import sys

from clusterkg.cli.options import (
    NO,
    YES,
    add_shared,
    answer_text,
    graph_of,
    width,
    write,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clusterkg.reasoning import Judgement

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    why = parser.add_mutually_exclusive_group()
    why.add_argument(
        "--case", metavar="SLUG", help="show the classes of one case and what makes it a member; no Java needed"
    )
    why.add_argument(
        "--explain", metavar="CLASS", help="show the members of one class and what makes them so; no Java needed"
    )
    add_shared(parser, study=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import memberships, reasoning

    graph = graph_of(options)
    if options.case or options.explain:
        if options.case:
            answer = memberships.of_case(graph, options.case, study=options.study)
        else:
            answer = memberships.of_class(graph, options.explain, study=options.study)
        if options.format == "table":
            write(memberships.as_text(answer, group="class" if options.case else "thing", width=width()))
        else:
            write(answer_text(answer, options.format))
        if not answer.rows:
            print("clusterkg: no rule finds a member here", file=sys.stderr)
        return YES
    graph.require()
    judgement = reasoning.judge(graph.store, study=options.study, folders=options.data)
    write(_judgement(judgement, options.format))
    print(f"clusterkg: {judgement.summary()}", file=sys.stderr)
    return YES if judgement.agreed else NO


def _judgement(judgement: Judgement, format: str) -> str:
    from clusterkg import rendering
    from clusterkg.graph import Answer
    from clusterkg.reasoning import COLUMNS

    rows = judgement.rows()
    if format != "table":
        return answer_text(Answer(COLUMNS, rows), format)
    if not judgement.verdicts:
        lines = [(subject, verdict, detail) for subject, verdict, _, _, detail in rows if detail]
        return rendering.as_text(("subject", "verdict", "detail"), lines, group=("subject", "verdict"), width=width())
    # A column without content would only take room in the terminal.
    shown = len(COLUMNS) if any(row[-1] for row in rows) else len(COLUMNS) - 1
    return rendering.as_text(COLUMNS[:shown], [row[:shown] for row in rows], width=width())
