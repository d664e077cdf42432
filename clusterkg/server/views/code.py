"""The form to code a case: empty or filled in, checked as a spreadsheet is, and given as Turtle; nothing is written."""

from __future__ import annotations

import re
from functools import lru_cache

from clusterkg.coding.form import BACKING, MOST, REPEATED, Form, of_case
from clusterkg.coding.form_fields import described
from clusterkg.errors import ClusterkgError, ParameterError, UnknownName, nearest
from clusterkg.server.formats import TURTLE, Format
from clusterkg.server.views.view import Made, Taken, View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from clusterkg.coding.checking import Ground
    from clusterkg.coding.form_check import Checked
    from clusterkg.coding.form_fields import Field
    from clusterkg.coding.problems import CellProblem
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["FORMATS", "show", "take"]

TITLE = "Code a case"

QUERIES = ("concepts", "countries", "effects", "proposals", "scale", "schemes", "uses")
"""What the fields, their options and their meanings are made of."""

COLUMNS = ("sheet", "row", "cell", "field", "level", "rule", "value", "message", "fix", "input")
"""Columns of the problems: those of a problems file, and the field of the form to mend."""

SHEETS = tuple(Format(f"{sheet}.csv", "text/csv", f"{sheet}.csv", text=True) for sheet in ("cases", "chains", "values"))
for one in SHEETS:
    one.words = (one.name,)  # text/csv is the problems

FORMATS = (
    Format("html", "text/html", "html", text=True),
    Format("json", "application/json", "json"),
    Format("csv", "text/csv", "csv", text=True),
    TURTLE,
    Format("zip", "application/zip", "zip"),
    *SHEETS,
)
"""What a form that is sent can be answered with: the page, the problems, the Turtle, a folder of it, the sheets."""

DO = re.compile(r"(check|judge)|(more)-(chains|values)|(less)-(chains|values)-([1-9]\d{0,2})", re.A)
"""What the buttons say is to be done."""


def show(graph: Graph, asked: Asked) -> View:
    """Return the form, empty or as it would be filled in for a case that is coded.

    Raises:
        UnknownName: there is no such study or case; the nearest are offered.
        ParameterError: a parameter that there is not.
    """
    from clusterkg import library
    from clusterkg.coding.export import rows_of

    asked.only("like")
    like = asked.one("like")
    form = Form(rows={sheet: [{}] if sheet == "chains" else [] for sheet in REPEATED})
    if like:
        study, _, name = like.partition("/")
        form = of_case(study, name, rows_of(graph, study))
    view = _page(graph, form, None, {"like": like, "examples": _examples(graph)})
    found = described(graph)
    view.columns = ["sheet", "name", "heading", "required", "explanation", "options"]
    view.rows = [
        (sheet, field.name, field.heading, field.required, field.explanation, _words(field))
        for sheet, field in found.fields()
    ]
    view.made = [Made(one.name, one.text) for one in (library.read(f"coding/{query}") for query in QUERIES)]
    view.command = f"clusterkg template cases.xlsx{f' --study {study}' if like else ''}"
    return view


def take(graph: Graph, asked: Asked, format: str, *, for_person: bool) -> Taken:
    """Return what is made of a form that was sent; see `FORMATS`.

    Args:
        graph: the loaded graph.
        asked: the form's names and values.
        format: the name of the format.
        for_person: whether a page is wanted where there is no Turtle to give.

    Raises:
        ParameterError: a field that there is not, or is given twice.
        UnknownName: the form has no row of the sheet that is wanted.
    """
    from clusterkg import rendering
    from clusterkg.coding.form_check import checked, rows_of_problems

    do = asked.one("do", "check")
    told = DO.fullmatch(do)
    if not told:
        known = ["check", "judge", "more-chains", "more-values", "less-chains-1"]
        raise ParameterError("is nothing to do", place=f"do={do[:60]}", remedy=nearest(do[:60], known))
    form = Form.read([pair for pair in asked.pairs if pair[0] != "do"])
    if format == "html" and not told[1]:
        sheet = told[3] or told[5]
        form = form.with_row(sheet) if told[2] else form.without_row(sheet, int(told[6]))
        focus = f"{sheet}.{len(form.rows[sheet])}" if told[2] else f"more-{sheet}"
        return _html(_page(graph, form, None, {"focus": focus}), asked)
    ground = _ground(graph)
    found = checked(form, ground.anew())
    name = _file_name(found)
    if format in ("json", "csv"):
        columns, rows = list(COLUMNS), rows_of_problems(found)
        text = rendering.as_csv(columns, rows) if format == "csv" else _as_json(found, columns, rows)
        return Taken(text.encode())
    if format.endswith(".csv"):
        sheet = format.removesuffix(".csv")
        if sheet not in found.csv:
            raise UnknownName(f"the form has no row for the sheet {sheet}", place=format, remedy="fill one in")
        # Spreadsheet software takes a file without the mark for Windows-1252 and spoils every accent.
        return Taken(found.csv[sheet].encode("utf-8-sig"), f"{name}-{format}")
    if format != "html" and not found.conforms and not for_person:
        lines = "".join(f"{problem}\n" for problem in found.problems.of_level("error"))
        return Taken(f"the form has errors left\n{lines}".encode(), status=422, media="text/plain; charset=utf-8")
    if format == "html" or not found.conforms:
        page = _page(graph, form, found, _outcome(graph, found, judged=do == "judge"))
        return _html(page, asked, status=200 if format == "html" else 422)
    if format == "zip":
        return Taken(_zipped(found), f"{found.coded.study}-{name}.zip")
    return Taken(found.coded.turtle().encode(), f"{found.coded.study}-{name}.ttl")


