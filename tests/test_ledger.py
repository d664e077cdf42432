"""The ledger: every printed figure once, each verdict with a case that earns it."""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import EXPECTED, ROOT, Run, rows_of, same_figure, transcription
from ledger_edits import LEON, NAMES, REPORTED, STUDY, Change, rating, reprinted, row_of, said

import clusterkg
from clusterkg.errors import DataError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.ledger import COLUMNS, VERDICTS, Ledger


def test_the_csv_is_the_reviewed_one_cell_by_cell(run: Run) -> None:
    out = run("ledger", "--format", "csv")
    assert out.returncode == 0
    wanted = (EXPECTED / "ledger.csv").read_text(encoding="utf-8")
    assert out.stdout.splitlines()[0] == "table,row,column,printed,recomputed,n,verdict,cause" == ",".join(COLUMNS)
    assert rows_of(out.stdout) == rows_of(wanted)


def test_every_printed_figure_stands_there_once(whole: Ledger) -> None:
    rows = Counter((record["table"], record["row"], record["column"]) for record in whole)
    assert set(rows.values()) == {1}
    by_table: dict[str, list[str]] = {}
    for record in whole:
        by_table.setdefault(str(record["table"]), []).append(str(record["printed"]))
    columns = {
        "2": ["EE", "JA", "CE_index"],
        "3": ["market", "network", "quasi_hierarchy", "hierarchy"],
        **{key: ["ce_degree", "product", "process", "functional", "intersectoral", "sum"] for key in "567"},
    }
    for table, names in columns.items():
        wanted = [row[name] for row in transcription(f"table{table}") for name in names if row[name]]
        assert len(by_table[table]) == len(wanted)
        assert all(map(same_figure, by_table[table], wanted)), table
    assert set(by_table) == {*columns, "note", "prose", "appendix", "label"}


def test_a_recomputed_figure_is_the_rebuilt_tables_unrounded(whole: Ledger, kg: KnowledgeGraph) -> None:
    rebuilt = {
        (number, str(record.get("cluster") or record["sectoral_group"]), column): value
        for number in "23567"
        for record in kg.table(number).records()
        for column, value in record.items()
    }
    for record in whole:
        if str(record["table"]).isdigit() and record["recomputed"] is not None:
            shown = rebuilt[str(record["table"]), str(record["row"]), str(record["column"])]
            if isinstance(record["recomputed"], Decimal) and record["row"] == "Average":
                assert abs(record["recomputed"] - Decimal(str(shown))) <= Decimal("0.005")
            else:
                assert same_figure(str(record["recomputed"]), str(shown)), record


def test_every_verdict_but_no_other_occurs(whole: Ledger) -> None:
    assert {record["verdict"] for record in whole} == set(VERDICTS)


def test_a_changed_score_makes_its_cell_differ_and_moves_what_rests_on_it(change: Change) -> None:
    ledger = change((LEON, rating("product-upgrading", "ckg:score 2.0"), rating("product-upgrading", "ckg:score 3.0")))
    verdict, cause = said(ledger, "5", "León footwear", "product")
    assert (verdict, cause) == ("differs", "the accepted coding cites this table all the same")
    assert said(ledger, "5", "León footwear", "sum") == ("differs", "the printed cells of the row added: 5")
    assert said(ledger, "5", "Total", "product") == ("differs", "the printed cells of the column added: 28")
    assert row_of(ledger, "5", "Average", "product")["recomputed"] == Decimal("1.933333")
    assert "from the printed total: 28/15 = 1.866667" in str(said(ledger, "5", "Average", "product")[1])
    assert said(ledger, "5", "León footwear", "process") == ("transcribed", "")


