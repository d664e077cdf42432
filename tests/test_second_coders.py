"""Cases coded twice: no coder's values are lost by another's, and nothing of a second row is passed over in silence."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Run
from rows import GOOD, NAMES, Prepare, row, sheet, told
from sheet_files import Write

import clusterkg
from clusterkg.coding import folder
from clusterkg.coding.importing import prepare
from clusterkg.errors import FileError
from clusterkg.validation import Problem, check

CASE = "cases_ttl/demo2026/cases/sialkot-surgical-instruments.ttl"
RIVAL = "cases_ttl/demo2026/codings/bruno/sialkot-surgical-instruments.ttl"
BRUNO = row(coder="bruno", product="3", sum="6.5")


def doubts(folder: Path) -> list[Problem]:
    """Return the errors and warnings about what a folder holds; a check of all files beside it is the first test's."""
    report = check([str(folder)])
    return report.of_level("error") + report.of_level("warning")


def test_a_second_coder_who_codes_anew_leaves_the_first_ones_case_alone(
    code: Prepare, tmp_path: Path, run: Run
) -> None:
    code(GOOD, BRUNO).write()
    assert told(code(BRUNO)) == [("error", "case-exists", "case_id;period;coder")]
    again = code(row(coder="bruno", product="0.5", sum="4"), replace=True)
    assert again.conforms
    assert CASE not in again.names
    again.write()
    first, second = (tmp_path / "out" / CASE).read_text(), (tmp_path / "out" / RIVAL).read_text()
    assert "ckg:score 2.0" in first
    assert "ckg:score 0.5" in second
    checked = run("check", "--data", str(tmp_path / "out"))
    assert (checked.returncode, "0 errors, 0 warnings" in checked.stderr) == (0, True), checked.stdout


def test_a_first_coder_who_codes_anew_leaves_the_second_ones_values_alone(code: Prepare, tmp_path: Path) -> None:
    code(GOOD, BRUNO).write()
    before = (tmp_path / "out" / RIVAL).read_text()
    again = code(row(product="1", sum="4.5"), replace=True)
    assert told(again) == []
    again.write()
    assert (tmp_path / "out" / RIVAL).read_text() == before
    assert "#product-upgrading>" in (tmp_path / "out" / CASE).read_text()


def test_what_a_case_coded_anew_leaves_out_is_told(code: Prepare) -> None:
    code(GOOD).write()
    again = code(row(product="", sum="3.5"), replace=True)
    assert told(again) == [("warning", "replaced", "case_id;name")]
    assert "product-upgrading" in again.problems.of_level("warning")[0].message


def test_a_case_that_rates_nothing_is_its_coders_all_the_same(code: Prepare) -> None:
    rated = ("collective_efficiency", "product", "process", "functional", "intersectoral", "sum")
    code(row(**dict.fromkeys(rated, ""))).write()
    assert told(code(GOOD)) == [("error", "case-exists", "case_id;period;coder")]
    second = code(BRUNO)
    assert [found for found in told(second) if found[0] == "error"] == []
    assert RIVAL in second.names
    assert CASE not in second.names


def test_a_later_import_may_rate_what_the_study_did_not(code: Prepare) -> None:
    code(row(functional="", sum="4.5")).write()
    later = code(row(case_id="agra-footwear", name="Agra footwear", place="Agra", country="India", iso3="IND"))
    assert told(later) == []
    assert "dim:functional-upgrading" in later.files()["cases_ttl/demo2026/study.ttl"]


def test_a_row_that_forgets_its_coder_is_no_second_opinion(code: Prepare) -> None:
    assert told(code(GOOD, row(coder="")), 3) == [("error", "coder-missing", "coder")]
    code(GOOD).write()
    forgotten = code(row(coder=""))
    assert told(forgotten) == [("error", "coder-missing", "coder")]
    assert "write ana" in forgotten.problems.of_level("error")[0].fix


