"""What the exported columns are called in English, Spanish and Portuguese."""

from __future__ import annotations

from clusterkg import library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.export.columns import Column
    from clusterkg.export.tables import Tables
    from clusterkg.graph import Graph

__all__ = ["LANGUAGES", "Names", "names_of"]

LANGUAGES = ("en", "es", "pt")

WORDS = {
    "column": ("column", "columna", "coluna"),
    "counted": ("counted", "contada", "contada"),
    "file": ("file", "archivo", "arquivo"),
    "governance_reason": (
        "governance: reason for no value",
        "gobernanza: motivo de la falta de valor",
        "governança: motivo da falta de valor",
    ),
    "label": ("label", "etiqueta", "rótulo"),
    "missing": ("missing values", "valores faltantes", "valores ausentes"),
    "period": ("period", "período", "período"),
    "name": ("name", "nombre", "nome"),
    "reason": ("reason for no value", "motivo de la falta de valor", "motivo da falta de valor"),
    "rule": ("rule", "regla", "regra"),
    "source": ("source", "fuente", "fonte"),
    "sources": ("sources", "fuentes", "fontes"),
    "type": ("type", "tipo", "tipo"),
    "unit": ("unit", "unidad", "unidade"),
    "value": ("value", "valor", "valor"),
    "values": ("values", "valores", "valores"),
}
"""Titles, in the order of `LANGUAGES`, of columns that stand for no term of the ontology."""

ENDINGS = {
    "_reason": ("reason for no value", "motivo de la falta de valor", "motivo da falta de valor"),
    "_rank": ("rank", "rango", "posto"),
}
"""What stands behind another column's title."""


class Names:
    """The names of the project's terms.

    Attributes:
        labels: term to language to label.
        shorthands: the one-hop property of a case that stands for a dimension, by the dimension.
    """

    def __init__(self, graph: Graph) -> None:
        self.labels: dict[str, dict[str, str]] = {}
        self.shorthands: dict[str, str] = {}
        query = library.read("export/terms", graph.folders)
        for row in graph.run(query.bind({}), query.path, needs=query.needs):
            self.labels.setdefault(str(row["term"]), {}).setdefault(str(row["language"]), str(row["label"]))
            if row["property"] is not None:
                self.shorthands[str(row["term"])] = str(row["property"])

    def titles(self, column: Column, before: Column | None = None) -> dict[str, str]:
        """Return a column's title in each language that has one.

        Args:
            column: the column.
            before: the column whose value it explains or ranks, if it is such a one.
        """
        if column.name in WORDS:
            return dict(zip(LANGUAGES, WORDS[column.name], strict=True))
        for ending, words in ENDINGS.items():
            if before is not None and column.name == before.name + ending:
                first = self.titles(before)
                return {
                    language: f"{first[language]}: {word}"
                    for language, word in zip(LANGUAGES, words, strict=True)
                    if language in first
                }
        known = self.labels.get(column.rule, {})
        return {language: known[language] for language in LANGUAGES if language in known} or {"en": column.label}

    def property_of(self, column: Column) -> str:
        """Return the property whose value stands in the column's cells, or nothing where there is none."""
        return column.property or (self.shorthands.get(column.rule, "") if column.kind == "number" else "")


def names_of(graph: Graph, tables: Tables) -> tuple[Names, dict[tuple[str, str], dict[str, str]]]:
    """Return the names of terms, and the titles of every column by table and column: language to title."""
    names = Names(graph)
    titles: dict[tuple[str, str], dict[str, str]] = {}
    for table, (columns, _) in tables.items():
        known = {one.name: one for one in columns}
        for one in columns:
            before = known.get(one.name.rpartition("_")[0])
            titles[table, one.name] = names.titles(one, before)
    return names, titles