def test_a_removed_score_cannot_be_recomputed_and_n_falls(change: Change) -> None:
    text = (ROOT / LEON).read_text(encoding="utf-8")
    removed = re.search(r"<#product-upgrading>\n(?:    .*\n)*", text)
    assert removed
    ledger = change((LEON, removed[0], ""))
    record = row_of(ledger, "5", "León footwear", "product")
    assert (record["recomputed"], record["n"], record["verdict"]) == (None, 0, "cannot be recomputed")
    assert record["cause"] == "no value of product is coded"
    total, average = (row_of(ledger, "5", line, "product") for line in ("Total", "Average"))
    assert (total["recomputed"], total["n"]) == (26, 14)
    assert (average["recomputed"], average["n"]) == (Decimal("1.857143"), 14)
    assert (average["verdict"], average["cause"]) == ("equal after rounding", "26/14 = 1.857143, rounded to 2 decimals")
    assert row_of(ledger, "5", "León footwear", "sum")["n"] == 3


def test_a_reason_in_the_coding_is_not_a_printed_zero(change: Change) -> None:
    old = rating("intersectoral-upgrading", "ckg:score 0.0")
    ledger = change(
        (LEON, old, rating("intersectoral-upgrading", "sdmx-attribute:obsStatus status:not-available")), *NAMES
    )
    record = row_of(ledger, "5", "León footwear", "intersectoral")
    assert (record["printed"], record["recomputed"], record["n"]) == ("0", "N/A", 0)
    assert said(ledger, "5", "León footwear", "intersectoral") == (
        "differs",
        "the coding states N/A instead of a value",
    )
    assert row_of(ledger, "5", "Total", "intersectoral")["n"] == 14


def test_a_value_from_elsewhere_is_equal_but_not_transcribed(change: Change) -> None:
    old = rating("product-upgrading", "ckg:score 2.0")
    ledger = change((LEON, old, old.replace('"Table 5; ', '"')))
    assert said(ledger, "5", "León footwear", "product") == ("equal", "")
    assert said(ledger, "5", "León footwear", "process") == ("transcribed", "")


def test_a_second_source_or_place_is_a_test_of_the_cell(change: Change) -> None:
    old = rating("product-upgrading", "ckg:score 2.0")
    two = "dcterms:source\n        source:giuliani2005 ,\n        source:rabellotti1999 ;"
    ledger = change((LEON, old, old.replace("dcterms:source source:giuliani2005 ;", two)))
    assert said(ledger, "5", "León footwear", "product") == ("equal", "")
    again = old.replace("dcterms:source source:giuliani2005 ;", two)
    places = 'ckg:locator\n        "Table 5" ,\n        "5(c)(i)" .'
    ledger = change((LEON, again, old.replace('ckg:locator "Table 5; 5(c)(i)" .', places)))
    assert said(ledger, "5", "León footwear", "product") == ("equal", "")
    assert said(ledger, "5", "León footwear", "process") == ("transcribed", "")


def test_a_sum_is_no_transcription_though_a_rating_of_upgrading_cites_the_table(change: Change) -> None:
    old = rating("product-upgrading", "ckg:score 2.0")
    whole = old.replace("dim:product-upgrading", "dim:upgrading").replace("score 2.0", "score 5.0")
    ledger = change((LEON, old, f"{old}\n<#upgrading>\n    a ckg:Rating ;\n    ckg:case <> ;\n{whole}"))
    assert said(ledger, "5", "León footwear", "sum") == ("equal", "")


def test_a_rating_that_is_not_accepted_transcribes_nothing(change: Change) -> None:
    old = rating("product-upgrading", "ckg:score 2.0")
    ledger = change((LEON, old, old.replace("accepted true", "accepted false")))
    assert said(ledger, "5", "León footwear", "product")[0] == "cannot be recomputed"
    elsewhere = old.replace("<#", "<#other-").replace('"Table 5; ', '"')
    more = f"{elsewhere}\n<#product-upgrading-reading>\n    a ckg:Rating ;\n    ckg:case <> ;\n"
    rest = old.replace("accepted true", "accepted false")
    ledger = change((LEON, old.replace("accepted true", "accepted false"), more + rest))
    assert said(ledger, "5", "León footwear", "product") == ("equal", "")