@lru_cache(maxsize=1)
def _ground(graph: Graph) -> Ground:
    """Return what forms are held against, which is read once for each graph."""
    from clusterkg.coding.checking import Ground

    return Ground(graph.folders)


def _html(view: View, asked: Asked, status: int = 200) -> Taken:
    from clusterkg.server import frame

    return Taken(frame.render(view, asked).encode(), status=status, media="text/html; charset=utf-8")


def _page(graph: Graph, form: Form, found: Checked | None, values: Mapping[str, Any]) -> View:
    """Return the page of a form, with what its check has found."""
    shown = described(graph)
    labels = _labels(form, graph)
    told: dict[str, list[CellProblem]] = {}
    wrong: set[str] = set()
    listed: dict[str, list[tuple[str, str, CellProblem]]] = {"error": [], "warning": [], "normalised": []}
    for problem in found.problems if found else ():
        fields = [name for name in found.fields(problem) if name in labels] if found else []
        if fields:
            told.setdefault(fields[0], []).append(problem)
        if problem.level == "error":
            wrong |= set(fields)
        listed[problem.level].append((fields[0] if fields else "", labels[fields[0]] if fields else "", problem))
    errors = len(listed["error"])
    title = f"{errors} {'error' if errors == 1 else 'errors'} – {TITLE}" if errors else TITLE
    template = {
        "shown": shown,
        "form": form.fields(),
        "rows": {sheet: len(rows) for sheet, rows in form.rows.items()},
        "most": MOST,
        "numbers": _numbers(form),
        "told": told,
        "wrong": wrong,
        "listed": listed,
        "found": found,
        "backing": [field for field in shown.rows["values"] if field.name in BACKING],
        "like": "",
        "examples": [],
        "focus": "",
        **values,
    }
    about = "A form to code one case study of an industrial cluster, checked as the command line checks it."
    view = View(title, "code", template, here="/code", about=about)
    if found is not None:
        files = " ".join(f"{sheet}.csv" for sheet in found.csv) or "cases.csv"
        replace = " --replace" if form.replace else ""
        study = found.coded.study if found.conforms else "KEY"
        view.command = f"clusterkg code {files} --study {study} --out my-cases{replace} --dry-run"
    return view


def _labels(form: Form, graph: Graph) -> dict[str, str]:
    """Return what each field of a form is called for people."""
    shown = described(graph)
    labels = {"case_id": "Case"}
    for group in shown.groups:
        for field in group.fields:
            labels[field.name] = field.heading
            if field.rated:
                own = (one for one in shown.rows["values"] if one.name in BACKING)
                labels |= {f"{field.name}.{one.name}": f"{field.heading}, {one.heading.lower()}" for one in own}
    for sheet, called in REPEATED.items():
        for number in range(1, len(form.rows[sheet]) + 1):
            for field in shown.rows[sheet]:
                labels[f"{sheet}.{number}.{field.name}"] = f"{called.capitalize()} {number}, {field.heading.lower()}"
    return labels


def _numbers(form: Form) -> dict[str, int]:
    """Return the numbers that rows of the form have in their sheets, by what their fields begin with."""
    from clusterkg.coding.form_check import FIRST

    _, begins = form.sheets()
    return {begin: number + FIRST - 1 for (sheet, number), begin in begins.items() if sheet in REPEATED}


def _outcome(graph: Graph, found: Checked, *, judged: bool) -> dict[str, Any]:
    """Return what a form without errors gives: the Turtle, its files, and what they change."""
    from clusterkg.coding.impact import compared, judged_studies
    from clusterkg.graph import Graph as Loaded

    if not found.conforms:
        return {}
    coded = found.coded
    files = coded.files()
    try:
        after = Loaded(graph.folders, unwritten=files)
        impact = compared(graph, after, judged=judged)
    except ClusterkgError as error:
        return {"turtle": coded.turtle(), "files": files, "parts": [], "fault": str(error), "judging": []}
    studies = sorted(judged_studies(graph, after))
    values = {"turtle": coded.turtle(), "files": files, "parts": list(impact.parts()), "fault": ""}
    return {**values, "judging": studies, "judged": judged}


def _examples(graph: Graph) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the cases to begin from, by study: what follows ``like=``, and the name."""
    from clusterkg import library
    from clusterkg.terms import BASE

    answer = graph.run((query := library.read("cases/index", graph.folders)).text, query.path, needs=query.needs)
    found: dict[str, list[tuple[str, str]]] = {}
    for row in answer:
        study = str(row["study"]).removeprefix(f"{BASE}study/")
        found.setdefault(study, []).append((str(row["case"]).removeprefix(f"{BASE}case/"), str(row["name"])))
    return list(found.items())


def _words(field: Field) -> str:
    return "; ".join(option.word for option in field.options)


def _as_json(found: Checked, columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> str:
    import json

    problems = [dict(zip(columns, row, strict=True)) for row in rows]
    files = found.coded.files() if found.conforms else {}
    said = {"conforms": found.conforms, "problems": problems, "files": files}
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _file_name(found: Checked) -> str:
    """Return what files that are downloaded are called."""
    from clusterkg.coding.values import slug

    single = found.form.single
    return (slug(single.get("case_id", "")) or slug(single.get("name", "")) or "case")[:80]


def _zipped(found: Checked) -> bytes:
    """Return the files of a form as a folder of the project's shape, packed."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in found.coded.files().items():
            packed.writestr(zipfile.ZipInfo(f"{found.coded.study}/{name}", (1980, 1, 1, 0, 0, 0)), text)
    return out.getvalue()
