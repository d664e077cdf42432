"""A form for one case: what is typed into it, as the rows of a coder's sheets."""

from __future__ import annotations

import re

from clusterkg.coding.columns import BY_SHEET, RATED
from clusterkg.errors import ParameterError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Row = dict[str, str]

__all__ = ["BACKING", "MOST", "REPEATED", "Form", "field_of", "of_case"]

BACKING = ("source", "locator", "evidence", "confidence")
"""What a single value can rest on, in columns of the sheet of values."""

REPEATED = {"chains": "chain", "values": "value"}
"""The sheets of which the form has any number of rows, and what a row of theirs is called."""

MOST = {"chains": 40, "values": 60}
"""The rows that a form may have of a sheet."""

COLUMNS = {
    sheet: [column.name for column in columns if column.name != "case_id"] for sheet, columns in BY_SHEET.items()
}
"""The columns of each sheet that a row of the form fills by itself."""

SINGLE = (
    "study",
    "replace",
    "case_id",
    *COLUMNS["cases"],
    *(f"{column.name}.{name}" for column in RATED for name in BACKING),
)
"""The fields that there are once."""

IN_ROW = re.compile(r"(chains|values)\.([1-9]\d{0,2})\.([a-z_]+)", re.A)


class Form:
    """What is typed into the form.

    A field is called as its column is. What a rated value rests on by itself has the name of its column before:
    ``product.evidence``. A row of another sheet has a number: ``chains.1.governance_mode``.

    Attributes:
        single: what stands in the fields that there are once, by name; blank ones may be left out.
        rows: by sheet the rows of the form, blank ones included, each by column.
    """

    def __init__(
        self, single: Mapping[str, str] | None = None, rows: Mapping[str, Iterable[Row]] | None = None
    ) -> None:
        self.single = dict(single or {})
        self.rows = {sheet: list((rows or {}).get(sheet, ())) for sheet in REPEATED}

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> Form:
        """Return the form of names and values; fields that are not given are blank.

        Raises:
            ParameterError: there is no such field, it is given twice, or there are too many rows.

        >>> Form.read([("name", "Uba"), ("chains.2.market_scope", "global")]).rows["chains"]
        [{}, {'market_scope': 'global'}]
        """
        single: dict[str, str] = {}
        numbered: dict[str, dict[int, Row]] = {sheet: {} for sheet in REPEATED}
        for name, text in pairs:
            found = IN_ROW.fullmatch(name)
            if found and found[3] in COLUMNS[found[1]]:
                into, key = numbered[found[1]].setdefault(int(found[2]), {}), found[3]
            elif name in SINGLE:
                into, key = single, name
            else:
                shown = name[:60]
                remedy = nearest(shown, SINGLE) or "see clusterkg codebook, or begin from the form"
                raise ParameterError("is no field of this form", place=shown or "''", remedy=remedy)
            if key in into:
                raise ParameterError("is given twice", place=name, remedy="give it once")
            into[key] = text.replace("\r\n", "\n").replace("\r", "\n")
        if single.get("replace", "") not in ("", "yes"):
            raise ParameterError("is none of its values", place=f"replace={single['replace'][:60]}", remedy="write yes")
        rows: dict[str, list[Row]] = {}
        for sheet, some in numbered.items():
            last = max(some, default=0)
            if last > MOST[sheet]:
                fault = f"a form has {MOST[sheet]} rows of the sheet {sheet} at most"
                remedy = "write them into a spreadsheet; see clusterkg template"
                raise ParameterError(fault, place=f"{sheet}.{last}", remedy=remedy)
            rows[sheet] = [some.get(number, {}) for number in range(1, last + 1)]
        return cls(single, rows)

    @property
    def study(self) -> str:
        """The key of the study, as it is typed but for spaces around it."""
        return self.single.get("study", "").strip()

    @property
    def replace(self) -> bool:
        """Whether a case that is there already may be coded anew."""
        return self.single.get("replace") == "yes"

    def fields(self) -> dict[str, str]:
        """Return what stands in each field by its name, blank fields left out."""
        found = {name: text for name, text in self.single.items() if text}
        for sheet, rows in self.rows.items():
            for number, row in enumerate(rows, start=1):
                found |= {f"{sheet}.{number}.{column}": text for column, text in row.items() if text}
        return found

    def with_row(self, sheet: str) -> Form:
        """Return the form with one row more of a sheet, if it may have one."""
        more: list[Row] = [{}] if len(self.rows[sheet]) < MOST[sheet] else []
        return Form(self.single, {**self.rows, sheet: [*self.rows[sheet], *more]})

    def without_row(self, sheet: str, number: int) -> Form:
        """Return the form without a row of a sheet, counted from 1; the same where there is none."""
        rows = [row for index, row in enumerate(self.rows[sheet], start=1) if index != number]
        return Form(self.single, {**self.rows, sheet: rows})

    def sheets(self, case: str = "") -> tuple[dict[str, list[Row]], dict[tuple[str, int], str]]:
        """Return the rows of each sheet, and for each row, by sheet and number from 1, what its fields begin with.

        A rated value that rests on something by itself has a row in the sheet of values beside its cell.

        Args:
            case: how the sheets beside that of cases call the case.
        """
        sheets: dict[str, list[Row]] = {sheet: [] for sheet in BY_SHEET}
        begins: dict[tuple[str, int], str] = {}
        cells = {name: self.single.get(name, "") for name in ("case_id", *COLUMNS["cases"])}

        def put(sheet: str, row: Row, begin: str) -> None:
            sheets[sheet].append(row)
            begins[sheet, len(sheets[sheet])] = begin

        if _filled(cells):
            put("cases", cells, "")
        for number, row in enumerate(self.rows["chains"], start=1):
            if _filled(row):
                put("chains", {"case_id": case, **row}, f"chains.{number}")
        for column in RATED:
            backing = {name: self.single.get(f"{column.name}.{name}", "") for name in BACKING}
            if _filled(backing):
                row = {"case_id": case, "variable": column.name, "value": cells[column.name], **backing}
                put("values", row, column.name)
        for number, row in enumerate(self.rows["values"], start=1):
            if _filled(row):
                put("values", {"case_id": case, **row}, f"values.{number}")
        return sheets, begins


