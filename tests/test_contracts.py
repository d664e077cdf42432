"""The published CSV contracts, cell by cell against the transcription of the paper."""

import json

import pytest
from conftest import Run, rows_of, same_figure, transcription

MODES = ["market", "network", "quasi_hierarchy", "hierarchy"]
SCORES = ["product", "process", "functional", "intersectoral", "sum"]
SLUG_TO_NAME = {
    # A cluster's preferred name is the crosswalk's, but for these: plain where it holds a remark.
    "itajai-textiles": "Itajaí Valley textiles",
    "gamarra-apparel": "Gamarra apparel",
    "torreon-apparel": "Torreón blue jeans",
    "chipilo-furniture": "Chipilo furniture",
    "nova-serrana-automotive": "Nova Serrana automotive",
    "ciudad-juarez-automotive": "Ciudad Juárez automotive",
    "baja-california-audio-visual": "Baja California audio-visual equipment",
    "san-jose-ict": "San José ICT",
    "joinville-software": "Joinville software",
    "mexico-city-software": "Mexico City software",
    "petrolina-juazeiro-fruit": "Petrolina-Juazeiro mangoes and grapes",
}


def preferred_names() -> dict[str, str]:
    return {
        row["cluster_id"]: SLUG_TO_NAME.get(row["slug"], row["canonical_name"]) for row in transcription("crosswalk")
    }


def group_name(printed: str) -> str:
    return {"Specialized suppliers (software)": "Specialized suppliers"}.get(printed, printed)


def header(text: str) -> str:
    return text.splitlines()[0]


def test_table_1_gives_every_fact_of_the_transcription(run: Run) -> None:
    out = run("table", "1", "--format", "csv").stdout
    assert header(out) == "sectoral_group,industries,learning_pattern,topic,fact"
    wanted = [
        {
            "sectoral_group": row["group"],
            "industries": row["industries"],
            "learning_pattern": row["learning_pattern"],
            "topic": row["tag"],
            "fact": row["fact"],
        }
        for row in transcription("table1")
    ]
    assert rows_of(out) == wanted


def test_table_2_recomputes_the_index_from_the_printed_components(run: Run) -> None:
    out = run("table", "2", "--format", "csv").stdout
    assert header(out) == "sectoral_group,external_economies,joint_action,ce_index"
    rows = rows_of(out)
    for row, printed in zip(rows, transcription("table2"), strict=True):
        assert row["sectoral_group"] == group_name(printed["group"])
        assert row["external_economies"] == printed["EE"]
        assert row["joint_action"] == printed["JA"]
        assert float(row["ce_index"]) == pytest.approx((float(printed["EE"]) + float(printed["JA"])) / 2)
    # The printed index is another: that is for the ledger to say, not for the table to hide.
    assert [row["ce_index"] for row in rows] == ["6.415", "8.135", "6.205", "8.45"]


def test_table_3_rebuilds_all_forty_rows_in_printed_order(run: Run) -> None:
    out = run("table", "3", "--format", "csv").stdout
    assert header(out) == "sectoral_group,industry,cluster,country,market,network,quasi_hierarchy,hierarchy"
    rows, printed, names = rows_of(out), transcription("table3"), preferred_names()
    assert len(rows) == 40
    for row, wanted in zip(rows, printed, strict=True):
        assert row["cluster"] == names[wanted["cluster_id"]]
        assert row["country"] == wanted["country"]
        assert row["sectoral_group"] == group_name(wanted["group"])
        assert [row[mode] for mode in MODES] == [wanted[mode] for mode in MODES]


def test_table_3_shows_printed_labels_on_request(run: Run) -> None:
    rows = rows_of(run("table", "3", "--labels", "printed", "--format", "csv").stdout)
    wanted = [(row["subsector_label"], row["cluster_label_as_printed"]) for row in transcription("table3")]
    assert [(row["industry"], row["cluster"]) for row in rows] == wanted


def test_table_4_gives_all_judgements_with_their_footnotes(run: Run) -> None:
    out = run("table", "4", "--format", "csv").stdout
    assert header(out) == "relation,sectoral_group,judgement,footnote,note"
    rows, printed = rows_of(out), transcription("table4")
    assert len(rows) == 32
    assert len({row["relation"] for row in rows}) == 8
    for row, wanted in zip(rows, printed, strict=True):
        assert row["judgement"] == wanted["value"]
        assert row["footnote"] == wanted["footnote_letter"]
        assert bool(row["note"]) == bool(wanted["footnote_letter"])
    columns = {"Traditional manufacturing": "Traditional manufacturing", "NR-based": "Natural resource-based"}
    columns |= {"COPs": "Complex products", "Software": "Specialized suppliers"}
    assert [row["sectoral_group"] for row in rows] == [columns[wanted["column"]] for wanted in printed]


@pytest.mark.parametrize(("number", "clusters"), [("5", 15), ("6", 11), ("7", 9)])
def test_upgrading_tables_rebuild_every_score_and_row_sum(run: Run, number: str, clusters: int) -> None:
    out = run("table", number, "--format", "csv").stdout
    assert header(out) == "industry,cluster,collective_efficiency,product,process,functional,intersectoral,sum"
    rows, names = rows_of(out), preferred_names()
    printed = [row for row in transcription(f"table{number}") if row["row_type"] == "cluster"]
    assert len(rows) == clusters + 2
    assert [row["cluster"] for row in rows[-2:]] == ["Total", "Average"]
    for row, wanted in zip(rows, printed, strict=False):
        assert row["cluster"] == names[wanted["cluster_id"]]
        assert row["collective_efficiency"] == wanted["ce_degree"]
        for column in SCORES:
            assert same_figure(row[column], wanted[column]), (row["cluster"], column)