@pytest.mark.parametrize(
    "addition",
    ["source:giuliani2005 ,\n        source:rabellotti1999", "source:rabellotti1999"],
)
def test_a_chain_with_another_source_makes_its_row_a_test(change: Change, addition: str) -> None:
    text = (ROOT / LEON).read_text(encoding="utf-8")
    chain = re.search(r"<#chain-domestic-network>\n(?:    .*\n)*", text)
    assert chain
    ledger = change((LEON, chain[0], chain[0].replace("source:giuliani2005", addition)))
    assert said(ledger, "3", "León footwear", "network") == ("equal", "")
    assert said(ledger, "3", "Guadalajara footwear", "network") == ("transcribed", "")


def test_a_chain_from_elsewhere_makes_the_row_of_its_case_a_test(change: Change) -> None:
    text = (ROOT / LEON).read_text(encoding="utf-8")
    chain = re.search(r"<#chain-domestic-network>\n(?:    .*\n)*", text)
    assert chain
    ledger = change((LEON, chain[0], chain[0].replace('"Table 3; ', '"')))
    assert said(ledger, "3", "León footwear", "network") == ("equal", "")
    assert said(ledger, "3", "Guadalajara footwear", "network") == ("transcribed", "")
    ledger = change(
        (LEON, chain[0].replace('"Table 3; ', '"'), ""), (LEON, "        <#chain-domestic-network> ,\n", "")
    )
    assert said(ledger, "3", "León footwear", "network")[0] == "differs"


@pytest.mark.parametrize(
    ("old", "new", "place", "fault"),
    [
        (
            "<#table-5-row-leon-footwear>\n    a ckg:TableRow ;",
            "<#table-5-row-leon-footwear>\n    a ckg:TableColumn ;",
            "#table-5-leon-footwear-collective-efficiency",
            "its row is not described",
        ),
        (
            "    ckg:case case:leon-footwear ;\n    ckg:table <#table-5> ;\n",
            "    ckg:case case:leon-footwear ;\n",
            "#table-5-leon-footwear-collective-efficiency",
            "its row is not described",
        ),
        (
            "<#table-5-row-leon-footwear>\n",
            "<#table-5-row-of-another-name>\n",
            "#table-5-leon-footwear-collective-efficiency",
            "its row is not described",
        ),
        (
            "<#table-5-column-product>\n",
            "<#table-5-column-of-another-name>\n",
            "#table-5-medellin-textiles-product",
            "its column is not described",
        ),
        (
            "    ckg:table <#table-5> ;\n    ckg:position 7 ;\n",
            "    ckg:table <#table-5> ;\n    ckg:position 6 ;\n",
            "#table-5-row-sinos-valley-footwear",
            "Table 5 has two rows at position 6, this and #table-5-row-leon-footwear",
        ),
        (
            '    skos:notation "product" ;\n    ckg:table <#table-5> ;',
            '    skos:notation "process" ;\n    ckg:table <#table-5> ;',
            "#table-5-medellin-textiles-process",
            "Table 5 prints Medellín textiles, process twice",
        ),
    ],
)
def test_a_cell_that_stands_nowhere_is_said_and_not_lost(
    change: Change, old: str, new: str, place: str, fault: str
) -> None:
    with pytest.raises(DataError) as caught:
        change((STUDY, old, new))
    assert str(caught.value).startswith(f"{place}: {fault}")


def test_two_texts_in_one_cell_are_said(change: Change, run: Run, tmp_path: Path) -> None:
    _, old, _ = reprinted("table-5-average-product", "0")
    two = re.sub(r'ckg:printed (".*")', r'ckg:printed\n        \1 ,\n        "1.87"', old)
    with pytest.raises(DataError, match="Table 5 prints Average, product twice"):
        change((REPORTED, old, two))
    for command in (["ledger"], ["tables", "--ledger"]):
        done = run(*command, "--data", str(tmp_path))
        assert done.returncode == 2
        notice, error = done.stderr.splitlines()
        assert "stands in for" in notice
        assert "#table-5-average-product: Table 5 prints Average, product twice; keep one" in error


