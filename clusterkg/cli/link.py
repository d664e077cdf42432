"""`clusterkg link`: what the rows of a table are elsewhere, proposed for review and put beside them once reviewed."""

from __future__ import annotations

import os
import sys

from clusterkg import __version__
from clusterkg.cli.options import NO, YES, add_data, graph_of, write
from clusterkg.errors import FileError, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from clusterkg.graph import Graph
    from clusterkg.linking.project import Project
    from clusterkg.linking.proposals import Lists, Proposal
    from clusterkg.linking.sssom import Link, Origin
    from clusterkg.linking.tables import Subject

__all__ = ["fill", "run"]

SHOWN = 20
"""Faults of a reviewed table that are shown."""

HELP = {
    "place": "the column of towns or regions",
    "country": "the column of countries: names in English, Spanish or Portuguese, or codes",
    "region": "the column of regions in the country, which tells namesakes apart",
    "industry": "the column of industries: words or ISIC codes",
    "cluster": "the column of clusters that the project may have",
}


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="a table to link: text (.csv, .tsv) or workbook (.xlsx)"
    )
    for name, words in HELP.items():
        parser.add_argument(f"--{name}", metavar="COL", help=words)
    parser.add_argument("--accept", metavar="TABLE", help="apply a reviewed table of mappings (.sssom.tsv)")
    parser.add_argument(
        "--out", metavar="PATH", help="where to write: the table of mappings, or with --accept the folder for results"
    )
    parser.add_argument("--replace", action="store_true", help="write over an earlier result")
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    columns = {name: getattr(options, name) for name in HELP if getattr(options, name)}
    if options.accept:
        if options.file or columns:
            raise ParameterError("--accept finds the table and its columns in the mappings", remedy="leave them out")
        return _accept(options)
    if options.file and not any(name != "region" for name in columns):
        raise ParameterError("no column is named", place=options.file, remedy="give --place, --country or another")
    if not options.file and (columns or not options.data):
        raise ParameterError("no table is named", remedy="name a FILE, or a project folder with --data")
    return _propose(options, columns)


def _propose(options: argparse.Namespace, columns: dict[str, str]) -> int:
    from clusterkg.linking.project import Project
    from clusterkg.linking.proposals import propose
    from clusterkg.linking.reviewing import review_table
    from clusterkg.linking.sssom import Origin
    from clusterkg.turtle import write_atomically

    if options.out:
        _free(options.out, options.replace)
    table, digest = "", ""
    if options.file:
        from clusterkg.linking.tables import read

        found = read(options.file, columns)
        _say(f"{options.file}: {note}" for note in found.notes)
        subjects = list(found.subjects().values())
        folder = os.path.dirname(os.path.abspath(options.out)) if options.out else os.getcwd()
        table, digest = os.path.relpath(os.path.abspath(options.file), folder).replace(os.sep, "/"), found.digest
        graph = graph_of(options)
        project = Project(graph)
    else:
        from clusterkg.linking.cluster_files import subjects_of

        graph = graph_of(options)
        project = Project(graph)
        subjects = subjects_of(project, options.data, graph)
    lists = _lists(subjects, project)
    proposals = propose(subjects, lists)
    text = review_table(proposals, Origin(table, digest, columns, __version__, _today()))
    if options.out:
        write_atomically(options.out, text)
    else:
        write(text)
    return _summary(proposals, options.out)


def _lists(subjects: list[Subject], project: Project) -> Lists:
    from clusterkg.linking.names import outer
    from clusterkg.linking.proposals import Lists, countries_of

    places = [subject for subject in subjects if subject.kind == "place"]
    names = [name for subject in places for name in (subject.text, outer(subject.text)) if name]
    lists = Lists(project, countries_of(places, project), names)
    if lists.places is not None and lists.places.missing:
        remedy = "pip install 'clusterkg[places]'"
        _say([f"without the package {lists.places.missing} only linked places of the project are offered; {remedy}"])
    return lists


def _summary(proposals: list[Proposal], out: str | None) -> int:
    from clusterkg.linking.proposals import STATUSES

    counts = {status: sum(proposal.status == status for proposal in proposals) for status in STATUSES}
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    things = f"{len(proposals)} {'thing' if len(proposals) == 1 else 'things'} to link"
    done = counts["sure"] == len(proposals)
    review = "" if done or not out else "; review it, then clusterkg link --accept " + out
    _say([f"{things}{': ' + told if told else ''}{review}"])
    return YES if done else NO


def _accept(options: argparse.Namespace) -> int:
    from clusterkg.linking.project import Project
    from clusterkg.linking.reviewing import read_review

    origin, links = read_review(options.accept)
    graph = graph_of(options)
    project = Project(graph)
    if origin.table:
        return _accept_table(options, origin, links, project)
    return _accept_folder(options, links, project, graph)


def _accept_table(options: argparse.Namespace, origin: Origin, links: list[Link], project: Project) -> int:
    from clusterkg.linking.joining import join
    from clusterkg.turtle import write_atomically

    path = os.path.normpath(os.path.join(os.path.dirname(options.accept), *origin.table.split("/")))
    stem = os.path.splitext(os.path.basename(path))[0]
    out = os.path.join(options.out or os.path.dirname(path), f"{stem}.linked.csv")
    _free(out, options.replace)
    made = join(path, origin, links, project, options.accept)
    if made.faults:
        return _refuse(made.faults)
    if options.out:
        os.makedirs(options.out, exist_ok=True)
    write_atomically(out, made.to_csv())
    _say([f"{out}: {len(made.rows)} rows, {made.linked} of {made.named} things linked"])
    return YES


def _accept_folder(options: argparse.Namespace, links: list[Link], project: Project, graph: Graph) -> int:
    from clusterkg.coding import folder
    from clusterkg.linking.cluster_files import accepted_files

    files, faults = accepted_files(links, project, graph, options.accept)
    if faults:
        return _refuse(faults)
    targets: dict[str, dict[str, str]] = {}
    for (root, name), text in files.items():
        if not options.out and root not in options.data:
            raise FileError("is a shipped file", place=name, remedy="name a folder with --out")
        targets.setdefault(options.out or root, {})[name] = text
    if len(targets) > 1:
        raise FileError("clusters of several folders are linked", place=options.accept, remedy="name one with --out")
    for root, texts in targets.items():
        folder.write(root, texts)
        _say([f"{root}: links of {len(texts)} {'cluster' if len(texts) == 1 else 'clusters'} written"])
    if not targets:
        _say(["nothing was accepted, and nothing written"])
    return YES


def _refuse(faults: list[str]) -> int:
    more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
    _say([*faults[:SHOWN], *more, "nothing was written"])
    return NO


def _free(path: str, replace: bool) -> None:
    """Refuse to write over what is there.

    Raises:
        FileError: something is there, and may not be replaced.
    """
    if os.path.isdir(path):
        raise FileError("is a folder", place=path, remedy="name a file")
    if os.path.lexists(path) and not replace:
        raise FileError("is there already, perhaps reviewed", place=path, remedy="name another, or give --replace")


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"clusterkg: {line}", file=sys.stderr)


def _today() -> str:
    from datetime import date

    return date.today().isoformat()