@pytest.mark.parametrize("number", ["5", "6", "7"])
def test_printed_labels_of_upgrading_tables_are_as_transcribed(run: Run, number: str) -> None:
    rows = rows_of(run("table", number, "--labels", "printed", "--format", "csv").stdout)
    printed = [row for row in transcription(f"table{number}") if row["row_type"] == "cluster"]
    wanted = [(row["subsector_product"], row["cluster_label_as_printed"]) for row in printed]
    assert [(row["industry"], row["cluster"]) for row in rows[:-2]] == wanted


@pytest.mark.parametrize("number", ["5", "6", "7"])
def test_totals_and_averages_run_over_coded_values_only(run: Run, number: str) -> None:
    rows = rows_of(run("table", number, "--format", "csv").stdout)
    clusters, total, average = rows[:-2], rows[-2], rows[-1]
    for column in SCORES[:-1]:
        coded = [float(row[column]) for row in clusters if row[column] != "N/A"]
        assert float(total[column]) == sum(coded)
        assert float(average[column]) == pytest.approx(sum(coded) / len(coded), abs=0.005)
    complete = [float(row["sum"]) for row in clusters if "N/A" not in row.values()]
    assert float(total["sum"]) == sum(float(row["sum"]) for row in clusters)
    assert float(average["sum"]) == pytest.approx(sum(complete) / len(complete), abs=0.005)


def test_table_5_says_what_the_issue_fixes_to_the_digit(run: Run) -> None:
    rows = {row["cluster"]: row for row in rows_of(run("table", "5", "--format", "csv").stdout)}
    assert (rows["Total"]["functional"], rows["Average"]["functional"]) == ("10.5", "0.75")
    assert (rows["Total"]["sum"], rows["Average"]["sum"]) == ("71", "4.86")
    assert rows["Bucaramanga apparel"]["functional"] == "N/A"
    assert rows["Bucaramanga apparel"]["sum"] == "3"


def test_an_incomplete_sum_says_three_of_four_where_people_read(run: Run) -> None:
    for format in ("table", "md", "html", "latex"):
        assert "3 of 4 coded" in run("table", "5", "--format", format).stdout
    assert "of 4 coded" not in run("table", "7").stdout


def test_json_carries_n_beside_each_total_and_average(run: Run) -> None:
    rows = {row["cluster"]: row for row in json.loads(run("table", "5", "--format", "json").stdout)}
    assert rows["Average"]["functional"] == 0.75
    assert rows["Average"]["functional_n"] == 14
    assert rows["Average"]["product_n"] == 15
    assert rows["Average"]["sum_n"] == 14
    assert rows["Bucaramanga apparel"]["sum_n"] == 3
    assert rows["Bucaramanga apparel"]["functional"] == "N/A"
    assert rows["Total"]["collective_efficiency"] is None


def test_appendix_a_lists_39_cases_with_country_sources_and_field_studies(run: Run) -> None:
    out = run("table", "A", "--format", "csv").stdout
    assert header(out) == "sectoral_group,case,country,sources,original_field_study"
    rows, printed, names = rows_of(out), transcription("appendix"), preferred_names()
    assert len(rows) == 39
    for row, wanted in zip(rows, printed, strict=True):
        assert row["case"] == names[wanted["matched_cluster_id"]]
        assert row["country"] == wanted["country"]
        assert row["original_field_study"] == wanted["flagged_original_field_study"]
        # Every year printed is cited, and nothing else is: 1999b of "Schmitz (1999b, 1995)".
        digits = "".join(c if c.isalnum() else " " for c in wanted["sources_as_printed"])
        years = sorted(word for word in digits.split() if word[:2] in ("19", "20"))
        cited = "".join(c if c.isalnum() else " " for c in row["sources"])
        assert sorted(word for word in cited.split() if word[:2] in ("19", "20")) == years


def test_appendix_a_prints_its_own_labels_and_sources_on_request(run: Run) -> None:
    rows = rows_of(run("table", "A", "--labels", "printed", "--format", "csv").stdout)
    wanted = [(row["case_label_as_printed"], row["sources_as_printed"]) for row in transcription("appendix")]
    assert [(row["case"], row["sources"]) for row in rows] == wanted


def test_case_gives_one_json_object_with_reasons_beside_values(run: Run) -> None:
    case = json.loads(run("case", "bucaramanga-apparel", "--format", "json").stdout)
    assert {"cluster", "study", "ratings", "chains", "sources"} <= case.keys()
    ratings = {row["variable"]: row for row in case["ratings"]}
    assert (ratings["Product upgrading"]["value"], ratings["Product upgrading"]["reason"]) == (1.5, None)
    assert (ratings["Functional upgrading"]["value"], ratings["Functional upgrading"]["reason"]) == (
        None,
        "not available",
    )
    assert {row["locator"] for row in case["ratings"]} == {"Table 5"}
    assert [(row["governance_mode"], row["market_scope"]) for row in case["chains"]] == [("Market", "Global")]
    assert [row["citation"] for row in case["sources"]] == ["Pietrobelli and Olarte (2002)"]


def test_a_new_study_moves_no_cell_of_the_first(run: Run, second_study: str) -> None:
    for number in "1234567A":
        alone = run("table", number, "--format", "csv").stdout
        assert run("table", number, "--format", "csv", "--data", second_study).stdout == alone
