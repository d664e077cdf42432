"""A study that codes the components of collective efficiency has its averages computed."""

import json

from conftest import Run, rows_of


def table(run: Run, second_study: str, number: str) -> list[dict[str, str]]:
    return rows_of(run("table", number, "--study", "demo2020", "--data", second_study, "--format", "csv").stdout)


def test_component_averages_are_computed_where_cases_have_components(run: Run, second_study: str) -> None:
    manufacturing, resources, complex_products = table(run, second_study, "2")
    # Alpha 3+2+2+1.5 = 8.5, beta 2+2+1+1 = 6; joint action only of alpha (beta lacks one of four): 2.5.
    assert manufacturing["external_economies"] == "7.25"
    assert manufacturing["joint_action"] == "2.5"
    assert manufacturing["ce_index"] == "5.5"
    assert (resources["external_economies"], resources["joint_action"], resources["ce_index"]) == ("11", "7", "9")
    assert (complex_products["external_economies"], complex_products["ce_index"]) == ("", "")


def test_table_2_says_what_its_averages_rest_on(run: Run, second_study: str) -> None:
    out = run("table", "2", "--study", "demo2020", "--data", second_study, "--format", "json").stdout
    manufacturing = json.loads(out)[0]
    assert manufacturing["external_economies_n"] == 2
    assert manufacturing["joint_action_n"] == 1
    assert manufacturing["basis"].startswith("averages computed")
    assert json.loads(run("table", "2", "--format", "json").stdout)[0]["basis"].startswith("averages as printed")


def test_two_chains_of_one_mode_and_scope_count_once(run: Run, second_study: str) -> None:
    alpha = table(run, second_study, "3")[0]
    assert (alpha["quasi_hierarchy"], alpha["market"], alpha["network"]) == ("2", "1", "0")


def test_zero_governance_needs_a_coded_status(run: Run, second_study: str) -> None:
    _, beta, gamma = table(run, second_study, "3")
    assert (beta["market"], gamma["market"]) == ("0", "not yet coded")


def test_a_missing_rating_is_not_zero(run: Run, second_study: str) -> None:
    rows = {row["cluster"]: row for row in table(run, second_study, "5")}
    assert rows["Beta textiles"]["process"] == "not applicable"
    assert rows["Total"]["process"] == "4"
    assert rows["Average"]["process"] == "2"
    assert rows["Average"]["sum"] == "5"  # over alpha's 6 and gamma's 4, not over beta's incomplete 1