def test_two_rows_of_one_cluster_are_told_apart(change: Change) -> None:
    """A second row for León, at the end of Table 5: its cells are held against nothing that is rebuilt once."""
    text = (ROOT / STUDY).read_text(encoding="utf-8")
    row = re.search(r"<#table-5-row-leon-footwear>\n(?:    .*\n)*", text)
    assert row
    other = row[0].replace("row-leon-footwear", "row-leon-footwear-again").replace("position 7", "position 97")
    cell = (
        "<#table-5-leon-again>\n    a ckg:ReportedCell ;\n    ckg:table <#table-5> ;\n"
        "    ckg:row <#table-5-row-leon-footwear-again> ;\n    ckg:column <#table-5-column-product> ;\n"
        '    ckg:printed "1" ;\n    ckg:value 1.0 .\n\n'
    )
    ledger = change(
        (STUDY, row[0], f"{row[0]}\n{other}"),
        (REPORTED, "<#table-5-average-product>\n", f"{cell}<#table-5-average-product>\n"),
    )
    assert said(ledger, "5", "León footwear", "product") == ("transcribed", "")
    record = row_of(ledger, "5", "León footwear (2)", "product")
    assert (record["printed"], record["recomputed"], record["verdict"]) == ("1", 2, "differs")


def test_a_code_and_a_degree_that_are_printed_otherwise_differ(change: Change) -> None:
    ledger = change(
        reprinted("table-3-leon-footwear-market", "3"),
        (REPORTED, *other_degree("table-5-leon-footwear-collective-efficiency", "Low")),
    )
    assert said(ledger, "3", "León footwear", "market")[0] == "differs"
    assert said(ledger, "5", "León footwear", "collective_efficiency") == (
        "differs",
        "the accepted coding cites this table all the same",
    )


def other_degree(name: str, degree: str) -> tuple[str, str]:
    _, old, _ = reprinted(name, "0")
    return old, re.sub(r'ckg:printed ".*"', f'ckg:printed "{degree}"', old)


def test_a_study_with_components_has_its_averages_compared_unrounded(second_study: str, tmp_path: Path) -> None:
    demo = "https://w3id.org/clusterkg/study/demo2020"
    columns = "".join(
        f"<{demo}#c-{name}> a ckg:TableColumn ; ckg:table <{demo}#table-2> ; ckg:position {place} ;\n"
        f'  skos:notation "{name}" ; ckg:variable dim:{variable} ; ckg:statistic statistic:{statistic} .\n'
        for place, (name, variable, statistic) in enumerate(
            [
                ("external_economies", "external-economies", "average"),
                ("joint_action", "joint-action", "average"),
                ("ce_index", "collective-efficiency", "index"),
            ],
            start=1,
        )
    )
    cells = "".join(
        f"<{demo}#cell-{name}> a ckg:ReportedCell ; ckg:table <{demo}#table-2> ; ckg:column <{demo}#c-{name}> ;\n"
        f"  ckg:row <{demo}#table-2-row-traditional-manufacturing> ;\n"
        f'  ckg:printed "{figure}" ; ckg:value {figure} .\n'
        for name, figure in (("external_economies", "7.3"), ("joint_action", "2.4"), ("ce_index", "5.5"))
    )
    path = tmp_path / "cases_ttl" / "demo2020" / "reported.ttl"
    path.parent.mkdir(parents=True)
    prefixes = "".join(
        f"@prefix {name}: <https://w3id.org/clusterkg/{space}> .\n"
        for name, space in (("ckg", "ontology#"), ("dim", "concept/dimension/"), ("statistic", "concept/statistic/"))
    )
    skos = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    path.write_text(prefixes + skos + columns + cells, encoding="utf-8")
    ledger = clusterkg.load(second_study, str(tmp_path)).ledger(study="demo2020")
    name = "Traditional manufacturing"
    assert said(ledger, "2", name, "external_economies") == (
        "equal after rounding",
        "14.5/2 = 7.25, rounded to 1 decimal",
    )
    assert said(ledger, "2", name, "joint_action")[0] == "differs"
    assert row_of(ledger, "2", name, "joint_action")["n"] == 1
    assert said(ledger, "2", name, "ce_index") == ("equal", "")


