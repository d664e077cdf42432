"""One table of a study, rebuilt from its cases, with what the ledger says of each figure."""

from __future__ import annotations

from clusterkg.errors import UnknownName
from clusterkg.server import studies
from clusterkg.server.views.ledger import as_ledger, left_of, queries_of
from clusterkg.server.views.view import Made, View, ask
from clusterkg.terms import BASE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked
    from clusterkg.tables import Table

__all__ = ["show"]

YES_OR_NO = ("yes", "no")


def show(graph: Graph, asked: Asked) -> View:
    """Return a table of a study.

    Raises:
        UnknownName: there is no such study or table, or nothing in it to recompute.
        ParameterError: a parameter or value that there is not, or one given twice.
    """
    from clusterkg import library, tables

    asked.only("study", "labels", "recomputed", "verdict")
    study = studies.study_of(graph, asked, tables.ALL_STUDIES)
    recomputed = asked.choice("recomputed", YES_OR_NO, "no") == "yes"
    labels = asked.choice("labels", tables.LABELS, "preferred")
    table = tables.rebuild(graph, asked.path, study=study, labels=labels)
    own = studies.tables_of(graph, study)[table.number]
    if table.number != asked.path:
        raise UnknownName("is no number of a table", place=asked.path[:60], remedy=f"it is at /tables/{table.number}")
    if recomputed:
        return _recomputed(graph, asked, own)
    name = tables.titles(graph, study)[table.number][1]
    query = library.read(name, graph.folders)
    layout = tables.NUMBERING if study == tables.ALL_STUDIES else study
    given = {"study": study_iri(layout), "table": table.number, "labels": labels}
    made = Made(query.name, query.bind(bound := {key: given[key] for key in query.parameters if key in given}), bound)
    options = f" --labels {labels}" if labels != "preferred" else ""
    call = "".join(f", {key}={value!r}" for key, value in (("study", study), ("labels", labels)))
    shown, cells = _shown(graph, table, own, asked)
    return View(
        table.caption,
        "table",
        {**_around(graph, asked, own), "table": table, "labels": labels, **shown},
        columns=table.columns,
        rows=table.cells(),
        made=[made, *cells],
        command=studies.command(graph, f"table {table.number}{options}", study),
        code=f"kg.table({table.number!r}{call})",
        here="/tables",
        about=f"{table.caption}, rebuilt from the coded cases.",
        written={"json": table.to_json, "md": table.to_markdown},
    )


def _around(graph: Graph, asked: Asked, own: Table) -> dict[str, Any]:
    """Return what leads from a table to its neighbours and its other views."""
    known = list(studies.tables_of(graph, own.study))
    place = known.index(own.number)
    kept = [(name, value) for name, value in asked.pairs if name in ("study", "labels")]
    beside = {
        word: (f"/tables/{known[at]}{asked.url(kept).removeprefix(asked.url([]))}", known[at])
        for word, at in (("before", place - 1), ("after", place + 1))
        if 0 <= at < len(known)
    }
    return {"beside": beside, "study": own.study, "judges": "judgement" in own.columns}


