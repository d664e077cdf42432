"""The rows of the exported files, as the graph gives them."""

from __future__ import annotations

from functools import cached_property

from clusterkg import library
from clusterkg.analysis.samples import MODES, sample
from clusterkg.export.columns import DEGREES, EFFICIENCY, columns_of, scores_of, variable_column
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from clusterkg.analysis.samples import Case, Sample
    from clusterkg.export.columns import Column
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

    Record = dict[str, Value]

__all__ = ["Export", "export"]


class Export:
    """A study's cases, ratings and chains.

    Attributes:
        graph: where they come from.
        study: the study's key.
        coding: the coding that alone counts, or None.
        columns: of each file, ``cases``, ``ratings`` and ``chains``.
        rows: of each file a mapping a row, column to value; None is a blank.
    """

    def __init__(self, graph: Graph, study: str, columns: dict[str, list[Column]]) -> None:
        self.graph, self.study, self.coding, self.columns = graph, study, graph.coding, columns
        self.rows: dict[str, list[Record]] = {}

    @cached_property
    def parts(self) -> dict[str, list[ox.Triple]]:
        """The statements of the graph by part; see `statements.parts_of`."""
        from clusterkg.export.statements import parts_of

        return parts_of(self.graph)

    @cached_property
    def statements(self) -> list[ox.Triple]:
        """All statements of the graph; see `statements.statements`."""
        from clusterkg.export.statements import statements

        return statements(self.parts)

    def __repr__(self) -> str:
        return f"<Export of {self.study}: {', '.join(f'{len(rows)} {name}' for name, rows in self.rows.items())}>"


def export(graph: Graph, study: str = "giuliani2005") -> Export:
    """Return what is exported of a study.

    Args:
        graph: the graph; where it goes by one coding, the values are that coder's.
        study: the study's key.

    Raises:
        UnknownName: there is no such study with cases.

    >>> import clusterkg
    >>> made = export(clusterkg.load().graph)
    >>> made
    <Export of giuliani2005: 40 cases, 200 ratings, 84 chains>
    >>> row = next(row for row in made.rows["cases"] if row["case"] == "aguascalientes-software")
    >>> row["product_upgrading"], row["product_upgrading_reason"], row["market"]
    (None, 'not reported', 1)
    """
    known = sample(graph, study)
    made = Export(graph, study, columns_of(known.variables, study))

    def ask(name: str) -> Iterable[Record]:
        query = library.read(name, graph.folders)
        return graph.run(query.bind({"study": study_iri(study)}), query.path, needs=query.needs)

    about = {str(row["case"]): row for row in ask("export/cases")}
    made.rows["cases"] = [_of_case(case, known, about.get(case.iri, {})) for case in known]
    made.rows["ratings"] = [{**row, "case": _slug(row["case"])} for row in ask("export/ratings")]
    made.rows["chains"] = _of_chains(ask("coding/sheet-chains"), made.columns["chains"])
    return made


def _slug(iri: Value) -> str:
    return str(iri).rsplit("/", 1)[-1]


def _of_case(case: Case, known: Sample, about: Record) -> Record:
    row: Record = {"case": case.slug, "study": known.study, "name": case.name, "sectoral_group": case.sectoral_group}
    row |= {"country": case.country, "industry": about.get("industry"), "period": about.get("period")}
    for notation in [*scores_of(known.variables), EFFICIENCY]:
        name, value = variable_column(notation), case.values.get(notation)
        row[name] = value
        row[f"{name}_reason"] = case.reason(notation) if value is None else None
    rank = case.values.get(EFFICIENCY)
    name = variable_column(EFFICIENCY)
    row[name], row[f"{name}_rank"] = (None, None) if rank is None else (DEGREES[int(rank) - 1], int(rank))
    for mode in MODES:
        code = case.values.get(mode)
        row[variable_column(mode)] = None if code is None else int(code)
    row["governance_reason"] = None if case.governance_coded else case.governance_reason
    row["sources"] = about.get("sources")
    return row


def _of_chains(statements: Iterable[Record], columns: Iterable[Column]) -> list[Record]:
    """Return a row a chain from a row a statement; several values of one column are joined by a semicolon."""
    chains: dict[tuple[str, str], Record] = {}
    texts: dict[tuple[str, str], dict[str, list[str]]] = {}
    for said in statements:
        key = _slug(said["case"]), str(said["chain"]).rsplit("#", 1)[-1]
        chains.setdefault(key, {"case": key[0], "chain": key[1], "counted": said["counted"]})
        column, text = str(said["column"]), str(said["text"])
        if column == "effect":
            column, text = text.replace(" ", "_"), _slug(said["about"])
        texts.setdefault(key, {}).setdefault(column, []).append(text)
    for key, row in chains.items():
        for one in columns:
            if one.name not in row:
                row[one.name] = "; ".join(dict.fromkeys(texts[key].get(one.name, ()))) or None
    return list(chains.values())
