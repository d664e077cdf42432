"""Findings over HTTP: what the command line gives, narrowed down by the address, and each with all that decides it."""

import csv
import io
import json
from decimal import Decimal
from urllib.parse import quote

import pytest
from conftest import Run
from read_pages import Page
from served import Server

from clusterkg.analysis.bounds import GOES_BY, TRIED, bounds
from clusterkg.findings import COLUMNS, VERDICTS, Finding, Findings
from clusterkg.findings.claims import LIMITS, limits_of
from clusterkg.findings.verdicts import TESTS, judge
from clusterkg.findings.views import InFull
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.report.passages import passages_of, place_of
from clusterkg.server.views.finding import ASKS
from clusterkg.terms import BASE

HOME = "/page/finding/giuliani2005/"


def page(served: Server, path: str) -> Page:
    answer = served.get(path, "text/html")
    assert (answer.status, answer.media) == (200, "text/html"), answer
    return Page(answer.text)


def csv_of(served: Server, path: str) -> str:
    answer = served.get(f"{path}{'&' if '?' in path else '?'}format=csv")
    assert (answer.status, answer.media) == (200, "text/csv"), answer
    return answer.text


def ids(served: Server, path: str) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(csv_of(served, path)))]


def of_each_kind(found: Findings) -> list[Finding]:
    """Return a finding of each test with each verdict."""
    return list({(one.test, one.verdict): one for one in found}.values())


def test_the_list_is_the_one_of_the_command_line(served: Server, found: Findings, run: Run) -> None:
    assert csv_of(served, "/findings") == found.to_csv() == run("findings", "--format", "csv").stdout
    assert served.get("/findings?format=json").text == found.to_json()
    shown = page(served, "/findings")
    (table,) = shown.tables.values()
    assert [(row[0], row[2]) for row in table] == [
        (one.id, one.verdict)
        for place in dict.fromkeys(place_of(one.claim.locator) for one in found)
        for one in found
        if place_of(one.claim.locator) == place
    ]
    assert {f"{HOME}{one.id}" for one in found} <= set(shown.links)


def test_the_sentence_at_the_top_counts_the_verdicts(served: Server, found: Findings) -> None:
    number = {verdict: sum(one.verdict == verdict for one in found) for verdict in VERDICTS}
    told = (
        f"Of {len(found)} claims that the study makes, {number['holds']} hold, {number['holds with exceptions']} hold "
        f"with exceptions, {number['fails']} fail, {number['too few cases to tell']} have too few cases to tell and "
        f"{number['not testable from the coding']} cannot be tested from the coding."
    )
    assert told in page(served, "/findings").text
    resting, different = found.probabilities
    assert f"{resting} verdicts rest on a probability, by {different} different tests" in page(served, "/findings").text


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_is_chosen_as_on_the_command_line(served: Server, found: Findings, verdict: str) -> None:
    assert csv_of(served, f"/findings?verdict={quote(verdict)}") == found.of_verdict(verdict).to_csv()


@pytest.mark.parametrize("thing", ["leon-footwear", "complex-products", "region-austral-salmon", "quasi-hierarchy"])
def test_what_a_finding_is_about_is_chosen_as_on_the_command_line(served: Server, found: Findings, thing: str) -> None:
    wanted = found.about(thing)
    assert csv_of(served, f"/findings?about={thing}") == wanted.to_csv()
    assert f"{len(wanted)} findings of {len(found)}." in page(served, f"/findings?about={thing}").text


def test_kinds_sections_variables_and_words_narrow_the_list_together(served: Server, found: Findings) -> None:
    chosen = ids(served, "/findings?section=5(c)(i)&section=Notes&kind=universal&kind=count")
    assert chosen == [
        one.id
        for one in found
        if one.claim.kind in ("universal", "count")
        and (one.claim.locator == "5(c)(i)" or one.claim.locator.startswith("note"))
    ]
    assert chosen
    by_variable = ids(served, "/findings?variable=functional-upgrading")
    assert by_variable == [
        one.id
        for one in found
        if any(part.slug == "functional-upgrading" for part in (*one.claim.predictors, *one.claim.outcomes))
    ]
    assert by_variable
    words = ids(served, "/findings?q=torreon%20JEANS")
    assert words
    told = {one.id: f"{one.claim.name} {one.claim.paraphrase} {one.claim.subject}" for one in found}
    assert all("Torreón" in told[id] for id in words)


