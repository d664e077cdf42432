"""The tables in other formats: validators of others pass them and catch what is wrong, and every value comes back."""

import io
import json
import math
import re
import sys
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest
from conftest import Run
from csvw import CSVW
from frictionless import FrictionlessException, Package

import clusterkg
from clusterkg.cli import main
from clusterkg.errors import UnknownName
from clusterkg.export.columns import KEYS
from clusterkg.export.formats import FORMATS, chosen, files_of
from clusterkg.export.readme import FILES
from clusterkg.export.rows import Export, export
from clusterkg.export.tables import Tables, tables_of
from clusterkg.export.workbook import as_workbook
from clusterkg.knowledge_graph import KnowledgeGraph

TABLES = ["cases", "ratings", "chains", "codebook"]

Spoil = Callable[[str, str, str], Path]


@pytest.fixture(scope="module")
def made(kg: KnowledgeGraph) -> Export:
    return export(kg.graph)


@pytest.fixture(scope="module")
def tables(made: Export) -> Tables:
    return tables_of(made)


@pytest.fixture(scope="module")
def files(made: Export) -> dict[str, bytes]:
    return files_of(made, "0.0", ["csv", "csvw", "datapackage", "xlsx", "parquet"])


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def spoilt(folder: Path) -> Spoil:
    """Put a text in a file otherwise, once."""

    def spoil(name: str, old: str, new: str) -> Path:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return spoil