def test_faults_of_a_second_row_are_told_although_its_codes_are_not_kept(code: Prepare) -> None:
    wrong = row(coder="bruno", market="7", sectoral_group="trad manufacturing")
    errors = [found for found in told(code(GOOD, wrong), 3) if found[0] == "error"]
    assert errors == [("error", "case-sectoral-group", "sectoral_group"), ("error", "governance-code", "market")]


@pytest.mark.parametrize(
    ("changes", "level", "field"),
    [
        ({"country": "India", "iso3": "IND"}, "error", "country"),
        ({"place": "Lahore"}, "warning", "place"),
        ({"industry": "Textiles"}, "warning", "industry"),
        ({"isic4": "1410"}, "warning", "isic4"),
        ({"name": "Sialkot steel"}, "warning", "name"),
    ],
    ids=str,
)
def test_a_second_row_that_describes_the_cluster_otherwise_is_told(
    changes: dict[str, str], level: str, field: str, code: Prepare
) -> None:
    found = told(code(GOOD, row(coder="bruno", **changes)), 3)
    assert (level, "cluster-differs", f"case_id;{field}") in found
    # Its good neighbour: the same words, or a blank.
    assert told(code(GOOD, row(coder="bruno", **dict.fromkeys(changes, ""))), 3) in (
        [],
        [("error", "case-name", "name")],
    )


def test_a_second_row_fills_what_the_first_leaves_blank(code: Prepare) -> None:
    prepared = code(row(isic4="", place=""), row(period="2001", isic4="1520", place="Sialkot"))
    assert told(prepared) == []
    text = prepared.files()["cases_ttl/clusters/sialkot-surgical-instruments.ttl"]
    assert "isic4:1520" in text
    assert '"Sialkot"@en' in text


def test_a_later_period_keeps_the_name_of_its_row_beside_the_clusters(code: Prepare, tmp_path: Path) -> None:
    prepared = code(GOOD, row(period="2001", name="Sialkot, surgical steel"))
    assert told(prepared) == []
    assert '"Sialkot, surgical steel"' in prepared.files()[CASE.replace(".ttl", "--2001.ttl")]
    prepared.write()
    assert doubts(tmp_path / "out") == []


def test_names_in_another_script_do_not_merge_clusters(code: Prepare) -> None:
    shenzhen = row(case_id="", name="深圳电子", place="Shenzhen", country="China", iso3="CHN")
    other = {**shenzhen, "name": "东莞电子"}
    prepared = code(shenzhen, other)
    assert told(prepared, 2) == [("normalised", "case-id-made", "case_id;name")]
    assert told(prepared, 3) == [("error", "case-id", "case_id;name;place")]
    nameless = code({**shenzhen, "place": "深圳"})
    assert told(nameless) == [("error", "case-id", "case_id;name;place")]
    assert told(code({**shenzhen, "case_id": "shenzhen-electronics"})) == []


def test_two_clusters_with_one_name_are_an_error_as_check_has_it(code: Prepare) -> None:
    twin = row(case_id="sialkot-footwear", place="Lahore")
    assert told(code(GOOD, twin), 3) == [("error", "cluster-name", "case_id;name")]
    known = row(case_id="leon-shoes", name="León footwear", place="León", country="Mexico", iso3="MEX")
    assert told(code(known)) == [("error", "cluster-name", "case_id;name")]
    assert told(code(GOOD, row(case_id="sialkot-footwear", name="Sialkot footwear", place="Lahore")), 3) == []


def test_a_case_id_may_repeat_the_period_and_founds_no_other_cluster(code: Prepare) -> None:
    prepared = code(row(case_id="sialkot-surgical-instruments--1990s"))
    assert told(prepared) == []
    assert CASE in prepared.names