def test_how_many_a_choice_would_leave_is_what_it_leaves(served: Server, found: Findings) -> None:
    shown = page(served, "/findings?verdict=holds&section=Table%204")
    tried = 0
    for kind in {one.claim.kind for one in found}:
        link = f"/findings?verdict=holds&section=Table%204&kind={quote(kind)}"
        if link in shown.links:
            tried += 1
            assert f"{kind.replace('-', ' ')} {len(ids(served, link))} " in f"{shown.text} "
    assert tried
    # Another verdict would widen the list: it is counted as if none were chosen.
    (fails,) = [link for link in shown.links if "verdict=fails" in link and "section" in link]
    assert len(ids(served, fails)) == len(ids(served, "/findings?verdict=holds&section=Table%204")) + len(
        ids(served, "/findings?verdict=fails&section=Table%204")
    )


def test_a_finding_is_the_one_of_the_command_line(served: Server, kg: KnowledgeGraph, found: Findings) -> None:
    for one in of_each_kind(found):
        full = InFull(kg.finding(one.id))
        assert csv_of(served, f"{HOME}{one.id}") == full.to_csv()
        assert served.get(f"{HOME}{one.id}?format=json").text == full.to_json()
        assert served.get(f"{HOME}{one.id}?format=md").text == full.to_markdown()


def test_the_page_of_a_finding_shows_claim_place_rule_numbers_and_rows(
    served: Server, kg: KnowledgeGraph, found: Findings
) -> None:
    for one in of_each_kind(found):
        shown, said = page(served, f"{HOME}{one.id}"), json.loads(InFull(kg.finding(one.id)).to_json())
        assert shown.heading == f"{one.id}: {said['claim']}"
        for text in (said["paraphrase"], said["locator"], said["verdict"], said["rule"]):
            assert " ".join(text.split()) in shown.text, one.id
        for text in (*said["conditions"], *said["sample"], *said["side"], *said["thresholds"].values()):
            assert " ".join(text.split()) in shown.text, one.id
        if said["p"] is not None:
            assert f"Exact two-sided p {said['p']:.6f}" in shown.text
        if said["n"] is not None:
            assert f"n {said['n']}" in shown.text
            assert f"Missing {said['missing']}" in shown.text
        if said["evidence"]:
            rows = shown.tables[f"What decides {one.id}"]
            assert [row[0] for row in rows] == [row["name"] for row in said["evidence"]]
            against = {
                slug
                for row, told in zip(rows, said["evidence"], strict=True)
                if row[-1] == "against"
                for slug in [str(told.get("case")).rsplit("/", 1)[-1]]
            }
            assert against == set(said["exceptions"]), one.id
        else:
            assert f"What decides {one.id}" not in shown.tables


def test_exceptions_lead_to_the_cases_and_passages_to_their_lines(
    served: Server, kg: KnowledgeGraph, found: Findings
) -> None:
    listed = passages_of(kg.graph, "giuliani2005")
    anchors = set(page(served, "/passages").ids)
    for one in of_each_kind(found):
        links = page(served, f"{HOME}{one.id}").links
        assert {f"/page/case/giuliani2005/{slug}" for slug in one.exceptions} <= set(links)
        for part in one.claim.passages:
            if part.iri in listed:
                assert f"/passages#{listed[part.iri].anchor}" in links
                assert listed[part.iri].anchor in anchors


def test_a_value_leads_to_the_rating_that_it_is(served: Server, kg: KnowledgeGraph) -> None:
    links = page(served, f"{HOME}t4-05").links
    ratings = [link for link in links if "#" in link and link.startswith("/page/case/")]
    assert len(ratings) == 2 * 15
    assert all(kg.graph.knows(f"{BASE}{link.removeprefix('/page/')}", as_subject=True) for link in ratings)


def test_every_passage_is_listed_with_its_findings_or_the_reason_for_none(
    served: Server, kg: KnowledgeGraph, run: Run
) -> None:
    listed = list(passages_of(kg.graph, "giuliani2005").values())
    shown = page(served, "/passages")
    rows = shown.tables["Passages in the order of the text, with the findings that each leads to"]
    assert len(rows) == len(listed)
    for row, passage in zip(rows, listed, strict=True):
        wanted = "; ".join(passage.findings) or f"no claim: {passage.no_claim}"
        assert row == [passage.locator, str(passage.number), passage.topic, " ".join(wanted.split())]
    assert csv_of(served, "/passages") == run("query", "report/passages", "--format", "csv").stdout


def test_what_would_turn_a_verdict_is_told_when_it_is_asked(served: Server, kg: KnowledgeGraph) -> None:
    from clusterkg.analysis.fragility import fragility

    for id in ("s5c1-08", "s5b-03"):
        assert f"{HOME}{id}?turned=yes" in page(served, f"{HOME}{id}").links
        shown = page(served, f"{HOME}{id}?turned=yes")
        for by in ("rating", "case"):
            one = fragility(kg.graph, id, by=by, most=1)
            assert one.sentence in shown.text
            for way in one.ways[:12]:
                assert f"{way}: {way.verdict}" in shown.text


