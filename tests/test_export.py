"""The exported files: every value comes back, a blank is never a zero, and R and Stata read what the graph says."""

import csv
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import Run, missing

import clusterkg
from clusterkg.errors import FileError
from clusterkg.export.columns import MODES, REASONS, variable_column
from clusterkg.export.folder import write_folder
from clusterkg.export.formats import files_of
from clusterkg.export.rows import Export, export
from clusterkg.knowledge_graph import KnowledgeGraph

FILES = ["README.txt", "cases.R", "cases.csv", "cases.do", "chains.csv", "codebook.csv", "ratings.csv"]
UPGRADING = ("product", "process", "functional", "intersectoral")


@pytest.fixture(scope="module")
def made(kg: KnowledgeGraph) -> Export:
    return export(kg.graph)


def texts(made: Export) -> dict[str, str]:
    return {name: content.decode() for name, content in files_of(made, "0.0").items()}


@pytest.fixture(scope="module")
def files(made: Export) -> dict[str, str]:
    return texts(made)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_each_case_has_its_row_with_the_printed_scores(files: dict[str, str], kg: KnowledgeGraph) -> None:
    by_name = {row["name"]: row for row in rows(files["cases.csv"])}
    assert len(by_name) == 40
    printed = 0
    for number in ("5", "6", "7"):
        for record in kg.table(number).records():
            row = by_name.get(str(record["cluster"]))
            if row is None:
                continue
            assert row["collective_efficiency"] == str(record["collective_efficiency"]).lower()
            for kind in UPGRADING:
                value = row[f"{kind}_upgrading"]
                if isinstance(record[kind], Decimal):
                    assert Decimal(value) == record[kind]
                    printed += 1
                else:
                    assert value == ""
                    assert row[f"{kind}_upgrading_reason"] in REASONS
    assert printed == 139


def test_governance_codes_are_those_of_the_printed_table(files: dict[str, str], kg: KnowledgeGraph) -> None:
    by_name = {row["name"]: row for row in rows(files["cases.csv"])}
    for record in kg.table(3).records():
        row = by_name[str(record["cluster"])]
        if row["governance_reason"]:
            assert [row[variable_column(mode)] for mode in MODES] == [""] * 4
        else:
            assert [row[variable_column(mode)] for mode in MODES] == [str(record[variable_column(m)]) for m in MODES]


def test_a_blank_has_its_reason_and_a_zero_has_none(files: dict[str, str]) -> None:
    zeros = 0
    for row in rows(files["cases.csv"]):
        for name in (*(f"{kind}_upgrading" for kind in UPGRADING), "collective_efficiency"):
            assert (row[name] == "") == (row[f"{name}_reason"] != "")
            zeros += row[name] == "0"
        assert (row["collective_efficiency"] == "") == (row["collective_efficiency_rank"] == "")
    assert zeros > 0


def test_the_codebook_has_a_line_for_every_column_of_every_file(files: dict[str, str]) -> None:
    book = rows(files["codebook.csv"])
    for name in ("cases.csv", "ratings.csv", "chains.csv"):
        assert [line["column"] for line in book if line["file"] == name] == files[name].splitlines()[0].split(",")
    assert all(line["label"] and line["type"] for line in book)


def test_every_rule_named_in_the_codebook_exists(files: dict[str, str], kg: KnowledgeGraph) -> None:
    for iri in {line["rule"] for line in rows(files["codebook.csv"]) if line["rule"] and line["rule"][-1] != "/"}:
        assert kg.query(f"ASK {{ <{iri}> ?p ?o }}").rows == [(True,)], iri


def test_names_fit_stata_in_a_study_with_more_variables_too(second_study: str, files: dict[str, str]) -> None:
    more = texts(export(clusterkg.load(second_study).graph, "demo2020"))
    assert len(rows(more["cases.csv"])) == 3
    assert "backward_linkage" in more["cases.csv"]
    assert "multilateral_horizontal_l_reason" in more["cases.csv"], "cut to what Stata can take"
    for line in [*rows(files["codebook.csv"]), *rows(more["codebook.csv"])]:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", line["column"])


