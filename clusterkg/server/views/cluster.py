"""A cluster, whoever studies it: its cases over all studies, its places and its codes."""

from __future__ import annotations

from clusterkg.server import studies
from clusterkg.server.frame import home_of
from clusterkg.server.things import forms_of, subjects_of
from clusterkg.server.views.case import compare_address, described_class
from clusterkg.server.views.view import View, ask
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return the page about a cluster; one that no study has a case of is shown as its statements.

    Raises:
        UnknownName: there is no such cluster; the nearest are offered.
        ParameterError: a parameter that there is not.
    """
    from clusterkg import cases, library

    asked.only("statements")
    subjects_of(graph, asked.path)
    found, made = ask(graph, library.read("pages/cluster", graph.folders), {"cluster": BASE + asked.path})
    if not found.rows:
        from clusterkg.server.views.thing import statements

        return statements(graph, asked)
    rows = [{**row, "link": home_of(str(row["case"])), "study_link": home_of(str(row["study"]))} for row in found]
    study, slug = str(rows[0]["case"]).removeprefix(BASE + "case/").split("/", 1)
    cluster = cases.describe(graph, slug, study=study)["cluster"]
    return View(
        f"{cluster['name']}: the cluster",
        "cluster",
        {
            "cluster": cluster,
            "cases": rows,
            "classes": [described_class(graph, row) for row in cluster["classes"]],
            "compared": compare_address([str(row["case"]) for row in rows]) if len(rows) > 1 else "",
            "everything": asked.url(statements="yes"),
        },
        columns=found.columns,
        rows=found.rows,
        made=[made],
        command=studies.command(graph, f"query pages/cluster --param cluster={BASE}{asked.path} --format csv"),
        code=f'kg.query("pages/cluster", cluster="{BASE}{asked.path}").to_pandas()',
        others=forms_of(asked.path),
        here="/cases",
        about=f"{cluster['name']}, {cluster['country']}: its case studies, places and codes.",
    )