def _filled(row: Mapping[str, str]) -> bool:
    return any(text.strip() for text in row.values())


def field_of(begin: str, sheet: str, column: str) -> str:
    """Return the field that a cell of a row is typed into.

    Args:
        begin: what the fields of the row begin with, as `Form.sheets` tells it.
        sheet: the sheet of the row.
        column: the column of the cell.

    >>> field_of("chains.2", "chains", "locator"), field_of("product", "values", "value"), field_of("", "cases", "name")
    ('chains.2.locator', 'product', 'name')
    """
    if column == "case_id" or sheet == "cases":
        return column
    if sheet == "values" and not begin.startswith("values."):
        return f"{begin}.{column}" if column in BACKING else "coder" if column == "coder" else begin
    return f"{begin}.{column}"


def of_case(study: str, name: str, sheets: Mapping[str, Sequence[Row]]) -> Form:
    """Return the form as it would be filled in for a case that is coded.

    Args:
        study: the key of its study.
        name: the end of its IRI.
        sheets: the rows of its study, as `export.rows_of` returns them.

    Raises:
        UnknownName: the study has no such case; the nearest is offered.
    """
    from clusterkg.coding.values import slug

    named: dict[str, Row] = {}
    for row in sheets["cases"]:
        bare = row["case_id"]
        named[bare if bare not in named else f"{bare}--{slug(row.get('period', ''))}"] = row
    if name not in named:
        remedy = nearest(name[:100], named)
        raise UnknownName(f"the study {study} has no such case", place=name[:100], remedy=remedy)
    row = named[name]
    single = {"study": study, **row}
    further: list[Row] = []
    for value in sheets["values"]:
        if value["case_id"] != name:
            continue
        own = value.get("coder", "") == row.get("coder", "") and value["value"] == row.get(value["variable"], "")
        begin = value["variable"]
        if own and not any(f"{begin}.{column}" in single for column in BACKING):
            single |= {f"{begin}.{column}": value[column] for column in BACKING if column in value}
        else:
            further.append({column: text for column, text in value.items() if column != "case_id"})
    chains = [
        {column: text for column, text in chain.items() if column != "case_id"}
        for chain in sheets["chains"]
        if chain["case_id"] == name
    ]
    return Form(single, {"chains": chains, "values": further})