def _shown(graph: Graph, table: Table, own: Table, asked: Asked) -> tuple[dict[str, Any], list[Made]]:
    """Return the table as people read it with the rows of the ledger about it, and the queries behind these."""
    from clusterkg import library
    from clusterkg.report import comparison, tabulation
    from clusterkg.tables import ALL_STUDIES

    names = _names(own)
    if own.study == ALL_STUDIES:
        asked.some("verdict", ())
        links = [
            {
                str(record[column]): studies.case_links(graph, str(record["study"])).get(str(record[column]), "")
                for column in tabulation.CASE_COLUMNS
                if record.get("study") and record.get(column)
            }
            for record in table.records()
        ]
        return {"grid": tabulation.grid(table, {}, names, links), "list": None, "rows": None}, []
    answer, made = ask(
        graph,
        library.read("pages/table-cells", graph.folders),
        {"study": study_iri(own.study), "table": own.number},
    )
    cases: dict[str, str] = {}
    seen: dict[str, dict[Any, None]] = {}
    for row in answer:
        seen.setdefault(str(row["cluster"]), {})[row["position"], row["case"]] = None
    values: dict[tuple[str, str], str] = {}
    for row in answer:
        cluster = str(row["cluster"])
        again = list(seen[cluster]).index((row["position"], row["case"])) + 1
        name = cluster if again == 1 else f"{cluster} ({again})"
        cases[name] = _page(str(row["case"]))
        if row["rating"] is not None:
            values[name, str(row["column"])] = _page(str(row["rating"]))
        elif row["mode"] is not None:
            values[name, str(row["column"])] = f"{_page(str(row['case']))}#chains"
    whole = studies.ledger_of(graph, own.study)
    about = as_ledger(own.study, [row for row in whole if row["table"] == own.number])
    left = left_of(about, asked, table=own.number)
    grid = tabulation.grid(
        table,
        tabulation.slips_of(about),
        names,
        [
            {str(record[column]): cases.get(name, "") for column in tabulation.CASE_COLUMNS if record.get(column)}
            for record, name in zip(table.records(), names, strict=True)
        ],
        values,
    )
    rows = comparison.grid(
        "ledger", f"What the ledger has of Table {own.number}", as_ledger(own.study, left.shown), set(), cases=cases
    )
    # What is filtered away here stands in the ledger.
    here = set(rows.anchors)
    elsewhere = f"/ledger?study={own.study}&table={own.number}"
    for cell in (cell for line in grid.rows for cell in line if cell.mark):
        if cell.mark is not None and cell.mark[1] not in here:
            cell.mark = (cell.mark[0], f"{elsewhere}#{cell.mark[1]}", cell.mark[2])
    shown = {"grid": grid, "list": left, "rows": rows, "ledger": elsewhere, "slips": len(about.slips())}
    return shown, [made, *(queries_of(graph, own.study) if len(about) else ())]


def _names(own: Table) -> list[str]:
    """Return what the ledger calls each row of a table under preferred names: of several alike, with their number."""
    from clusterkg.report.tabulation import CASE_COLUMNS

    names, seen = [], dict[str, int]()
    for record in own.records():
        name = next((str(record[one]) for one in (*CASE_COLUMNS, "sectoral_group") if record.get(one)), "")
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _page(iri: str) -> str:
    return f"/page/{iri.removeprefix(BASE)}"


def _recomputed(graph: Graph, asked: Asked, own: Table) -> View:
    """Return each printed judgement of a table beside what the coded cases give for it."""
    from clusterkg import library
    from clusterkg.findings import judgements
    from clusterkg.report import claims

    if "judgement" not in own.columns:
        raise UnknownName("holds no judgements to recompute", place=own.caption, remedy="leave out recomputed")
    asked.some("verdict", ())
    found = judgements.recompute(graph, study=own.study, tested=studies.findings_of(graph, own.study))
    made = ask(graph, library.read("findings/judgements", graph.folders), {"study": study_iri(own.study)})[1]
    grid = claims.judgements_grid(found, lambda finding: f"/page/finding/{own.study}/{finding}")
    agreements: dict[str, int] = {}
    for row in found.rows:
        said = str(row[found.columns.index("agreement")])
        agreements[said] = agreements.get(said, 0) + 1
    return View(
        f"Table {own.number} recomputed",
        "recomputed",
        {**_around(graph, asked, own), "grid": grid, "table": own, "agreements": agreements, "found": found},
        columns=found.columns,
        rows=found.rows,
        made=[made],
        command=studies.command(graph, f"table {own.number} --recomputed", own.study),
        code=f"from clusterkg.findings.judgements import recompute\nrecompute(kg.graph, study={own.study!r})",
        here="/tables",
        about="Each printed judgement on a relation beside what the coded cases give for it, p exact and two-sided.",
        written={"md": found.to_markdown},
    )
