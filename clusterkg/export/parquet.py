"""The exported tables as Parquet files, each column of its type and with its description."""

from __future__ import annotations

import io

from clusterkg.export.columns import DEGREES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.export.columns import Column
    from clusterkg.export.tables import Tables
    from clusterkg.graph.answers import Value

__all__ = ["as_parquet"]


def as_parquet(tables: Tables, about: dict[str, str]) -> dict[str, bytes]:
    """Return a ``.parquet`` file for each table.

    Scores are doubles, which hold half points without loss; ranks and codes 64-bit integers; truth values booleans;
    words of a short list dictionaries, the degrees an ordered one; all else is text. A blank is null. Label, unit, the
    column with the reason for a blank and the term's IRI are the field's metadata.

    Args:
        tables: the tables.
        about: what the metadata of each file says, as text by name.

    Raises:
        ModuleNotFoundError: pyarrow is not installed.
    """
    import pyarrow
    from pyarrow import parquet

    files = {}
    for name, (columns, rows) in tables.items():
        schema = pyarrow.schema([_field(one) for one in columns], metadata=about)
        arrays = [_array(one, rows, schema.field(one.name).type) for one in columns]
        out = io.BytesIO()
        parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), out)
        files[f"{name}.parquet"] = out.getvalue()
    return files


def _field(one: Column) -> Any:
    import pyarrow

    told = {"label": one.label, "unit": one.unit, "missing": one.reason, "rule": one.rule}
    metadata = {key: text for key, text in told.items() if text}
    return pyarrow.field(one.name, _type(one), nullable=not one.required, metadata=metadata)


def _type(one: Column) -> Any:
    import pyarrow

    match one.kind:
        case "number":
            return pyarrow.float64()
        case "integer" | "code":
            return pyarrow.int64()
        case "boolean":
            return pyarrow.bool_()
        case _ if one.kind == "degree" or one.category:
            return pyarrow.dictionary(pyarrow.int32(), pyarrow.string(), ordered=one.kind == "degree")
        case _:
            return pyarrow.string()


def _array(one: Column, rows: list[dict[str, Value]], type: Any) -> Any:
    import pyarrow

    values = [row[one.name] for row in rows]
    if one.kind == "number":
        values = [None if value is None else float(value) for value in values]
    if not pyarrow.types.is_dictionary(type):
        return pyarrow.array(values, type=type)
    words = list(DEGREES) if one.kind == "degree" else sorted({str(value) for value in values if value is not None})
    places = {word: place for place, word in enumerate(words)}
    indices = pyarrow.array([None if value is None else places[str(value)] for value in values], type=pyarrow.int32())
    return pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array(words, pyarrow.string()), ordered=type.ordered)
