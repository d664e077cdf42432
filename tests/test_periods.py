"""A cluster coded for two periods: its two cases are told apart wherever they are shown."""

import json
import re
from pathlib import Path

import pytest
from conftest import Run, rows_of
from rows import row, sheet

import clusterkg
from clusterkg.coding.codebook import pages
from clusterkg.coding.columns import LONG
from clusterkg.coding.importing import prepare

EARLY, LATE = "sialkot-surgical-instruments", "sialkot-surgical-instruments--2001-2005"
NAMES = ["Sialkot surgical instruments (1990s)", "Sialkot surgical instruments (2001-2005)"]


@pytest.fixture(scope="module")
def periods(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with one cluster at two periods, each by two coders, and another cluster at one period."""
    work = tmp_path_factory.mktemp("periods")
    later = {"period": "2001-2005", "product": "3", "sum": "6.5", "note": "The ban was lifted."}
    cases = [row(), row(**later), row(**later, coder="ben", process="2") | {"sum": "6"}, row(coder="ben")]
    cases.append(row(case_id="lahore-footwear", name="Lahore footwear", place="Lahore"))
    backed = {"case_id": EARLY, "variable": "process", "value": "2.5", "coder": "ana", "confidence": "high"}
    values = [backed | {"source": "Nadvi (1999); Halder (2004)", "locator": "p. 3", "evidence": "New\nfurnaces."}]
    (work / "cases.csv").write_text(sheet(cases), encoding="utf-8")
    (work / "values.csv").write_text(sheet(values, [column.name for column in LONG]), encoding="utf-8")
    prepared = prepare([str(work / "cases.csv"), str(work / "values.csv")], "demo2026", str(work / "out"))
    assert prepared.conforms, list(prepared.problems)
    prepared.write()
    return str(work / "out")


@pytest.mark.parametrize("study", ["demo2026", "all"])
@pytest.mark.parametrize("number", ["3", "5"])
def test_a_table_tells_the_periods_of_one_cluster_apart(run: Run, periods: str, number: str, study: str) -> None:
    out = run("table", number, "--study", study, "--data", periods, "--format", "csv").stdout
    names = [one["cluster"] for one in rows_of(out)]
    assert [name for name in names if "Sialkot" in name] == NAMES
    assert "Lahore footwear" in names, "one period needs no telling"


def test_the_pooled_appendix_and_the_printed_labels_tell_them_apart(run: Run, periods: str) -> None:
    names = [
        one["case"] for one in rows_of(run("table", "A", "--study", "all", "--data", periods, "--format", "csv").stdout)
    ]
    assert [name for name in names if "Sialkot" in name] == NAMES
    options = ("--study", "demo2026", "--labels", "printed", "--data", periods, "--format", "csv")
    assert [one["cluster"] for one in rows_of(run("table", "3", *options).stdout)] == [*NAMES, "Lahore footwear"]
    assert "none of its labels" not in run("check", "--data", periods).stdout


def test_a_period_alone_is_in_no_name(run: Run) -> None:
    """Eleven cases of the first study have a period, and each is its cluster's only case."""
    assert "Empirical work" not in run("tables").stdout
    assert "Empirical work" not in run("tables", "--study", "all").stdout


def test_impact_and_disagreements_and_codebook_tell_them_apart(run: Run, periods: str) -> None:
    new = [
        one["case"] for one in rows_of(run("impact", periods, "--format", "csv").stdout) if one["section"] == "new case"
    ]
    assert sorted(new) == ["Lahore footwear", *NAMES]
    out = run("agreement", "--disagreements", "--study", "demo2026", "--data", periods, "--format", "csv").stdout
    assert {one["cluster"] for one in rows_of(out)} == {NAMES[1]}
    page = {page.name: page for page in pages(clusterkg.load(periods).graph)}["product"]
    assert page.coded == 35 + 3
    assert next(option.cases for option in page.options if option.word == "3").count(NAMES[1]) == 1


def test_cases_of_one_name_in_two_studies_are_counted_twice_in_the_codebook(tmp_path: Path) -> None:
    work = tmp_path / "cases.csv"
    known = {"case_id": "sinos-valley-footwear", "name": "Sinos Valley footwear", "country": "Brazil", "iso3": "BRA"}
    work.write_text(sheet([row(**known, place="")]), encoding="utf-8")
    prepare([str(work)], "demo2026", str(tmp_path / "out")).write()
    page = {page.name: page for page in pages(clusterkg.load(str(tmp_path / "out")).graph)}["product"]
    assert page.coded == 36
    assert "Sinos Valley footwear (demo2026)" in next(one.cases for one in page.options if one.word == "2")
    assert "Sinos Valley footwear (giuliani2005)" in next(one.cases for one in page.options if one.word == "3")


def test_case_shows_period_evidence_and_note(run: Run, periods: str) -> None:
    def out(slug: str, format: str) -> str:
        return run("case", slug, "--study", "demo2026", "--data", periods, "--format", format).stdout

    text = out(EARLY, "table")
    assert re.search(r"\n  Period +1990s\n", text)
    assert re.search(r"\n  Process upgrading +2\.5 +p\. 3\n      New furnaces\.\n    Coding by ben\*", text)
    assert "\nEvidence: Firms raised quality after a ban by the US regulator.\n" in text
    assert "\nNote: The ban was lifted.\n" in out(LATE, "table")
    assert max(map(len, text.splitlines())) <= 80
    assert '\nRatings,Process upgrading,2.5,p. 3,Halder (2004); Nadvi (1999),"New\nfurnaces.",,\n' in out(EARLY, "csv")
    assert "| Notes | Note | The ban was lifted. |" in out(LATE, "md")
    assert "| Ratings | Process upgrading | 2.5 | p. 3 | Halder (2004); Nadvi (1999) | New<br>furnaces. |" in out(
        EARLY, "md"
    )
    case = json.loads(out(EARLY, "json"))
    assert (case["period"], case["evidence"]) == ("1990s", ["Firms raised quality after a ban by the US regulator."])
    assert [one["evidence"] for one in case["ratings"] if one["variable"] == "Process upgrading"] == [
        "New\nfurnaces.",
        None,
    ]


def test_a_case_without_a_period_shows_none(run: Run) -> None:
    assert "Period" not in run("case", "sinos-valley-footwear").stdout
    assert json.loads(run("case", "sinos-valley-footwear", "--format", "json").stdout)["period"] is None
    assert re.search(r"\n  Period +Empirical work, September", run("case", "monterrey-software").stdout)


def test_both_engines_tell_periods_apart(periods: str) -> None:
    kg = clusterkg.load(periods)
    study = "https://w3id.org/clusterkg/study/demo2026"
    for name in ("tables/governance", "tables/upgrading", "coding/ratings"):
        assert kg.query(name, engine="rdflib", study=study) == kg.query(name, study=study)
    for name in ("pooled/governance", "pooled/case-studies", "pooled/profiles", "coding/uses"):
        assert kg.query(name, engine="rdflib") == kg.query(name)