@pytest.mark.parametrize("reason", ["not reported", "N/A", "not applicable"])
def test_a_reason_is_no_name_of_an_actor_a_coder_or_a_place_in_a_source(reason: str, code: Prepare) -> None:
    prepared = code(row(lead_actor=reason, coder=reason, locator=reason, note=reason, evidence=reason))
    assert set(told(prepared)) == {
        ("warning", "chain-leader-missing", "lead_actor"),
        ("warning", "rating-locator", "locator"),
    }
    files = prepared.files()
    assert not [name for name in files if "actors" in name or reason in files[name]]


def test_keys_that_no_study_can_have_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(sheet([GOOD]), encoding="utf-8")
    for key in ("all", "clusters"):
        done = run("code", "cases.csv", "--study", key, "--out", "out")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert "nadvi1999" in done.stderr
        assert not (tmp_path / "out").exists()


def test_of_two_imports_at_once_the_later_one_is_told_and_nothing_is_lost(code: Prepare, tmp_path: Path) -> None:
    other = row(case_id="agra-footwear", name="Agra footwear", place="Agra", country="India", iso3="IND")
    one, two = code(GOOD), code(other)
    one.write()
    with pytest.raises(FileError, match="changed by somebody else meanwhile"):
        two.write()
    code(other).write()
    names = {path.stem for path in (tmp_path / "out").glob("cases_ttl/demo2026/cases/*.ttl")}
    assert names == {"sialkot-surgical-instruments", "agra-footwear"}
    rows = clusterkg.load(str(tmp_path / "out")).table(5, study="demo2026").records()
    assert [record["cluster"] for record in rows[:2]] == ["Sialkot surgical instruments", "Agra footwear"]


WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from clusterkg.coding import folder
from clusterkg.coding.importing import prepare
folder.write(sys.argv[2], {f"cases_ttl/demo/cases/{sys.argv[3]}.ttl": "text"})
"""


def test_many_who_write_at_once_wait_for_each_other(tmp_path: Path) -> None:
    out = tmp_path / "out"
    folder.write(str(out), {"cases_ttl/demo/study.ttl": "text"})
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(ROOT), str(out), f"case-{number}"]) for number in range(6)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 6
    assert len(list(out.glob("cases_ttl/demo/cases/*.ttl"))) == 6
    assert sorted(path.name for path in out.iterdir()) == [".clusterkg.lock", "cases_ttl"]


def test_the_class_of_a_known_cluster_is_held_against_the_group_of_its_case(code: Prepare) -> None:
    code(GOOD).write()
    later = row(period="2005", sectoral_group="specialised-suppliers")
    assert ("warning", "case-usual-group", "sectoral_group") in told(code(later))
    assert told(code(row(period="2005"))) == []


def test_what_else_is_wrong_in_a_row_of_an_unknown_case_is_told_at_once(code: Prepare) -> None:
    chain = {"case_id": "nowhere", "governance_mode": "boss", "market_scope": "global", "product_effect": "blocks"}
    value = {"case_id": "nowhere", "variable": "prodct", "value": "2"}
    prepared = code(GOOD, chains=[chain], values=[value])
    errors = {(one.sheet, one.rule) for one in prepared.problems.of_level("error")}
    assert errors == {
        ("chains", "unknown-case"),
        ("chains", "governance-mode"),
        ("chains", "effect"),
        ("values", "unknown-case"),
        ("values", "unknown-variable"),
    }


@pytest.mark.parametrize("variable", ["market", "lead_actor", "sum"])
def test_a_column_that_is_no_variable_is_told_from_a_misspelt_one(variable: str, code: Prepare) -> None:
    value = {"case_id": GOOD["case_id"], "variable": variable, "value": "2", "coder": "ana"}
    problem = code(GOOD, values=[value]).problems.of_level("error")[0]
    assert (problem.rule, problem.fix) == ("unknown-variable", "write it in the sheet cases")


def test_of_a_list_of_destinations_only_the_wrong_one_is_looked_for(code: Prepare) -> None:
    chain = {
        "case_id": GOOD["case_id"],
        "governance_mode": "quasi-hierarchy",
        "market_scope": "global",
        "destination": "Germany; Untied States",
        "locator": "p. 7",
    }
    problem = code(GOOD, chains=[chain]).problems.of_level("error")[0]
    assert problem.field == "destination"
    assert "United States" in problem.fix
    assert "Germany" not in problem.fix


def test_a_word_of_the_list_is_not_offered_for_itself(code: Prepare) -> None:
    found = code(row(isic4="6201")).problems.of_level("warning")
    assert [problem.rule for problem in found] == ["case-usual-group"]
    assert "did you mean" not in found[0].fix


def test_a_case_id_is_put_into_small_letters_and_hyphens(code: Prepare) -> None:
    spelt = code(row(case_id="Sialkot Surgical_Instruments"))
    assert told(spelt) == [("normalised", "case-id-spelling", "case_id")]
    assert CASE in spelt.names


def test_what_a_row_adds_to_a_known_cluster_is_told_because_it_is_not_stored(code: Prepare) -> None:
    known = row(case_id="leon-footwear", name="León footwear", place="León", country="Mexico", iso3="MEX", isic4="")
    added = code({**known, "place": "San Francisco del Rincón", "isic4": "1512", "geonames_id": "3985606"})
    found = [problem for problem in added.problems if problem.rule == "cluster-known"]
    assert [(problem.level, problem.field) for problem in found] == [("warning", "place;isic4;geonames_id")]
    assert "cluster-known" not in {problem.rule for problem in code(known).problems}


def test_what_of_a_second_row_has_no_place_is_told(code: Prepare) -> None:
    differing = code(GOOD, row(coder="bruno", market="0", note="Only the exporters."))
    assert told(differing, 3) == [("warning", "second-opinion", "market;note")]
    assert told(code(GOOD, BRUNO), 3) == []


def test_sheets_of_one_name_in_two_workbooks_are_told_apart(tmp_path: Path, table: Write) -> None:
    paths = []
    for number, product in enumerate(("2", "7")):
        given = row(case_id=f"town-{number}", name=f"Town {number}", place=f"Town {number}", product=product, sum="")
        table([NAMES, [given.get(name, "") for name in NAMES]], f"book-{number}.xlsx")
        paths.append(str(tmp_path / f"book-{number}.xlsx"))
    wrong = prepare(paths, "demo2026", str(tmp_path / "out")).problems.of_level("error")
    assert [(problem.sheet, problem.rule) for problem in wrong] == [("cases of book-1.xlsx", "rating-score")]
    good = prepare([paths[0], *paths[:1]], "demo2026", str(tmp_path / "out"))
    assert {problem.rule for problem in good.problems.of_level("error")} == {"duplicate-case"}


def test_the_summary_names_the_command_that_shows_what_is_new(run: Run, tmp_path: Path) -> None:
    def summary(study: str) -> str:
        return run("code", "cases.csv", "--study", study, "--out", "out").stderr

    (tmp_path / "cases.csv").write_text(sheet([GOOD]), encoding="utf-8")
    assert "see clusterkg tables --study demo2026" in summary("demo2026")
    # The tables of a study that is in print stay as they are printed.
    assert "see clusterkg case sialkot-surgical-instruments --study giuliani2005" in summary("giuliani2005")
    (tmp_path / "cases.csv").write_text(sheet([BRUNO]), encoding="utf-8")
    assert "see clusterkg agreement --study demo2026" in summary("demo2026")


VALUE = {"case_id": GOOD["case_id"], "variable": "product", "value": "1", "source": "Nadvi (1999)", "locator": "p. 9"}


def test_a_value_by_a_coder_who_has_a_file_already_loses_none_of_the_others(code: Prepare, tmp_path: Path) -> None:
    """Beside whatever else the sheets hold: nothing, a third coder's row, or the first coder's written anew."""
    code(GOOD, BRUNO).write()
    by_bruno = {**VALUE, "coder": "bruno"}
    for rows, replace in (((), False), ((row(coder="cy"),), False)):
        assert ("error", "case-exists", "case_id;variable;coder") in told(
            code(*rows, values=[by_bruno], replace=replace)
        )
    for rows in ((), (row(coder="cy"),), (GOOD,)):
        prepared = code(*rows, values=[by_bruno], replace=True)
        assert not prepared.problems.of_level("error")
        text = prepared.files()[RIVAL]
        assert "ckg:score 1.0" in text
        assert text.count("a ckg:Rating") == 5
        assert text.startswith("# A second opinion on sialkot-surgical-instruments, by bruno.")


def test_a_coder_may_add_a_value_to_a_case_coded_already(code: Prepare, tmp_path: Path) -> None:
    code(GOOD, BRUNO).write()
    before = (tmp_path / "out" / CASE).read_text()
    added = code(values=[{**VALUE, "variable": "local_inputs", "coder": coder} for coder in ("", "bruno")])
    assert told(added) == []
    added.write()
    after = (tmp_path / "out" / CASE).read_text()
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert "<#local-inputs>" in after
    assert (tmp_path / "out" / RIVAL).read_text().count("a ckg:Rating") == 6
    assert doubts(tmp_path / "out") == []


def test_a_coder_without_a_name_may_code_anew(code: Prepare) -> None:
    code(row(coder="")).write()
    assert told(code(row(coder=""))) == [("error", "case-exists", "case_id;period;coder")]
    assert told(code(row(coder="", product="1", sum="4.5"), replace=True)) == []


def test_what_a_second_coders_later_file_says_beside_its_ratings_is_told(code: Prepare) -> None:
    code(GOOD).write()
    differing = row(
        coder="bruno",
        sectoral_group="complex-products",
        isic4="",
        market="0",
        lead_actor="Others",
        note="Only exporters.",
        source_basis="original-field-study",
    )
    fields = {field for level, rule, field in told(code(differing)) if (level, rule) == ("warning", "second-opinion")}
    assert fields == {"sectoral_group;market;lead_actor;note;source_basis"}
    assert told(code(BRUNO)) == []
    chain = {"case_id": GOOD["case_id"], "governance_mode": "foo", "market_scope": "global", "locator": "p. 7"}
    rules = [rule for level, rule, _ in told(code(BRUNO, chains=[chain])) if level == "error"]
    assert rules == ["case-exists", "governance-mode"]


def test_all_that_a_case_coded_anew_leaves_out_is_named(code: Prepare) -> None:
    chain = {
        "case_id": GOOD["case_id"],
        "governance_mode": "quasi-hierarchy",
        "market_scope": "global",
        "destination": "Germany",
        "product_effect": "enables",
        "locator": "p. 7",
    }
    value = {**VALUE, "value": "2", "evidence": "Better steel.", "source": "Halder (2004)"}
    code(row(note="A note.", status="draft"), chains=[chain], values=[value]).write()
    told_of = code(row(evidence="", lead_actor="German importers"), replace=True).problems.of_level("warning")
    message = next(problem.message for problem in told_of if problem.rule == "replaced")
    for lost in (
        "note",
        "editorialNote",
        "evidence",
        "destination of chain-quasi-hierarchy-global",
        "enables of chain-quasi-hierarchy-global",
        "evidence of product-upgrading",
        "source of product-upgrading",
    ):
        assert lost in message


def test_a_place_in_one_work_is_none_in_another(code: Prepare) -> None:
    value = {key: text for key, text in VALUE.items() if key != "locator"} | {"value": "2", "source": "Halder (2004)"}
    prepared = code(GOOD, values=[value])
    assert told(prepared, 2) == [("warning", "rating-locator", "locator")]
    # Its good neighbour: a value that names no work of its own stands where its row says.
    same = {**value, "source": ""}
    assert told(code(row(product="", sum="3.5"), values=[same])) == []


def test_a_cluster_of_this_study_alone_may_be_mended_through_its_sheet(code: Prepare, tmp_path: Path) -> None:
    code(
        row(name="Sialkot sugical instruments", place="Sialkott"),
        row(period="2001", name="Sialkot sugical instruments"),
    )
    code(row(name="Sialkot sugical instruments", place="Sialkott")).write()
    mended = code(GOOD, replace=True)
    assert [found for found in told(mended) if found[0] == "error"] == []
    mended.write()
    text = (tmp_path / "out/cases_ttl/clusters/sialkot-surgical-instruments.ttl").read_text()
    assert '"Sialkot surgical instruments"@en' in text
    assert '"Sialkot"@en' in text
    assert check([str(tmp_path / "out")]).conforms
    # A shipped cluster is nobody's to mend.
    known = row(case_id="leon-footwear", name="León shoes", place="León", country="Mexico", iso3="MEX", isic4="")
    assert not [name for name in code(known, replace=True).names if "clusters" in name]


def test_a_name_that_is_read_as_another_is_told_or_kept_apart(code: Prepare) -> None:
    other = row(case_id="agra-footwear", name="Agra footwear", place="Agra", country="India", iso3="IND")
    same = code(GOOD, {**other, "lead_actor": "german importers", "source": "nadvi (1999)"})
    assert {(rule, field) for level, rule, field in told(same, 3)} == {
        ("spelling", "lead_actor"),
        ("spelling", "source"),
    }
    apart = code(row(lead_actor="C Ltd"), {**other, "lead_actor": "C++ Ltd"})
    assert told(apart) == []
    assert apart.files()["cases_ttl/demo2026/actors.ttl"].count("a ckg:Actor") == 2


def test_names_too_long_for_a_file_are_told_on_their_cell(code: Prepare) -> None:
    assert told(code(row(case_id="x" * 300))) == [("error", "case-id", "case_id")]
    assert told(code(row(case_id="", name="x" * 300))) == [("error", "case-id", "case_id;name;place")]
    assert told(code(row(coder="x" * 300))) == [("error", "coder-name", "coder")]


def test_a_link_inside_the_folder_is_refused(code: Prepare, tmp_path: Path, run: Run) -> None:
    code(GOOD).write()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/cases_ttl/linked").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileError, match="is a link"):
        code(row(case_id="agra-footwear", name="Agra footwear"))
    done = run("code", "cases.csv", "--study", "demo2026", "--out", "out", "--problems", "problems.csv")
    assert done.returncode == 2
    assert "is a link" in (tmp_path / "problems.csv").read_text()


def test_periods_coded_anew_keep_the_labels_of_their_rows(code: Prepare, tmp_path: Path) -> None:
    both = (GOOD, row(period="2001"))
    code(*both).write()
    code(*both, replace=True).write()
    assert doubts(tmp_path / "out") == []


def test_a_study_that_another_folder_began_is_shown_with_both(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(sheet([GOOD]), encoding="utf-8")
    run("code", "cases.csv", "--study", "demo2026", "--out", "begun")
    other = row(case_id="agra-footwear", name="Agra footwear", place="Agra", country="India", iso3="IND")
    (tmp_path / "cases.csv").write_text(sheet([other]), encoding="utf-8")
    done = run("code", "cases.csv", "--study", "demo2026", "--data", "begun", "--out", "more")
    assert "--data begun --data more" in done.stderr
    assert run("check", "--data", "begun", "--data", "more").returncode == 0


def test_halves_and_digits_of_other_scripts_are_numbers(code: Prepare) -> None:
    assert told(code(row(product="1½", process="٢", sum="4.5"))) == [
        ("normalised", "full-width", "product"),
        ("normalised", "full-width", "process"),
    ]


def test_a_refused_case_has_no_errors_that_follow_from_it(code: Prepare) -> None:
    code(GOOD).write()
    again = code(GOOD, values=[{**VALUE, "value": "2"}])
    assert told(again) == [("error", "case-exists", "case_id;period;coder")]