def test_a_study_without_printed_figures_has_an_empty_ledger(run: Run, second_study: str) -> None:
    options = ("--study", "demo2020", "--data", second_study)
    assert run("ledger", *options, "--format", "csv").stdout == ",".join(COLUMNS) + "\n"
    done = run("ledger", *options)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "No slips.")
    assert "Printed figures" not in run("tables", *options).stdout


def test_the_terminal_shows_slips_then_their_number_in_80_columns(run: Run) -> None:
    done = run("ledger")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert max(map(len, lines)) <= 80
    assert "  Average, intersectoral: printed 0.6, recomputed 0.363636 (n 11), differs" in lines
    assert "transcribed" not in done.stdout
    assert re.fullmatch(r"All +335 +102 +8 +3 +77 +27", lines[-1])
    every = run("ledger", "--all").stdout.splitlines()
    assert max(map(len, every)) <= 80
    assert "  Medellín textiles, market: printed 0, recomputed 0 (n 1), transcribed" in every


def test_one_table_or_place_can_be_asked_for(run: Run, kg: KnowledgeGraph, whole: Ledger) -> None:
    rows = rows_of(run("ledger", "--table", "6", "--format", "csv").stdout)
    assert {row["table"] for row in rows} == {"6"}
    assert len(rows) == 75
    assert rows_of(kg.table(6).ledger().to_csv()) == rows
    assert kg.table(6, labels="printed").ledger().rows == whole.only("Table 6").rows
    assert len(kg.table(4).ledger()) == 0
    assert {record["table"] for record in whole.only("A")} == {"appendix"}
    for name, table in (
        ("Labels", "label"),
        ("Prose and coding", "prose"),
        ("TEXT AND NOTES", "note"),
        ("Appendix", "appendix"),
        ("TABLE 6", "6"),
    ):
        assert {record["table"] for record in whole.only(name)} == {table}
    other = Ledger("demo", [("B1", *row[1:]) for row in whole.rows[:2]])
    assert len(other.only("b1")) == len(other.only("table B1")) == 2
    done = run("ledger", "--table", "8")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "8: no figures of such a table; there are: 2, 3, 5, 6, 7, appendix, label, note, prose" in done.stderr
    with pytest.raises(UnknownName):
        whole.only("labels of nothing")


def test_json_markdown_and_pandas_hold_every_row(run: Run, whole: Ledger) -> None:
    records = json.loads(run("ledger", "--format", "json").stdout)
    assert len(records) == len(whole) == len(whole.to_pandas())
    assert list(records[0]) == list(COLUMNS)
    assert records[0]["recomputed"] is None
    assert {record["recomputed"] for record in records if record["column"] == "intersectoral"} >= {0, 0.363636}
    assert run("ledger", "--format", "md").stdout.count("\n") == len(whole) + 2


def test_tables_end_with_the_number_of_verdicts_where_asked_for_in_a_terminal(run: Run) -> None:
    shown = run("tables", "--ledger").stdout
    counts = shown[shown.index("Printed figures beside the recomputed ones") :]
    assert re.search(r"^Table 5 +75 +20 +0 +3 +1 +0$", counts, re.M)
    assert re.search(r"^All +335 +49 +8 +3 +6 +8$", counts, re.M)
    assert run("tables", "--ledger", "--labels", "printed").stdout.endswith(counts)
    assert "Printed figures" not in run("tables", "--ledger", "--format", "md").stdout
    assert "Printed figures" not in run("tables").stdout
    assert set(json.loads(run("tables", "--format", "json").stdout)) == set("1234567A")
