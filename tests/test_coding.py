"""Coding sheets into a study: known things are reused, nothing is written while an error is left, or half."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, Run
from rows import GOOD, NAMES, Prepare, row, sheet, told

import clusterkg
from clusterkg.coding import folder
from clusterkg.coding.importing import prepare
from clusterkg.coding.problems import CellProblem
from clusterkg.validation import check


def test_the_same_case_twice_is_an_error_and_another_coder_or_period_is_not(code: Prepare) -> None:
    assert told(code(GOOD, GOOD), 3) == [("error", "duplicate-case", "case_id;period;coder")]
    rival = code(GOOD, row(coder="bruno", product="3", sum="6.5"))
    assert rival.conforms
    assert "cases_ttl/demo2026/codings/bruno/sialkot-surgical-instruments.ttl" in rival.names
    later = code(GOOD, row(period="2001-2005"))
    assert later.conforms
    assert "cases_ttl/demo2026/cases/sialkot-surgical-instruments--2001-2005.ttl" in later.names


def test_a_cluster_under_another_name_is_a_probable_duplicate(code: Prepare) -> None:
    twin = row(case_id="sialkot-shoes", name="Sialkot shoes")
    assert ("warning", "probable-duplicate", "case_id;name;place;country;industry") in told(code(GOOD, twin), 3)
    elsewhere = row(case_id="lahore-shoes", name="Lahore shoes", place="Lahore")
    assert told(code(GOOD, elsewhere), 3) == []


def test_a_known_cluster_is_reused_and_not_written_anew(code: Prepare) -> None:
    known = row(case_id="leon-footwear", name="León footwear", place="León", country="Mexico", iso3="MEX", isic4="")
    prepared = code(known)
    assert prepared.conforms
    assert not [name for name in prepared.names if "clusters" in name]
    wrong = code({**known, "country": "Peru", "iso3": "PER"})
    assert told(wrong) == [("error", "cluster-differs", "case_id;country;iso3")]


def test_the_folder_works_at_once(code: Prepare, tmp_path: Path, run: Run) -> None:
    code(GOOD, row(case_id="agra-footwear", name="Agra footwear", place="Agra", country="India", iso3="IND")).write()
    out = str(tmp_path / "out")
    checked = run("check", "--data", out)
    assert checked.returncode == 0
    assert "0 errors, 0 warnings" in checked.stderr
    table = run("table", "5", "--study", "demo2026", "--data", out, "--format", "csv")
    assert table.stdout.splitlines()[1] == "Footwear,Sialkot surgical instruments,High,2,2.5,1,0,5.5"
    governance = run("table", "3", "--study", "demo2026", "--data", out, "--format", "csv")
    assert ",1,0,2,0" in governance.stdout
    assert run("case", "agra-footwear", "--study", "demo2026", "--data", out).returncode == 0


def test_a_small_study_with_one_case_of_another_group_is_well(code: Prepare, tmp_path: Path) -> None:
    towns = [row(case_id=f"town-{number}", name=f"Town {number}", place=f"Town {number}") for number in range(4)]
    software = {"sectoral_group": "specialised-suppliers", "industry": "Software", "isic4": "6201"}
    code(*towns[:3], {**towns[3], **software}).write()
    report = check([str(tmp_path / "out")])
    assert report.of_level("error") + report.of_level("warning") == []


def test_every_value_points_back_at_its_cell(code: Prepare, tmp_path: Path) -> None:
    code(GOOD).write()
    answer = clusterkg.load(str(tmp_path / "out")).query(
        """PREFIX ckg: <https://w3id.org/clusterkg/ontology#> PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?value ?cell {
          ?value prov:wasDerivedFrom ?cell ; a ?kind .
          FILTER(?kind IN (ckg:Rating, ckg:ValueChain))
        } ORDER BY ?value"""
    )
    cells = {str(value).partition("#")[2]: str(cell).partition("#cell=")[2] for value, cell in answer.rows}
    assert len(cells) == 7
    assert cells["process-upgrading"] == f"2,{NAMES.index('process') + 1}"
    assert cells["chain-quasi-hierarchy-global"] == f"2,{NAMES.index('quasi_hierarchy') + 1}"


def test_more_cases_join_a_founded_study_and_none_is_lost(code: Prepare, tmp_path: Path) -> None:
    code(GOOD).write()
    second = code(row(case_id="agra-footwear", name="Agra footwear", place="Agra", country="India", iso3="IND"))
    second.write()
    kg = clusterkg.load(str(tmp_path / "out"))
    clusters = [record["cluster"] for record in kg.table(5, study="demo2026").records()]
    assert clusters == ["Sialkot surgical instruments", "Agra footwear", "Total", "Average"]
    again = code(GOOD)
    assert told(again) == [("error", "case-exists", "case_id;period;coder")]
    assert code(row(product="3", sum="6.5"), replace=True).conforms


def test_nothing_is_written_while_an_error_is_left(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(sheet([row(product="7", sum="")]), encoding="utf-8")
    done = run("code", "cases.csv", "--study", "demo2026", "--out", "out", "--problems", "problems.csv")
    assert done.returncode == 1
    assert not (tmp_path / "out").exists()
    rows = list(csv.DictReader((tmp_path / "problems.csv").read_text(encoding="utf-8").splitlines()))
    assert [(one["level"], one["rule"], one["field"]) for one in rows] == [("error", "rating-score", "product")]
    assert "nothing was written" in done.stderr


def test_a_dry_run_writes_nothing_and_a_missing_sheet_is_a_problem(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(sheet([GOOD]), encoding="utf-8")
    done = run("code", "cases.csv", "--study", "demo2026", "--out", "out", "--dry-run")
    assert (done.returncode, (tmp_path / "out").exists()) == (0, False)
    gone = run("code", "gone.xlsx", "--study", "demo2026", "--out", "out", "--problems", "problems.csv")
    assert gone.returncode == 1
    assert "no such file" in (tmp_path / "problems.csv").read_text(encoding="utf-8")
    assert run("code", "cases.csv", "--study", "No Key", "--out", "out").returncode == 2


def test_a_study_may_bear_the_key_of_a_work_that_its_sheet_cites(code: Prepare, tmp_path: Path) -> None:
    prepared = code(GOOD, study="nadvi1999")
    assert told(prepared) == []
    assert prepared.files()["cases_ttl/nadvi1999/sources.ttl"].count("a ckg:Source") == 1


def test_a_new_case_of_the_shipped_study_moves_none_of_its_tables(code: Prepare, tmp_path: Path) -> None:
    code(GOOD, study="giuliani2005").write()
    added, shipped = clusterkg.load(str(tmp_path / "out")), clusterkg.load()
    for number in ("2", "3", "5", "6", "7"):
        assert added.table(number).rows == shipped.table(number).rows
    assert added.case(GOOD["case_id"])["name"] == GOOD["name"]


def test_chains_say_more_of_what_the_codes_count(code: Prepare) -> None:
    chain = {
        "case_id": GOOD["case_id"],
        "governance_mode": "quasi-hierarchy",
        "market_scope": "global",
        "destination": "Germany; United States",
        "functional_effect": "hinders",
        "locator": "p. 7",
    }
    prepared = code(GOOD, chains=[chain])
    assert told(prepared) == []
    text = prepared.files()["cases_ttl/demo2026/cases/sialkot-surgical-instruments.ttl"]
    assert "ckg:hinders dim:functional-upgrading" in text
    assert text.count("a ckg:ValueChain") == 2
    uncounted = code(GOOD, chains=[{**chain, "governance_mode": "hierarchy"}])
    assert told(uncounted) == [("warning", "chain-not-counted", "governance_mode;market_scope")]
    assert "ckg:describedChain" in uncounted.files()["cases_ttl/demo2026/cases/sialkot-surgical-instruments.ttl"]
    assert told(code(GOOD, chains=[{**chain, "case_id": "sialkot"}])) == [("error", "unknown-case", "case_id")]
    assert told(code(GOOD, chains=[{**chain, "functional_effect": "blocks"}])) == [
        ("error", "effect", "functional_effect")
    ]


def test_values_bring_evidence_and_second_opinions(code: Prepare) -> None:
    value = {
        "case_id": GOOD["case_id"],
        "variable": "product",
        "value": "2",
        "evidence": "Better steel.",
        "locator": "p. 9",
    }
    prepared = code(GOOD, values=[value, {**value, "coder": "bruno", "value": "3", "source": "Halder (2004)"}])
    assert told(prepared) == []
    files = prepared.files()
    assert '"Better steel."@und' in files["cases_ttl/demo2026/cases/sialkot-surgical-instruments.ttl"]
    rival = files["cases_ttl/demo2026/codings/bruno/sialkot-surgical-instruments.ttl"]
    assert "ckg:score 3.0" in rival
    assert "ckg:accepted false" in rival
    assert told(code(GOOD, values=[{**value, "value": "3"}])) == [("error", "value-differs", "value")]
    assert told(code(GOOD, values=[value, value])) == [("error", "value-twice", "case_id;variable;coder")]
    assert told(code(GOOD, values=[{**value, "variable": "prodct"}])) == [("error", "unknown-variable", "variable")]
    assert told(code(GOOD, values=[{**value, "value": ""}])) == [("error", "value-missing", "value")]


def test_a_second_opinion_on_a_shipped_case_is_a_coding_beside_it(code: Prepare, tmp_path: Path) -> None:
    value = {
        "case_id": "leon-footwear",
        "variable": "product",
        "value": "3",
        "coder": "ana",
        "source": "Rabellotti (1999)",
        "locator": "p. 1",
    }
    prepared = code(values=[value], study="giuliani2005")
    assert told(prepared) == []
    prepared.write()
    kg = clusterkg.load(str(tmp_path / "out"))
    assert kg.table(5).records()[0] == clusterkg.load().table(5).records()[0]
    assert clusterkg.load(str(tmp_path / "out"), coding="ana").table(5).rows != kg.table(5).rows


KILLED = """
import sys, os
sys.path.insert(0, sys.argv[1])
from clusterkg.coding import folder
files = {f"cases_ttl/demo/cases/case-{n}.ttl": "new " * 2000 for n in range(300)}
print("ready", flush=True)
folder.write(sys.argv[2], files)
print("done", flush=True)
"""


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_all_or_nothing(tmp_path: Path) -> None:
    """A process that writes is killed at random points: the folder is as it was, or complete."""
    out = tmp_path / "out"
    old = {f"cases_ttl/demo/cases/case-{number}.ttl": "old" for number in range(300)}
    folder.write(str(out), old)
    chance = random.Random(2005)
    seen = set()
    for _ in range(25):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(ROOT), str(out)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.random() * 0.25)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        folder.mend(str(out))
        texts = {path.read_text(encoding="utf-8")[:3] for path in out.glob("cases_ttl/demo/cases/*.ttl")}
        assert len(list(out.glob("cases_ttl/demo/cases/*.ttl"))) == 300
        assert len(texts) == 1, "some files are new and some old"
        seen |= texts
        if texts == {"new"}:
            folder.write(str(out), old)
    assert "old" in seen
    folder.write(str(out), {"cases_ttl/demo/study.ttl": "last"})
    assert (out / "cases_ttl/demo/study.ttl").read_text(encoding="utf-8") == "last"


def test_a_folder_that_cannot_be_written_is_as_it_was(code: Prepare, tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    (tmp_path / "cases.csv").write_text(sheet([GOOD]), encoding="utf-8")
    done = run("code", "cases.csv", "--study", "demo2026", "--out", "file")
    assert done.returncode == 2
    assert (tmp_path / "file").read_text(encoding="utf-8") == "no folder"
    code(GOOD).write()
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.ttl")}
    os.chmod(tmp_path / "out", 0o500)
    try:
        if os.access(tmp_path / "out", os.W_OK):
            # Who may do everything is not stopped by a mode: then a name that cannot be a file's does.
            with pytest.raises(Exception, match="cannot be written"):
                folder.write(str(tmp_path / "out"), {"cases_ttl/" + "x" * 300 + ".ttl": "text"})
        else:
            with pytest.raises(Exception, match="cannot be written"):
                folder.write(str(tmp_path / "out"), {"cases_ttl/demo2026/study.ttl": "text"})
    finally:
        os.chmod(tmp_path / "out", 0o700)
    assert before == {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.ttl")}


def test_both_engines_find_the_same_in_a_sheet(tmp_path: Path) -> None:
    rows = [
        row(case_id=f"town-{number}", name=f"Town {number}", place=f"Town {number}", **changes)
        for number, changes in enumerate(
            ({"product": "7", "sum": ""}, {"source": ""}, {"locator": ""}, {"lead_actor": ""})
        )
    ]
    (tmp_path / "cases.csv").write_text(sheet(rows), encoding="utf-8")
    found: list[list[CellProblem]] = [
        list(prepare([str(tmp_path / "cases.csv")], "demo2026", str(tmp_path / "out"), engine=engine).problems)
        for engine in ("shacl", "pyshacl")
    ]
    assert found[0] == found[1]
    assert len(found[0]) >= 4