def csvw_says(path: Path) -> str:
    """Return what the validator of CSV on the Web complains of; nothing where the file is valid."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # its warnings are its complaints
        try:
            described = CSVW(str(path), validate=True)
            return "" if described.is_valid else "; ".join(str(warning.message) for warning in described.warnings)
        except ValueError as error:
            return str(error)


def frictionless_says(folder: Path) -> list[str]:
    """Return what the validator of Data Packages complains of."""
    report = Package(str(folder / "datapackage.json")).validate()
    return [f"{kind}: {message}" for kind, message in report.flatten(["type", "message"])]


@pytest.mark.parametrize("table", TABLES)
def test_the_web_s_validator_passes_each_table(folder: Path, table: str) -> None:
    assert csvw_says(folder / f"{table}.csv-metadata.json") == ""
    found = CSVW(str(folder / f"{table}.csv"), validate=True)
    assert (found.is_valid, found.no_metadata) == (True, False), "it finds the description by the name of the file"


@pytest.mark.parametrize(
    ("table", "name", "old", "new", "complaint"),
    [
        ("cases", "cases.csv", ",2.5,,2.5,", ",7,,2.5,", "value must be <= 3"),
        ("cases", "cases.csv", ",2.5,,2.5,", ",2 1/2,,2.5,", "invalid lexical value for decimal: 2 1/2"),
        ("cases", "cases.csv", "not reported", "N/A", "invalid lexical value for string: N/A"),
        ("cases", "cases.csv", "\nbaja-california-audio-visual,", "\naguascalientes-software,", "primary key"),
        ("cases", "cases.csv", "product_upgrading,", "product,", "[Ii]ncompatible|product"),
        ("ratings", "ratings.csv", "\nleon-footwear,", "\nlyon-footwear,", "eferential integrity|not found|lyon"),
        ("ratings", "ratings.csv", ",published,true,", ",published,yes,", "invalid lexical value for boolean: yes"),
        ("chains", "chains.csv", "\nleon-footwear,", "\n,", "required"),
    ],
)
def test_the_web_s_validator_catches_what_is_wrong(
    spoilt: Spoil, table: str, name: str, old: str, new: str, complaint: str
) -> None:
    assert re.search(complaint, csvw_says(spoilt(name, old, new) / f"{table}.csv-metadata.json"))


def test_the_web_s_description_reads_numbers_as_numbers_and_blanks_as_none(folder: Path) -> None:
    rows = {row["case"]: row for row in CSVW(str(folder / "cases.csv-metadata.json")).tables[0]}
    row = rows["aguascalientes-software"]
    assert (row["product_upgrading"], row["product_upgrading_reason"], row["market"]) == (None, "not reported", 1)
    assert rows["leon-footwear"]["product_upgrading"] == Decimal(2)
    assert len(rows["baja-california-audio-visual"]["sources"]) == 5


def test_columns_have_titles_in_three_languages_and_terms_that_exist(
    files: dict[str, bytes], kg: KnowledgeGraph
) -> None:
    columns: list[dict[str, Any]] = []
    for table in TABLES:
        about = json.loads(files[f"{table}.csv-metadata.json"])
        columns += about.get("tables", [about])[0]["tableSchema"]["columns"]
    assert len(columns) == 24 + 9 + 15 + 8
    assert all(set(column["titles"]) == {"und", "en", "es", "pt"} for column in columns)
    assert {"Escalamiento de producto", "Gobernanza"} & {column["titles"]["es"] for column in columns}
    terms = {column["propertyUrl"] for column in columns if "propertyUrl" in column}
    assert "https://w3id.org/clusterkg/ontology#productUpgrading" in terms
    for iri in terms:
        assert kg.query(f"ASK {{ <{iri}> a ?kind }}").rows == [(True,)], iri


def test_a_value_s_iri_is_one_of_the_graph(files: dict[str, bytes], tables: Tables, kg: KnowledgeGraph) -> None:
    checked = 0
    for table in ("cases", "ratings", "chains"):
        columns, rows = tables[table]
        for column in columns:
            words = {str(row[column.name]) for row in rows if column.value and row[column.name] is not None}
            iris = {column.value.replace(f"{{{column.name}}}", word) for word in words}
            values = " ".join(f"<{iri}>" for iri in iris)
            query = f"SELECT DISTINCT ?iri {{ VALUES ?iri {{ {values} }} ?iri ?p ?o }}"
            assert {iri for (iri,) in kg.query(query).rows} == iris
            checked += len(iris)
    assert checked > 90


def test_a_property_of_a_column_is_what_the_graph_states(
    files: dict[str, bytes], tables: Tables, kg: KnowledgeGraph
) -> None:
    about = json.loads(files["cases.csv-metadata.json"])
    shorthand = {one["name"]: one["propertyUrl"] for one in about["tableSchema"]["columns"] if "propertyUrl" in one}
    del shorthand["collective_efficiency"]
    assert len(shorthand) == 4
    for name, iri in shorthand.items():
        stated = {str(case).rsplit("/", 1)[-1]: v for case, v in kg.query(f"SELECT ?c ?v {{ ?c <{iri}> ?v }}").rows}
        assert stated == {row["case"]: row[name] for row in tables["cases"][1] if row[name] is not None}


def test_what_a_description_makes_of_a_chain_is_what_the_graph_states(
    files: dict[str, bytes], tables: Tables, kg: KnowledgeGraph
) -> None:
    schema = json.loads(files["chains.csv-metadata.json"])["tables"][0]["tableSchema"]
    stated = {
        (str(s), str(p), str(o))
        for s, p, o in kg.query(
            "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> SELECT ?s ?p ?o { ?s a ckg:ValueChain ; ?p ?o }"
        ).rows
    }
    checked = 0
    for row in tables["chains"][1]:
        chain = schema["aboutUrl"].format(**row)
        for column in schema["columns"]:
            value = row[column["name"]]
            if value is not None and "propertyUrl" in column:
                text = column["valueUrl"].format(**row) if "valueUrl" in column else str(value)
                assert (chain, column["propertyUrl"], text) in stated
                checked += 1
    assert checked > 300


def test_the_data_package_is_valid(folder: Path) -> None:
    assert frictionless_says(folder) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("cases.csv", ",2.5,,2.5,", ",7,,2.5,", 'constraint "maximum" is "3"'),
        ("cases.csv", "not reported", "unknown", 'constraint "enum"'),
        ("ratings.csv", "\nleon-footwear,", "\nlyon-footwear,", "foreign-key"),
        ("chains.csv", ",table,", ',table",', "hash-count"),
        ("datapackage.json", '"type": "number"', '"type": "nmber"', "nmber"),
    ],
)
def test_the_package_s_validator_catches_what_is_wrong(
    spoilt: Spoil, name: str, old: str, new: str, complaint: str
) -> None:
    try:
        found = "; ".join(frictionless_says(spoilt(name, old, new)))
    except FrictionlessException as error:  # a wrong descriptor is refused before it is read
        found = f"{error}: {getattr(error, 'reasons', '')}"
    assert complaint in found


def test_the_workbook_has_a_sheet_a_table_with_the_codebook_first(files: dict[str, bytes], tables: Tables) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["cases.xlsx"]))
    assert book.sheetnames == ["codebook", "cases", "ratings", "chains"]
    for name, (columns, rows) in tables.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == [column.name for column in columns]
        assert sheet.max_row == len(rows) + 1
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.freeze_panes in ("B2", "C2")


def test_the_workbook_s_cells_are_the_values_themselves(files: dict[str, bytes], tables: Tables) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files["cases.xlsx"]))
    blanks = 0
    for name, (columns, rows) in tables.items():
        for line, row in enumerate(rows, 2):
            for place, column in enumerate(columns, 1):
                cell, value = book[name].cell(line, place), row[column.name]
                assert cell.value == (float(value) if isinstance(value, Decimal) else value)
                assert isinstance(cell.value, bool) == isinstance(value, bool)
                assert cell.data_type == ("b" if isinstance(value, bool) else "s" if isinstance(value, str) else "n")
                blanks += value is None
    assert blanks > 500


def test_long_texts_are_wrapped_and_no_column_is_endless(files: dict[str, bytes], tables: Tables) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(files["cases.xlsx"]))["ratings"]
    place = [column.name for column in tables["ratings"][0]].index("evidence") + 1
    cell = next(cell for (cell,) in sheet.iter_rows(2, None, place, place) if cell.value)
    assert cell.alignment.wrap_text
    assert sheet.row_dimensions[cell.row].height > 14
    assert all(dimension.width <= 60 for dimension in sheet.column_dimensions.values())


def test_a_text_that_looks_like_a_formula_stays_a_text(tables: Tables) -> None:
    columns, rows = tables["chains"]
    evil = '=HYPERLINK("http://example.org";"x")'
    changed = {**tables, "chains": (columns, [{**rows[0], "evidence": evil, "lead_actor": "+1\x07"}])}
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(changed)["cases.xlsx"]))["chains"]
    found = {cell.value: cell.data_type for cell in sheet[2]}
    assert found[evil] == "s"
    assert found["+1\N{REPLACEMENT CHARACTER}"] == "s"


@pytest.mark.parametrize("table", TABLES)
def test_parquet_gives_pandas_the_values_of_the_csv(files: dict[str, bytes], tables: Tables, table: str) -> None:
    columns, rows = tables[table]
    frame = pandas.read_parquet(io.BytesIO(files[f"{table}.parquet"]), dtype_backend="numpy_nullable")
    assert list(frame.columns) == [column.name for column in columns]
    assert len(frame) == len(rows)
    kinds = {"number": "Float64", "integer": "Int64", "code": "Int64", "boolean": "boolean"}
    for column in columns:
        expected = "category" if column.kind == "degree" or column.category else kinds.get(column.kind, "string")
        assert str(frame[column.name].dtype) == expected, column
        for value, wanted in zip(frame[column.name], (row[column.name] for row in rows), strict=True):
            if wanted is None:
                assert value is pandas.NA or (isinstance(value, float) and math.isnan(value))
            else:
                assert value == wanted


def test_parquet_says_what_each_column_holds(files: dict[str, bytes], tables: Tables) -> None:
    from pyarrow import parquet

    schema = parquet.read_schema(io.BytesIO(files["cases.parquet"]))
    assert schema.metadata[b"study"] == b"https://w3id.org/clusterkg/study/giuliani2005"
    for column in tables["cases"][0]:
        field = schema.field(column.name)
        assert field.metadata[b"label"].decode() == column.label
        assert field.nullable != column.required
    assert schema.field("product_upgrading").metadata[b"missing"] == b"product_upgrading_reason"
    degree = schema.field("collective_efficiency").type
    assert degree.ordered
    frame = pandas.read_parquet(io.BytesIO(files["cases.parquet"]))
    assert list(frame["collective_efficiency"].cat.categories) == ["low", "medium", "high"]
    assert frame["collective_efficiency"].min() == "low"


def test_the_keys_tell_every_row_from_every_other(tables: Tables, second_opinions: str) -> None:
    for some in (tables, tables_of(export(clusterkg.load(second_opinions).graph))):
        for name, (_, rows) in some.items():
            keys = [tuple(row[column] for column in KEYS[name]) for row in rows]
            assert len(set(keys)) == len(keys)
            assert all(None not in key for key in keys)


@pytest.mark.slow
def test_rival_codings_and_another_study_are_valid_too(second_opinions: str, second_study: str, tmp_path: Path) -> None:
    for number, made in enumerate(
        (export(clusterkg.load(second_opinions).graph), export(clusterkg.load(second_study).graph, "demo2020"))
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, content in files_of(made, "0.0", ["csvw", "datapackage"]).items():
            (folder / name).write_bytes(content)
        assert [csvw_says(folder / f"{table}.csv-metadata.json") for table in TABLES] == [""] * 4
        assert frictionless_says(folder) == []


def test_the_readme_names_the_files_of_every_format(made: Export) -> None:
    for formats in (["csv"], ["datapackage", "cube"], list(FORMATS)):
        files = files_of(made, "0.0", formats)
        assert set(files) <= set(FILES)
        text = files["README.txt"].decode()
        listed = [line.split()[0] for line in text.splitlines() if line.split() and line.split()[0] in FILES]
        assert set(listed) == set(files) - {"README.txt"}
        assert ("void.ttl" in files, "dcat.ttl" in files) == (formats != ["csv"],) * 2


def test_formats_are_given_together_or_one_by_one(run: Run, tmp_path: Path) -> None:
    done = run("export", "out", "--format", "csvw,xlsx", "--format", "parquet")
    assert (done.returncode, done.stdout) == (0, "")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"cases.csv", "cases.csv-metadata.json", "cases.xlsx", "cases.parquet"} <= names
    assert "cases.R" not in names
    # Another format may stand in for it: all of that was written by an export.
    assert run("export", "out", "--replace").returncode == 0
    assert "cases.xlsx" not in {path.name for path in (tmp_path / "out").iterdir()}


def test_an_unknown_format_offers_the_nearest_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    done = run("export", "out", "--format", "csv,datapakage")
    assert done.returncode == 2
    assert done.stderr == "clusterkg: datapakage: no such format; did you mean 'datapackage'?\n"
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UnknownName, match="there are: csv, csvw, cube"):
        chosen(["csv,"])


@pytest.mark.parametrize(
    ("format", "package", "extra"), [("parquet", "pyarrow", "parquet"), ("xlsx", "openpyxl", "sheets")]
)
def test_a_package_that_is_missing_is_named_with_the_command_that_brings_it(
    format: str,
    package: str,
    extra: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["export", str(tmp_path / "out"), "--format", f"csv,{format}"]) == 2
    assert capsys.readouterr().err == (f"clusterkg: needs the package {package}; pip install 'clusterkg[{extra}]'\n")
    assert list(tmp_path.iterdir()) == []