def test_ratings_keep_those_that_are_not_accepted(second_opinions: str) -> None:
    made = export(clusterkg.load(second_opinions).graph)
    found = made.rows["ratings"]
    assert {row["coding"] for row in found} >= {"published", "ana", "bruno"}
    assert {row["accepted"] for row in found if row["coding"] == "ana"} == {False}
    assert all((row["value"] is None) == (row["reason"] is not None) for row in found)


def test_one_coder_s_values_leave_the_rest_blank(second_opinions: str) -> None:
    made = export(clusterkg.load(second_opinions, coding="ana").graph)
    whys = [row["product_upgrading_reason"] for row in made.rows["cases"] if row["product_upgrading"] is None]
    assert "not coded" in whys
    assert "coding ana alone" in texts(made)["README.txt"]


def test_the_command_writes_the_folder_and_not_over_it(run: Run, tmp_path: Path) -> None:
    done = run("export", "out")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "clusterkg: out: 40 cases, 200 ratings, 84 chains\n"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"], "nothing is left beside it"
    done = run("export", "out")
    assert done.returncode == 2
    assert done.stderr.endswith("out: is there already; name another, or give --replace\n")
    assert run("export", "out", "--replace").returncode == 0


def test_a_folder_with_anything_else_in_it_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(FileError, match=r"holds thesis\.docx, which no export wrote"):
        write_folder(str(tmp_path), {"cases.csv": b""}, replace=True)
    assert (tmp_path / "thesis.docx").read_text() == "mine"


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    write_folder(str(tmp_path / "out"), {"cases.csv": b"old"})
    with pytest.raises(FileError, match="cannot be written"):
        write_folder(str(tmp_path / "out"), {"cases.csv": b"new", "no/such/place.csv": b"x"}, replace=True)
    assert (tmp_path / "out/cases.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


CHECK = """
print(nrow(cases))
for (name in c("product_upgrading", "process_upgrading", "functional_upgrading", "intersectoral_upgrading"))
  cat(name, sum(cases[[name]], na.rm = TRUE), sum(is.na(cases[[name]])), class(cases[[name]]), "\\n")
print(is.ordered(cases$collective_efficiency))
print(levels(cases$collective_efficiency))
print(as.integer(table(cases$quasi_hierarchy)))
print(attr(cases$market, "label"))
"""


def test_r_reads_what_the_graph_says(files: dict[str, str], made: Export, tmp_path: Path) -> None:
    if shutil.which("Rscript") is None:
        missing("Rscript", "apt install r-base-core")
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "check.R").write_text(files["cases.R"] + CHECK, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", "check.R"], capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    expected = ["[1] 40"]
    for kind in UPGRADING:
        values = [row[f"{kind}_upgrading"] for row in made.rows["cases"]]
        known = [Decimal(str(value)) for value in values if value is not None]
        expected.append(f"{kind}_upgrading {float(sum(known)):g} {len(values) - len(known)} numeric")
    codes = [row["quasi_hierarchy"] for row in made.rows["cases"]]
    expected += ["[1] TRUE", '[1] "low"    "medium" "high"']
    expected += [f"[1] {' '.join(f'{n:2}' for n in (codes.count(code) for code in range(4)))}"]
    expected += ['[1] "Market: markets of the counted chains so governed"']
    assert [" ".join(line.split()) for line in done.stdout.splitlines()] == [" ".join(one.split()) for one in expected]


def test_stata_s_script_treats_every_number_and_every_reason(files: dict[str, str], made: Export) -> None:
    # Stata is not to be had freely, so its script is read and not run.
    script = files["cases.do"]
    for one in made.columns["cases"]:
        assert f'label variable {one.name} "{one.label[:80]}"' in script
        if one.kind in ("number", "integer", "code"):
            assert f"destring {one.name}, replace\n" in script
            for letter, reason in zip("abcd", REASONS, strict=True):
                assert f'replace {one.name} = .{letter} if {one.reason} == "{reason}"\n' in script
            assert re.search(rf"label values {one.name} (reasons|codes|degrees)\n", script)
    assert max(map(len, re.findall(r"destring (\w+)", script))) <= 32
