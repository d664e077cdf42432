"""Coding sheets into a study: each mistake told on its cell with its remedy, nothing written while an error is left."""

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
from rows import GOOD, NAMES, Prepare, Row, row, sheet, told

import clusterkg
from clusterkg.coding import folder
from clusterkg.coding.importing import Import, prepare
from clusterkg.coding.problems import COLUMNS, CellProblem
from clusterkg.validation import check


def test_a_good_row_has_no_problem(code: Prepare) -> None:
    assert told(code(GOOD)) == []


MISTAKES: dict[str, tuple[Row, str, str, str, str]] = {
    # what a coder writes: level, rule, field, a piece of the remedy
    "score too high": ({"product": "4", "sum": ""}, "error", "rating-score", "product", "0 to 3"),
    "score below zero": ({"product": "-1", "sum": ""}, "error", "rating-score", "product", "0 to 3"),
    "word for number": ({"process": "high", "sum": ""}, "error", "rating-score", "process", "high is 3"),
    "two scores": ({"process": "2-3", "sum": ""}, "error", "rating-score", "process", "half point"),
    "yes for a score": ({"process": "yes", "sum": ""}, "error", "rating-score", "process", "yes or no"),
    "a date in place of a score": ({"process": "02-Jan", "sum": ""}, "error", "rating-score", "process", "made a date"),
    "finer than half a point": ({"product": "1.75", "sum": ""}, "warning", "rating-score-step", "product", ""),
    "decimal comma": ({"process": "2,5"}, "normalised", "decimal-comma", "process", ""),
    "full-width digit": ({"product": "２"}, "normalised", "full-width", "product", ""),
    "stray spaces": ({"country": " Pakistan\u00a0"}, "normalised", "stray-spaces", "country", ""),
    "number for a degree": ({"collective_efficiency": "3"}, "error", "rating-degree", "collective_efficiency", "high"),
    "between two degrees": (
        {"collective_efficiency": "medium-high"},
        "error",
        "rating-degree",
        "collective_efficiency",
        "choose one",
    ),
    "spelling of a degree": (
        {"collective_efficiency": "H i g h"},
        "normalised",
        "spelling",
        "collective_efficiency",
        "",
    ),
    "unknown group": (
        {"sectoral_group": "trad manufacturing"},
        "error",
        "case-sectoral-group",
        "sectoral_group",
        "did you mean",
    ),
    "no group": ({"sectoral_group": ""}, "error", "case-sectoral-group", "sectoral_group", ""),
    "sum that does not add up": (
        {"sum": "6"},
        "error",
        "sum",
        "product;process;functional;intersectoral;sum",
        "leave sum empty",
    ),
    "unknown country": ({"country": "Pakistann", "iso3": ""}, "error", "cluster-country", "country", "Pakistan"),
    "unknown code": ({"country": "", "iso3": "PKS"}, "error", "cluster-country", "iso3", ""),
    "country and code that disagree": ({"iso3": "IND"}, "error", "country-code", "country;iso3", "PAK"),
    "no country": ({"country": "", "iso3": ""}, "error", "cluster-country", "country;iso3", ""),
    "missing source": ({"source": ""}, "error", "case-source", "source", ""),
    "missing locator": ({"locator": ""}, "warning", "rating-locator", "locator", ""),
    "link for a citation": ({"source": "https://example.org/nadvi.pdf"}, "warning", "source-link", "source", ""),
    "reversed period": ({"period": "2001-1999"}, "error", "period-order", "period", "exchange"),
    "no period": ({"period": "long ago"}, "error", "period", "period", "1988-2001"),
    "two-figure year": ({"period": "1988-92"}, "normalised", "short-year", "period", ""),
    "no governance code": ({"quasi_hierarchy": "5"}, "error", "governance-code", "quasi_hierarchy", "3 both"),
    "yes for a governance code": (
        {"quasi_hierarchy": "yes"},
        "error",
        "governance-code",
        "quasi_hierarchy",
        "1 domestic",
    ),
    "a sum that is no number": ({"sum": "five"}, "error", "sum-number", "sum", "leave sum empty"),
    "a code of no country": ({"iso3": "PKS"}, "error", "country-code", "country;iso3", "write PAK"),
    "a month for a period": ({"period": "1988-01"}, "error", "period", "period", "all four digits"),
    "a dash for the kind of source": ({"source_basis": "x"}, "warning", "missing-mark", "source_basis", "not reported"),
    "a coder that is none": ({"coder": "n.d."}, "warning", "missing-mark", "coder", "not reported"),
    "an industry in another script": (
        {"industry": "服装"},
        "warning",
        "new-industry",
        "industry",
        "check the spelling",
    ),
    "a period in the case_id": (
        {"case_id": "sialkot--1980s"},
        "error",
        "case-id-period",
        "case_id;period",
        "in the column period",
    ),
    "no case_id": ({"case_id": ""}, "normalised", "case-id-made", "case_id;name", "write it"),
    "a class of ISIC with two digits": ({"isic4": "15"}, "error", "cluster-industry-class", "isic4", "1511"),
    "a blank among governance codes": ({"network": ""}, "error", "governance-blank", "network", "write 0"),
    "code and reason mixed": (
        {"network": "N/A"},
        "error",
        "governance-mixed",
        "market;network;quasi_hierarchy;hierarchy",
        "",
    ),
    "leader without a chain abroad": (
        {"quasi_hierarchy": "0"},
        "error",
        "lead-actor",
        "lead_actor;market;network;quasi_hierarchy;hierarchy",
        "sheet chains",
    ),
    "no leader of a global quasi-hierarchy": ({"lead_actor": ""}, "warning", "chain-leader-missing", "lead_actor", ""),
    "all governance zero": (
        {"market": "0", "quasi_hierarchy": "0", "lead_actor": ""},
        "warning",
        "case-governance-absent",
        "market;network;quasi_hierarchy;hierarchy",
        "",
    ),
    "lost leading zero": ({"isic4": "119"}, "normalised", "leading-zero", "isic4", "text"),
    "unknown ISIC class": ({"isic4": "9999"}, "error", "cluster-industry-class", "isic4", ""),
    "industry at odds with its group": ({"isic4": "6201"}, "warning", "case-usual-group", "sectoral_group", ""),
    "new industry": ({"industry": "Surgical instruments"}, "warning", "new-industry", "industry", "check the spelling"),
    "no industry": ({"industry": ""}, "error", "cluster-industry", "industry", ""),
    "other mark for missing": (
        {"functional": "n.d.", "sum": ""},
        "warning",
        "missing-mark",
        "functional",
        "not reported",
    ),
    "a dash for missing": ({"functional": "-", "sum": ""}, "warning", "missing-mark", "functional", "N/A"),
    "spelling of missing": ({"functional": "n.r.", "sum": ""}, "normalised", "missing-spelling", "functional", ""),
    "unknown confidence": ({"confidence": "sure"}, "error", "rating-confidence", "confidence", "low"),
    "GeoNames number that is none": ({"geonames_id": "abc"}, "error", "geonames-id", "geonames_id;place", "digits"),
    "GeoNames number of another place": (
        {"geonames_id": "3998655"},
        "warning",
        "geonames-place",
        "geonames_id;place",
        "",
    ),
    "mojibake": ({"note": "SÃ£o Paulo"}, "warning", "text-mojibake", "note", "São Paulo"),
    "HTML": ({"note": "<b>strong</b> ties"}, "warning", "text-markup", "note", ""),
    "hidden direction sign": ({"note": "abc\u202edef"}, "error", "text-hidden", "note", ""),
    "no name": ({"name": ""}, "error", "case-name", "name", ""),
    "formula": ({"note": "=1+1"}, "error", "formula", "note", "value itself"),
    "coder without a letter": ({"coder": "深圳"}, "error", "coder-name", "coder", "initials"),
}


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> Import:
    """All mistakes at once: a row each, in a sheet."""
    path = tmp_path_factory.mktemp("mistakes") / "cases.csv"
    rows = [
        row(**{"case_id": f"town-{number}-works", "name": f"Town {number} works", "place": f"Town {number}", **changes})
        for number, (changes, *_) in enumerate(MISTAKES.values())
    ]
    path.write_text(sheet(rows), encoding="utf-8")
    return prepare([str(path)], "demo2026", str(path.parent / "out"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_on_its_cell_with_its_remedy(mistake: str, mistaken: Import) -> None:
    _, level, rule, field, remedy = MISTAKES[mistake]
    number = list(MISTAKES).index(mistake) + 2
    problems = [problem for problem in mistaken.problems if problem.row == number]
    found = [p for p in problems if (p.level, p.rule) == (level, rule) and (not field or p.field == field)]
    assert len(found) == 1, problems
    assert remedy in found[0].fix
    assert all(p is found[0] or p.level != "error" for p in problems), problems


def test_a_mistake_makes_no_noise_beside_it(mistaken: Import) -> None:
    """A row with one mistake has one problem, unless the mistake hides something else."""
    beside = {"unknown ISIC class", "missing source", "word for number"}
    for number, mistake in enumerate(MISTAKES, start=2):
        problems = [problem for problem in mistaken.problems if problem.row == number]
        assert len(problems) == 1 or mistake in beside, (mistake, problems)


def test_a_sum_is_not_held_against_a_score_that_is_none(code: Prepare) -> None:
    assert told(code(row(process="high"))) == [("error", "rating-score", "process")]


def test_the_place_of_a_problem_is_the_cell_as_the_spreadsheet_shows_it(mistaken: Import) -> None:
    number = list(MISTAKES).index("score too high") + 2
    problem = next(problem for problem in mistaken.problems if problem.row == number)
    letter = chr(ord("A") + NAMES.index("product"))
    assert (problem.sheet, problem.cell, problem.value) == ("cases", f"{letter}{number}", "4")


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "Brasil", "iso3": ""},
        {"country": "México", "iso3": "MEX"},
        {"country": "", "iso3": "PAK"},
        {"sectoral_group": "Specialized suppliers", "isic4": "6201", "industry": "Software"},
        {"sectoral_group": "specialised-suppliers", "isic4": "6201", "industry": "Software"},
        {"functional": "not reported", "sum": "4.5"},
        {"functional": "N/A", "sum": ""},
        {"market": "N/A", "network": "N/A", "quasi_hierarchy": "N/A", "hierarchy": "N/A", "lead_actor": ""},
        {"market": "", "network": "", "quasi_hierarchy": "", "hierarchy": "", "lead_actor": ""},
        {"period": "1988-2001"},
        {"period": "1999"},
        {"isic4": "0113", "sectoral_group": "natural-resource-based", "industry": "Melons"},
        {"note": "سیالکوٹ کے آلات جراحی 深圳 электроника"},
        {"note": "- exports fell; a < b and c > d"},
        {"source": "Nadvi (1999); Nadvi and Halder (2005)"},
        {"collective_efficiency": "not applicable"},
        {"coder": ""},
    ],
    ids=str,
)
def test_what_is_right_is_left_alone(changes: Row, code: Prepare) -> None:
    assert told(code(row(**changes))) == []


def test_a_blank_is_no_zero(code: Prepare, tmp_path: Path) -> None:
    prepared = code(row(functional="", sum="4.5"))
    text = prepared.files()["cases_ttl/demo2026/cases/sialkot-surgical-instruments.ttl"]
    assert "#functional-upgrading" not in text
    assert "#product-upgrading" in text


def test_all_problems_come_at_once_sorted_by_row(mistaken: Import) -> None:
    rows = [problem.row for problem in mistaken.problems]
    assert rows == sorted(rows)
    assert len(set(rows)) == len(MISTAKES)
    assert mistaken.problems.to_csv().splitlines()[0] == ",".join(COLUMNS)


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