def test_moved_thresholds_give_what_the_notes_of_findings_say(
    served: Server, kg: KnowledgeGraph, found: Findings
) -> None:
    import re

    held = 0
    for one in found:
        told = re.search(r"from (\d(?:\.\d)?) on the claim would (hold|fail)", one.claim.note)
        if one.query is None or told is None:
            continue
        (bound,) = [bound for bound in bounds(kg.graph, one) if bound.side == "from"]
        assert bound.verdicts[Decimal(told[1])].startswith(told[2]), one.id
        assert f"from {told[1]}: {bound.verdicts[Decimal(told[1])]}" in page(served, f"{HOME}{one.id}").text
        held += 1
    assert held > 5
    # Nothing of it stays in the graph.
    assert {one.id: one.verdict for one in kg.findings()} == {one.id: one.verdict for one in found}


def test_no_test_goes_by_another_limit_than_is_said(kg: KnowledgeGraph, found: Findings) -> None:
    assert set(GOES_BY) == set(TESTS) == set(ASKS)
    assert set(TRIED) == set(LIMITS)
    stated = limits_of(kg.graph, "giuliani2005")
    moving: dict[str, set[str]] = {}
    for one in of_each_kind(found):
        if one.query is None:
            continue
        rows = [dict(zip(one.columns, row, strict=True)) for row in one.rows]
        for limit, places in TRIED.items():
            for place in places:
                moved = judge(str(one.test), one.claim, rows, {**stated, limit: Decimal(place)}, one.unit).verdict
                if moved != one.verdict:
                    moving.setdefault(limit, set()).add(str(one.test))
    assert moving
    for limit, tests in moving.items():
        assert all(limit in GOES_BY[test] for test in tests), (limit, tests)


def test_the_query_that_is_shown_gives_the_rows_that_are_shown(served: Server, found: Findings) -> None:
    for one in of_each_kind(found):
        if one.query is not None:
            answer = served.ask(one.query, "text/csv")
            assert answer.status == 200
            assert len(list(csv.reader(io.StringIO(answer.text)))) == len(one.rows) + 1
            assert " ".join(one.query.split()) in page(served, f"{HOME}{one.id}").text


def test_every_link_of_findings_leads_somewhere(served: Server, found: Findings) -> None:
    seen: set[str] = set()
    some = [f"{HOME}{one.id}" for one in of_each_kind(found)]
    for path in ("/findings?verdict=fails", "/findings?q=x", "/passages", *some):
        shown = page(served, path)
        for link in shown.links:
            where, _, place = link.partition("#")
            if where.startswith("/"):
                seen.add(where)
            elif not where:
                assert place in shown.ids
    for where in sorted(seen - {"/compare", "/plots", "/code"})[::12]:  # these are made by others
        assert served.get(where, "text/html").status in (200, 303), where
    assert len(seen) > 200


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/findings?verdict=failed", 400, "did you mean 'fails'?"),
        ("/findings?about=leon-footwer", 400, "did you mean 'leon-footwear'?"),
        ("/findings?section=9", 400, "section=9: is none of its values"),
        ("/findings?verdct=fails", 400, "did you mean 'verdict'?"),
        ("/findings?study=x", 404, "no such study with cases"),
        ("/findings?study=giuliani2005&study=x", 400, "given twice"),
        (f"{HOME}s6-9", 404, "did you mean 's6-09'?"),
        (f"{HOME}S6-09", 404, f"it is at {HOME}s6-09"),
        ("/page/finding/giuliani2005", 404, "no such finding"),
        ("/page/finding/other/s6-09", 404, "no such study with findings"),
        (f"{HOME}s6-09?turned=perhaps", 400, "there are: no, yes"),
        (f"{HOME}s6-09?statements=no", 400, "statements=no"),
        (f"{HOME}s6-09?x=1", 400, "no parameter of this page"),
        ("/passages?q=x", 400, "no parameter of this page"),
    ],
)
def test_what_is_asked_wrongly_is_told(served: Server, path: str, status: int, said: str) -> None:
    answer = served.get(path)
    assert answer.status == status, answer
    assert said in answer.text


def test_columns_are_the_contract(served: Server) -> None:
    assert csv_of(served, "/findings?q=nothing-has-this") == ",".join(COLUMNS) + "\n"
    assert json.loads(served.get("/findings?q=nothing-has-this&format=json").text) == []
    assert "None." in page(served, "/findings?q=nothing-has-this").text


def test_the_statements_of_a_finding_are_a_click_away(served: Server) -> None:
    assert f"{HOME}s6-09?statements=yes" in page(served, f"{HOME}s6-09").links
    assert (
        "ckg" in page(served, f"{HOME}s6-09?statements=yes").text
        or "finding" in page(served, f"{HOME}s6-09?statements=yes").text
    )
    assert "/data/finding/giuliani2005/s6-09.ttl" in page(served, f"{HOME}s6-09").links
