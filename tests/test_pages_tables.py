"""Tables and ledger over HTTP: what the command line gives, with each figure that differs from the print marked."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import Run
from read_pages import Page
from served import Server, serving

import clusterkg
from clusterkg.graph.answers import plain
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.ledger import PLACES, SLIPS, VERDICTS, Ledger
from clusterkg.report.comparison import row_anchor
from clusterkg.tables import ALL_STUDIES, titles

NUMBERS = ["1", "2", "3", "4", "5", "6", "7", "A"]


def page(served: Server, path: str) -> Page:
    answer = served.get(path, "text/html")
    assert (answer.status, answer.media) == (200, "text/html"), answer
    return Page(answer.text)


def csv_of(served: Server, path: str) -> str:
    answer = served.get(f"{path}{'&' if '?' in path else '?'}format=csv")
    assert (answer.status, answer.media) == (200, "text/csv"), answer
    return answer.text


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_table_of_the_study_is_listed_with_its_figures_by_verdict(
    served: Server, kg: KnowledgeGraph, whole: Ledger
) -> None:
    listed = rows(csv_of(served, "/tables"))
    assert [row["number"] for row in listed] == list(titles(kg.graph, "giuliani2005")) == NUMBERS
    for row in listed:
        of_table = [str(one["verdict"]) for one in whole if one["table"] == row["number"]]
        assert int(row["figures"]) == len(of_table)
        assert [int(row[verdict.replace(" ", "_")]) for verdict in VERDICTS] == list(map(of_table.count, VERDICTS))
    shown = page(served, "/tables")
    (table,) = (found for caption, found in shown.tables.items() if caption.startswith("Tables, and how"))
    assert [cells[1:3] for cells in table] == [[row["rows"], row["figures"]] for row in listed]
    differ = sum(one["verdict"] in SLIPS and one["table"] not in PLACES for one in whole)
    assert f"{differ} differ or were cut off" in shown.text
    assert f"{len(whole.slips())} rows that speak against the print" in shown.text


@pytest.mark.parametrize("number", NUMBERS)
def test_a_table_is_the_one_of_the_command_line(served: Server, kg: KnowledgeGraph, number: str) -> None:
    table = kg.table(number)
    assert csv_of(served, f"/tables/{number}") == table.to_csv()
    assert served.get(f"/tables/{number}?format=json").text == table.to_json()
    assert served.get(f"/tables/{number}?format=md").text == table.to_markdown()
    shown = page(served, f"/tables/{number}")
    assert shown.heading == table.caption
    assert len(shown.tables[table.caption]) == len(table.rows)
    assert " ".join(table.to_latex().split()) in shown.text


@pytest.mark.parametrize("number", ["3", "5", "6", "A"])
def test_printed_names_change_the_names_alone(served: Server, kg: KnowledgeGraph, number: str) -> None:
    printed = kg.table(number, labels="printed")
    assert csv_of(served, f"/tables/{number}?labels=printed") == printed.to_csv()
    shown, plainly = page(served, f"/tables/{number}?labels=printed"), page(served, f"/tables/{number}")
    assert shown.marks == plainly.marks
    assert [one for one in shown.links if one.startswith("/page/")] == [
        one for one in plainly.links if one.startswith("/page/")
    ]


def test_each_figure_that_differs_is_marked_with_what_is_printed_and_why(served: Server, whole: Ledger) -> None:
    for number in NUMBERS:
        shown = page(served, f"/tables/{number}")
        slips = [row for row in whole.slips() if row["table"] == number]
        assert sorted(text for text, _, _ in shown.marks) == sorted(f"printed {row['printed']}" for row in slips)
        for row in slips:
            assert (
                f"printed {row['printed']}",
                f"#{row_anchor(row)}",
                f"{row['verdict']}: {row['cause']}",
            ) in shown.marks
            assert row_anchor(row) in shown.ids


def test_the_ledgers_rows_stand_below_their_table_and_can_be_narrowed_down(served: Server, whole: Ledger) -> None:
    for number in ("2", "5"):
        for verdict in VERDICTS:
            wanted = [row for row in whole if (row["table"], row["verdict"]) == (number, verdict)]
            if not wanted:
                continue
            shown = page(served, f"/tables/{number}?verdict={quote(verdict)}")
            told = shown.tables[f"What the ledger has of Table {number}"]
            assert [(row[0], row[2], row[5]) for row in told] == [
                (str(row["row"]), str(row["printed"]), verdict) for row in wanted
            ]
    # What the choice leaves out is still a click away.
    left_out = page(served, "/tables/5?verdict=equal")
    assert left_out.marks
    assert all(link.startswith("/ledger?study=giuliani2005&table=5#ledger-5-") for _, link, _ in left_out.marks)
    ids = page(served, "/ledger?study=giuliani2005&table=5").ids
    assert {link.partition("#")[2] for _, link, _ in left_out.marks} <= set(ids)


def test_a_score_leads_to_the_rating_that_it_rests_on(served: Server, kg: KnowledgeGraph) -> None:
    shown = page(served, "/tables/5")
    scored = [link for link in shown.links if link.startswith("/page/case/giuliani2005/") and "#" in link]
    table = kg.table(5)
    cases = [record for record in table.records() if record["cluster"] not in ("Total", "Average")]
    assert len(scored) == 5 * len(cases)
    for link in scored:
        assert kg.graph.knows(f"https://w3id.org/clusterkg/{link.removeprefix('/page/')}", as_subject=True)
    assert "/page/case/giuliani2005/leon-footwear#product-upgrading" in scored


def test_a_mode_of_governance_leads_to_the_chains_of_the_case(served: Server, kg: KnowledgeGraph) -> None:
    links = [link for link in page(served, "/tables/3").links if link.endswith("#chains")]
    assert len(links) == 4 * len(kg.table(3).rows)
    assert "chains" in page(served, links[0].partition("#")[0]).ids


def test_judgements_stand_beside_what_the_cases_give(served: Server, run: Run) -> None:
    wanted = run("table", "4", "--recomputed", "--format", "csv").stdout
    assert csv_of(served, "/tables/4?recomputed=yes") == wanted
    assert (
        served.get("/tables/4?recomputed=yes&format=json").text
        == run("table", "4", "--recomputed", "--format", "json").stdout
    )
    shown = page(served, "/tables/4?recomputed=yes")
    told = shown.tables["Printed judgements on relations, beside what the coded cases give"]
    assert [row[1] for row in told] == [row["printed"] for row in rows(wanted)]
    for row in rows(wanted):
        assert f"/page/finding/giuliani2005/{row['finding']}" in shown.links
    assert "/tables/4?recomputed=yes" in page(served, "/tables/4").links


def test_tables_over_all_studies_compare_nothing(served: Server, kg: KnowledgeGraph) -> None:
    listed = rows(csv_of(served, f"/tables?study={ALL_STUDIES}"))
    assert [row["number"] for row in listed] == list(titles(kg.graph, ALL_STUDIES))
    assert {row["figures"] for row in listed} == {""}
    assert csv_of(served, "/tables/3?study=all") == kg.table(3, study=ALL_STUDIES).to_csv()
    # Appendix A calls its clusters cases.
    assert csv_of(served, "/tables/A?study=all") == kg.table("A", study=ALL_STUDIES).to_csv()
    assert "/page/case/giuliani2005/sinos-valley-footwear" in page(served, "/tables/A?study=all").links
    shown = page(served, "/tables/3?study=all")
    assert shown.marks == []
    assert "/page/case/giuliani2005/leon-footwear" in shown.links


def test_the_ledger_is_the_one_of_the_command_line(served: Server, whole: Ledger, run: Run) -> None:
    assert csv_of(served, "/ledger") == whole.to_csv() == run("ledger", "--format", "csv").stdout
    assert served.get("/ledger?format=json").text == whole.to_json()
    for table in ("5", "label"):
        assert csv_of(served, f"/ledger?table={table}") == whole.only(table).to_csv()


def test_the_ledger_is_narrowed_down_by_what_the_address_says(served: Server, whole: Ledger) -> None:
    slips = "&".join(f"verdict={quote(verdict)}" for verdict in SLIPS)
    assert csv_of(served, f"/ledger?{slips}") == whole.slips().to_csv()
    shown = page(served, f"/ledger?table=5&table=6&{slips}")
    wanted = [row for row in whole.slips() if row["table"] in ("5", "6")]
    assert f"{len(wanted)} rows of {len(whole)}." in shown.text
    assert [row[2] for row in shown.tables["Printed figures"]] == [str(row["printed"]) for row in wanted]
    # Accents do not matter, and every word must be there.
    told = rows(csv_of(served, "/ledger?q=torreon%20LABEL"))
    assert told
    assert all(row["table"] == "label" and "Torre" in " ".join(row.values()) for row in told)
    assert rows(csv_of(served, "/ledger?q=nothing-has-this")) == []
    assert "None." in page(served, "/ledger?q=nothing-has-this").text


def test_how_much_a_choice_would_leave_is_what_it_leaves(served: Server) -> None:
    shown = page(served, "/ledger?table=note&q=table")
    tried = 0
    for verdict in VERDICTS:
        link = f"/ledger?table=note&q=table&verdict={quote(verdict)}"
        if link in shown.links:
            tried += 1
            assert f"{verdict} {len(rows(csv_of(served, link)))}" in shown.text
    assert tried > 1


def test_every_link_of_the_tables_leads_somewhere(served: Server) -> None:
    seen: set[str] = set()
    for path in (
        "/tables",
        "/tables/5",
        "/tables/2",
        "/tables/A",
        "/tables/4?recomputed=yes",
        "/ledger?verdict=differs",
    ):
        shown = page(served, path)
        for link in shown.links:
            where, _, place = link.partition("#")
            if not where:
                assert place in shown.ids, link
            elif where.startswith("/") and where not in seen:
                seen.add(where)
    planned = ("/compare", "/plots", "/code")  # made by others
    for where in sorted(seen):
        if where not in planned:
            assert served.get(where, "text/html").status in (200, 303), where
    assert len(seen) > 60


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/tables/9", 404, "no such table in giuliani2005; there are: 1, 2, 3"),
        ("/tables/a", 404, "it is at /tables/A"),
        ("/tables/", 404, "no such table"),
        ("/tables/5/6", 404, "no such table"),
        ("/tables/5?labels=prnted", 400, "did you mean 'printed'?"),
        ("/tables/5?labels=printed&labels=preferred", 400, "given twice"),
        ("/tables/5?verdict=difers", 400, "did you mean 'differs'?"),
        ("/tables/5?recomputed=maybe", 400, "there are: no, yes"),
        ("/tables/5?recomputed=yes", 404, "holds no judgements to recompute"),
        ("/tables/5?stdy=x", 400, "did you mean 'study'?"),
        ("/tables?study=giuliani2004", 404, "did you mean 'giuliani2005'?"),
        ("/tables?labels=printed", 400, "no parameter of this page"),
        ("/tables/2?study=all", 200, ""),
        ("/tables/5?study=all", 200, ""),
        ("/tables/5?study=all&labels=printed", 404, "no table prints the cases of all studies"),
        ("/tables/3?study=all&verdict=differs", 400, "verdict=differs"),
        ("/ledger?table=9", 400, "there are: 2, 3, 5, 6, 7"),
        ("/ledger?verdict=wrong", 400, "verdict=wrong"),
        ("/ledger?q=a&q=b", 400, "given twice"),
        ("/ledger?study=all", 404, "no such study with cases"),
        ("/ledger?%00=1", 400, "NUL"),
        (f"/ledger?q={'x' * 2001}", 400, "longer than"),
    ],
)
def test_what_is_asked_wrongly_is_told_and_what_is_not_there_is_404(
    served: Server, path: str, status: int, said: str
) -> None:
    answer = served.get(path)
    assert answer.status == status, answer
    assert said in answer.text


def test_a_second_study_has_pages_of_its_own(second_study: str, tmp_path: Path, kg: KnowledgeGraph) -> None:
    with serving(tmp_path, "--data", second_study, "--workers", "1") as server:
        both = clusterkg.load(second_study)
        listed = rows(csv_of(server, "/tables?study=demo2020"))
        assert [row["number"] for row in listed] == list(titles(both.graph, "demo2020")) != NUMBERS
        for row in listed:
            path = f"/tables/{row['number']}?study=demo2020"
            assert csv_of(server, path) == both.table(row["number"], study="demo2020").to_csv()
            assert page(server, path).marks == []
        assert "there is nothing to compare" in page(server, "/tables?study=demo2020").text
        assert csv_of(server, "/ledger?study=demo2020") == both.ledger(study="demo2020").to_csv()
        assert server.get("/tables/A?study=demo2020").status == 404
        assert "No finding of this study" in page(server, "/findings?study=demo2020").text
        assert "No passage of this study" in page(server, "/passages?study=demo2020").text
        pooled = page(server, "/tables/3?study=all")
        assert any(link.startswith("/page/case/demo2020/") for link in pooled.links)
        assert any(link.startswith("/page/case/giuliani2005/") for link in pooled.links)
        # What the first study prints is the same beside the second.
        assert csv_of(server, "/tables/5") == kg.table(5).to_csv()
        about = page(server, "/about")
        assert "second-study" in about.text
        assert second_study not in about.text
        assert "--data second-study" in page(server, "/tables/5").text


def test_blanks_are_no_zeros(served: Server, kg: KnowledgeGraph) -> None:
    for number in ("5", "6", "7"):
        table = kg.table(number)
        shown = page(served, f"/tables/{number}").tables[table.caption]
        inner = [name for name in table.columns if name not in table.headings()]
        for record, cells in zip(table.records(), shown, strict=True):
            for name, cell in zip(inner, cells, strict=True):
                value = record[name]
                bare = cell.partition(" printed ")[0].rstrip("*")
                assert bare == plain(value), (number, record["cluster"], name)
                if bare == "0":
                    assert Decimal(str(value)) == 0


def test_totals_and_averages_say_how_many_cases_they_rest_on(served: Server) -> None:
    for number, cases in (("5", 15), ("6", 11), ("7", 9)):
        of = f"Total and Average: of {cases} cases, fewer where an asterisk says so"
        assert of in page(served, f"/tables/{number}").text
    assert "Average, functional: 14 of 15 coded" in page(served, "/tables/5").text
    assert "Total and Average" not in page(served, "/tables/3").text
