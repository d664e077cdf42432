"""`clusterkg code`: the cases of a spreadsheet, checked cell by cell and written as a study."""

from __future__ import annotations

import os
import sys

from clusterkg.cli.options import NO, YES, add_data, width
from clusterkg.errors import ClusterkgError, FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clusterkg.coding.importing import Import

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("sheets", nargs="+", metavar="FILE", help="a workbook (.xlsx) or text files (.csv, .tsv, .txt)")
    parser.add_argument(
        "--study", metavar="KEY", required=True, help="the study of the cases, as in nadvi1999; a new key founds it"
    )
    parser.add_argument("--out", metavar="FOLDER", required=True, help="the project folder to write to")
    parser.add_argument("--dry-run", action="store_true", help="check only and write nothing")
    parser.add_argument("--replace", action="store_true", help="write a case anew that the study has by the same coder")
    parser.add_argument("--problems", metavar="CSV", help="write the problems to this file, also when there are none")
    parser.add_argument(
        "--annotate",
        metavar="XLSX",
        help="write a copy with the problems marked on their cells; of several files, into this folder",
    )
    parser.add_argument(
        "--engine", choices=("shacl", "pyshacl"), help="which SHACL engine validates (default: shacl where installed)"
    )
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.coding import importing
    from clusterkg.turtle import write_atomically

    _refuse_collisions(options)
    copies = _copies(options)
    try:
        prepared = importing.prepare(
            options.sheets, options.study, options.out, options.data, replace=options.replace, engine=options.engine
        )
    except ClusterkgError as error:
        _write_problems(options, error)
        raise
    if options.problems:
        write_atomically(options.problems, prepared.problems.to_csv())
    for source, target, others in copies:
        from clusterkg.coding.annotation import annotate

        own = [problem for problem in prepared.problems if problem.sheet.casefold() not in others]
        annotate(source, target, own, replace=True)
    if len(prepared.problems):
        print(prepared.problems.to_text(width(sys.stderr)), file=sys.stderr)
    if not prepared.conforms:
        print("clusterkg: nothing was written; mend the errors and run it again", file=sys.stderr)
        return NO
    if not options.dry_run:
        try:
            prepared.write()
        except ClusterkgError as error:
            _write_problems(options, error)
            raise
    print(f"clusterkg: {_summary(prepared, options)}", file=sys.stderr)
    return YES


def _write_problems(options: argparse.Namespace, error: ClusterkgError) -> None:
    """Write the file of problems where nothing could be looked at or written: who reads it finds out why."""
    if options.problems:
        from clusterkg.coding.problems import CellProblem, Problems
        from clusterkg.turtle import write_atomically

        problem = CellProblem("", 0, "", "", "error", "import", "", str(error))
        write_atomically(options.problems, Problems([problem]).to_csv())


def _refuse_collisions(options: argparse.Namespace) -> None:
    """Refuse to write over a sheet."""
    sheets = {os.path.realpath(path) for path in options.sheets}
    for name, path in (("--problems", options.problems), ("--annotate", options.annotate)):
        if path and os.path.realpath(path) in sheets:
            raise FileError(f"is a sheet to be read, and {name} would write over it", place=path, remedy="name another")


def _copies(options: argparse.Namespace) -> list[tuple[str, str, set[str]]]:
    """Return of each file that is to be annotated its path, that of its copy, and what is not of its problems.

    These are the names of the other files and their sheets, as problems have them.
    """
    if not options.annotate:
        return []
    if len(options.sheets) == 1:
        return [(options.sheets[0], options.annotate, set())]
    from clusterkg.coding.annotation import sheet_names
    from clusterkg.coding.sheets import NOT_READ

    taken = os.path.exists(options.annotate) and not os.path.isdir(options.annotate)
    if taken or options.annotate.lower().endswith(".xlsx"):
        raise FileError("of several files the copies go into a folder", place="--annotate", remedy="name a folder")
    owners: dict[str, str] = {}
    targets: dict[str, str] = {}
    for source in options.sheets:
        name = os.path.basename(source)
        target = os.path.join(options.annotate, f"{os.path.splitext(name)[0]}-checked.xlsx")
        for one in (target, name, *sheet_names(source)):
            if one.casefold() not in NOT_READ and owners.setdefault(one.casefold(), source) != source:
                raise FileError(
                    f"{os.path.basename(one)} is there twice, so that problems cannot be told apart",
                    place=source,
                    remedy="rename the file or its sheet, or annotate one file at a time",
                )
        targets[source] = target
    sheets = {os.path.realpath(path) for path in options.sheets}
    for target in targets.values():
        if os.path.realpath(target) in sheets:
            raise FileError("is a sheet to be read", place=target, remedy="name another folder")
    try:
        os.makedirs(options.annotate, exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot be made: {error.strerror}", place=options.annotate) from error
    return [
        (source, target, {one for one, owner in owners.items() if owner != source})
        for source, target in targets.items()
    ]


def _summary(prepared: Import, options: argparse.Namespace) -> str:
    if not prepared.names:
        return "no case, nothing written"
    cases = f"{prepared.cases} {'case' if prepared.cases == 1 else 'cases'}"
    if prepared.opinions:
        second = f"second opinions on {prepared.opinions} {'case' if prepared.opinions == 1 else 'cases'}"
        cases = f"{cases} and {second}" if prepared.cases else second
    files = f"{len(prepared.names)} {'file' if len(prepared.names) == 1 else 'files'}"
    if options.dry_run:
        return f"{cases} of {prepared.study} could be written as {files}; nothing was written"
    # A study that another folder has begun needs both.
    folders = dict.fromkeys([*options.data, options.out])
    see = f"clusterkg {_next(prepared)} --study {prepared.study} {' '.join(f'--data {one}' for one in folders)}"
    return f"{cases} of {prepared.study} written as {files} to {options.out}; see {see}"


def _next(prepared: Import) -> str:
    """Return the command that shows what is new: a study's tables, or where they stay as printed its case or coders."""
    top = f"cases_ttl/{prepared.study}/"
    cases = [name.removeprefix(f"{top}cases/") for name in prepared.names if name.startswith(f"{top}cases/")]
    if f"{top}study.ttl" in prepared.names:
        return "tables"
    return f"case {cases[0].removesuffix('.ttl')}" if cases else "agreement"
