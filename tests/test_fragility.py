"""Fragility: exact by brute force, true when written into a case file, and never a change of the user's own graph."""

import csv
import io
import itertools
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT, Run

import clusterkg
from clusterkg import findings
from clusterkg.analysis.copies import Copy
from clusterkg.analysis.fragility import BY, Setting, fragility, of_finding
from clusterkg.analysis.fragility_views import COLUMNS, Fragility
from clusterkg.analysis.recodings import Rating, ratings_read
from clusterkg.analysis.relations import Margins, Relation
from clusterkg.analysis.turning import turns
from clusterkg.errors import ParameterError, UnknownName
from clusterkg.findings import statistics
from clusterkg.findings.verdicts import TESTS, judge
from clusterkg.knowledge_graph import KnowledgeGraph

STUDY = "giuliani2005"
CASE = "https://w3id.org/clusterkg/case/giuliani2005/"

BRUTE = {
    "tally": ("s5a-10", "s5c1-30", "s5c2-13"),
    "kendall-tau-b": ("s5c1-08", "t4-15"),
    "cliffs-delta": ("t4-18", "s5c-15"),
    "sign": ("s5c3-02",),
    "spread": ("s5c1-04",),
    "kruskal-wallis": ("s5a-01",),
    "order": ("s2-25",),
}
"""Findings of each test; the order of modes reads no rating, so that only cases can be left out."""


@pytest.fixture(scope="module")
def setting(kg: KnowledgeGraph) -> Setting:
    return Setting(kg.graph, STUDY)


def verdict_in(setting: Setting, finding: findings.Finding) -> str:
    """Return the verdict on a finding as the changed copy stands: the query asked anew, all rows judged."""
    answer = setting.copy.ask(str(finding.query))
    return judge(str(finding.test), finding.claim, list(answer), setting.limits).verdict


def single_recodings(ratings: list[Rating]) -> Iterator[tuple[Rating, Decimal | int]]:
    for rating in ratings:
        for steps in (1, -1):
            value = rating.moved(steps)
            if value is not None:
                yield rating, value


def of_sample(setting: Setting, finding: findings.Finding) -> list[Rating]:
    place = finding.columns.index("case")
    cases = {row[place] for row in finding.rows}
    read = ratings_read(setting.graph, finding, setting.copy)
    return [rating for rating in read if rating.case in cases and rating.value is not None]


def told(found: Fragility) -> set[tuple[tuple[str, str | None, str | None, str], ...]]:
    """Return each way as its changes with the verdict that it gives."""
    return {
        tuple(sorted((one.slug, one.variable, one.after, way.verdict) for one in way.changes)) for way in found.ways
    }


def test_every_test_of_findings_is_held_to_brute_force() -> None:
    assert set(BRUTE) == set(TESTS)


@pytest.mark.parametrize("id", [id for test, ids in BRUTE.items() if test != "order" for id in ids])
def test_single_recodings_turn_what_the_changed_store_says(id: str, kg: KnowledgeGraph, setting: Setting) -> None:
    finding = kg.finding(id)
    expected = set()
    tried = 0
    for rating, value in single_recodings(of_sample(setting, finding)):
        tried += 1
        with setting.copy.recoded({rating.iri: value}):
            verdict = verdict_in(setting, finding)
        if verdict != finding.verdict:
            slug = rating.case.rsplit("/", 1)[-1]
            expected.add(((slug, rating.name, rating.shown(value), verdict),))
    found = of_finding(setting, finding, most=1, by="rating")
    assert (told(found), found.tried, found.fewest) == (expected, tried, 1 if expected else None)


@pytest.mark.parametrize("id", ["s5c1-30", "s5c2-06", "s5c1-12"])
def test_two_half_points_turn_what_the_changed_store_says(id: str, kg: KnowledgeGraph, setting: Setting) -> None:
    """Pairs of ratings, of one case or of two, and one rating moved by a whole point."""
    finding = kg.finding(id)
    ratings = of_sample(setting, finding)
    once = list(single_recodings(ratings))
    ways = [{one: value} for one in ratings for steps in (2, -2) if (value := one.moved(steps)) is not None]
    ways += [dict(pair) for pair in itertools.combinations(once, 2) if pair[0][0] is not pair[1][0]]
    expected = set()
    levels = [[{one: value} for one, value in once], ways]
    for some in levels:
        for way in some:
            with setting.copy.recoded({rating.iri: value for rating, value in way.items()}):
                verdict = verdict_in(setting, finding)
            if verdict != finding.verdict:
                changes = ((one.case.rsplit("/", 1)[-1], one.name, one.shown(to), verdict) for one, to in way.items())
                expected.add(tuple(sorted(changes)))
        if expected:
            break
    found = of_finding(setting, finding, most=2, by="rating")
    assert told(found) == expected
    assert found.fewest == (1 + levels.index(some) if expected else None)
    assert found.tried == len(once) + (len(ways) if some is ways else 0)


@pytest.mark.parametrize("id", ["s5a-10", "s5c1-08", "s5c-15", "s5c3-02", "s5c1-04", "s2-25", "s5b-20"])
def test_cases_left_out_turn_what_the_changed_store_says(id: str, kg: KnowledgeGraph, setting: Setting) -> None:
    finding = kg.finding(id)
    cases = list(setting.cases)
    if "case" in finding.columns:
        cases = sorted({str(row[finding.columns.index("case")]) for row in finding.rows})
    expected = set()
    for case in cases:
        # The rows of the cases are what a test goes by; a finding that names its cases goes on naming them.
        with setting.copy.without([case]):
            verdict = verdict_in(setting, finding) if len(cases) > 1 else None
        if verdict != finding.verdict and verdict is not None:
            expected.add(((case.rsplit("/", 1)[-1], None, None, verdict),))
    found = of_finding(setting, finding, most=1, by="case")
    assert found.tried == len(cases)
    if len(cases) > 1:
        assert told(found) == expected


@pytest.mark.parametrize("id", ["s5c1-08", "s6-15", "s5c1-36", "s5c-11", "s1-09"])
def test_the_quick_verdict_on_a_relation_is_that_of_the_rules(id: str, kg: KnowledgeGraph, setting: Setting) -> None:
    """After one or two cases have taken the values of another, for every sign that findings claim."""
    finding = kg.finding(id)
    sided = finding.test == "cliffs-delta"
    first = finding.columns.index("side" if sided else "predictor")
    outcome = finding.columns.index("outcome")
    whole = [row for row in finding.rows if None not in (row[first], row[outcome])]
    pairs = [(float(str(row[first] * 1)), float(str(row[outcome]))) for row in whole]
    for directions in (["positive"], ["negative"], ["neutral"], ["neutral", "positive"], ["negative", "positive"]):
        finding.claim.directions = directions
        relation = Relation(finding.claim, setting.limits, pairs, sided=sided)
        for old, new in itertools.islice(itertools.product(pairs[::4], pairs[::5]), 0, None, 2):
            after = list(pairs)
            after[after.index(old)] = new
            rows = [{"case": "", "name": "", finding.columns[first]: x, "outcome": y} for x, y in after]
            expected = judge(str(finding.test), finding.claim, rows, setting.limits).verdict
            changes = {old: -1, new: 1} if old != new else {}
            assert relation.verdict(changes) == expected, (directions, old, new)


@pytest.mark.parametrize("sizes", [((3, 3, 3), (2, 5, 2)), ((8, 7), (4, 4, 4, 3)), ((1, 1, 8), (9, 1)), ((2, 3), (5,))])
def test_margins_know_what_no_order_could_reach(sizes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    x, y = ([value for value, size in enumerate(side) for _ in range(size)] for side in sizes)
    level = 0.05
    margins = Margins(*sizes, level)
    ways = statistics.permutations(*sorted(sizes, key=len, reverse=True))
    total = sum(ways.values())
    assert margins.variance == pytest.approx(sum(s * s * n for s, n in ways.items()) / total)
    for signs in ([1], [-1], [1, -1]):
        assert margins.open(signs) == (statistics.least_probability(x, y, signs) <= level)
    for s in ways:
        assert margins.unlikely(s) == (sum(n for far, n in ways.items() if abs(far) >= abs(s)) / total <= level)


def test_the_graph_is_not_written_to() -> None:
    graph = clusterkg.load()
    before, verdict = set(graph.graph.store), graph.finding("s5c1-08").judgement.rule
    for by in BY:
        graph.fragility("s5c1-08", most=1, by=by, missing=True)
    assert set(graph.graph.store) == before
    assert graph.finding("s5c1-08").judgement.rule == verdict


def test_a_copy_is_itself_again_after_each_change(kg: KnowledgeGraph) -> None:
    copy = Copy(kg.graph)
    query = str(kg.finding("s5c1-08").query)
    before = copy.ask(query)
    with copy.recoded({CASE + "chipilo-furniture#collective-efficiency": 3}):
        assert copy.ask(query) != before
    assert copy.ask(query) == before
    with copy.without([CASE + "chipilo-furniture"]):
        assert len(copy.ask(query)) == len(before) - 1
    assert copy.ask(query) == before


def written(tmp_path: Path, slug: str, old: str, new: str) -> Path:
    """Write a case file in which one rating is otherwise into a folder of its own, as a coder would."""
    name = f"cases_ttl/{STUDY}/cases/{slug}.ttl"
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    target = tmp_path / "mine" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace(old, new), encoding="utf-8")
    return tmp_path / "mine"


def degree(old: str, new: str) -> tuple[str, str]:
    return f"ckg:degree degree:{old} ;", f"ckg:degree degree:{new} ;"


def product(old: str, new: str) -> tuple[str, str]:
    start = "ckg:variable dim:product-upgrading ;\n    ckg:coding giuliani2005:coding-published ;\n    ckg:score "
    return f"{start}{old} ;", f"{start}{new} ;"


def test_what_turns_a_verdict_turns_it_when_written_into_the_case_file(run: Run, tmp_path: Path) -> None:
    """Half a point less for Chipilo's products turns the central claim; half a point more does not."""
    (way,) = [
        one
        for one in fragility(clusterkg.load().graph, "s5c1-08", most=1).ways
        if "product" in str(one) and "Chipilo" in str(one)
    ]
    (change,) = way.changes
    assert (change.before, change.after) == ("2", "1.5")
    for value, verdict in (("1.5", way.verdict), ("2.5", "too few cases to tell")):
        folder = written(tmp_path, change.slug, *product("2.0", value))
        shown = run("finding", "s5c1-08", "--data", str(folder), "--format", "json")
        assert json.loads(shown.stdout)["verdict"] == verdict, value


def test_a_degree_that_turns_a_count_turns_it_when_written(run: Run, tmp_path: Path) -> None:
    ways = told(fragility(clusterkg.load().graph, "s5a-10", most=1))
    assert (("bucaramanga-apparel", "Collective efficiency", "high", "fails"),) in ways
    assert not any(way[0][:3] == ("bucaramanga-apparel", "Collective efficiency", "low") for way in ways)
    for name, verdict in (("high", "fails"), ("low", "holds")):
        folder = written(tmp_path, "bucaramanga-apparel", *degree("medium", name))
        shown = run("finding", "s5a-10", "--data", str(folder), "--format", "json")
        assert json.loads(shown.stdout)["verdict"] == verdict, name


def test_a_rating_keeps_to_its_scale() -> None:
    top = Rating("", "", "", "Product upgrading", Decimal("3"), "", {})
    assert (top.moved(1), top.moved(-1), top.moved(-7)) == (None, Decimal("2.5"), None)
    low = Rating("", "", "", "Collective efficiency", 1, "", {1: "low", 2: "medium", 3: "high"})
    assert (low.moved(-1), low.moved(2), low.shown(low.moved(1))) == (None, 3, "medium")
    assert Rating("", "", "", "", None, "not reported", {}).moved(1) is None


def test_a_missing_rating_is_no_recoding_but_asked_for_apart(kg: KnowledgeGraph, setting: Setting) -> None:
    finding = kg.finding("s5c1-06")
    plain = of_finding(setting, finding, most=1, by="rating")
    assert plain.unfilled is None
    assert all(change.before not in ("not reported", "not available") for way in plain.ways for change in way.changes)
    asked = of_finding(setting, kg.finding("t4-09"), most=1, by="rating", missing=True)
    assert asked.unfilled is not None
    for filling in asked.fillings:
        slug, name = filling.change.slug, str(filling.change.variable).lower().replace(" ", "-")
        scale = dict(enumerate(("low", "medium", "high"), 1))
        for word in filling.values:
            value = next((rank for rank, degree in scale.items() if degree == word), None) or Decimal(word)
            with setting.copy.recoded({f"{CASE}{slug}#{name}": value}):
                assert verdict_in(setting, kg.finding("t4-09")) == filling.verdict


def test_governance_is_not_recoded_but_its_cases_can_be_left_out(kg: KnowledgeGraph, setting: Setting) -> None:
    finding = kg.finding("s5b-07")
    recoded = of_finding(setting, finding, most=1, by="rating")
    assert (recoded.mark, recoded.ways) == (None, [])
    assert "nothing to recode by half points" in recoded.sentence
    assert "--by case" in recoded.sentence
    assert of_finding(setting, finding, most=2, by="case").tried


def test_printed_figures_hang_on_no_case(setting: Setting, kg: KnowledgeGraph) -> None:
    for by in BY:
        assert "printed figures" in of_finding(setting, kg.finding("s5a-02"), most=1, by=by).sentence


def test_a_country_is_left_out_with_all_its_cases(setting: Setting, kg: KnowledgeGraph) -> None:
    finding = kg.finding("s5c-15")
    found = of_finding(setting, finding, most=1, by="country")
    assert found.ways
    for way in found.ways:
        (change,) = way.changes
        gone = [iri for iri, case in setting.cases.items() if case.country == change.slug]
        with setting.copy.without(gone):
            assert verdict_in(setting, finding) == way.verdict


def test_a_claim_that_holds_with_exceptions_is_firm(setting: Setting, kg: KnowledgeGraph) -> None:
    finding = kg.finding("s5c2-13")
    exact, firm = (of_finding(setting, finding, most=1, by="rating", firm=firm) for firm in (False, True))
    assert (exact.then, firm.fewest) == (["holds with exceptions"], None)
    assert not turns("holds", "holds with exceptions", firm=True)
    assert turns("fails", "holds with exceptions", firm=True)


def test_a_coding_of_its_own_is_asked_alone(second_opinions: str) -> None:
    graph = clusterkg.load(second_opinions, coding="ana").graph
    found = fragility(graph, "s5a-10", most=1)
    published = fragility(clusterkg.load().graph, "s5a-10", most=1)
    assert found.tried < published.tried


def test_every_format_tells_the_same(setting: Setting, kg: KnowledgeGraph) -> None:
    found = of_finding(setting, kg.finding("s5c1-08"), most=1, by="rating")
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(json.loads(found.to_json())["ways"]) == len(found.ways) == 7
    assert {row["case"] for row in rows} == {change.slug for way in found.ways for change in way.changes}
    found.shown = 2
    assert "and 5 more" in found.to_text(80)
    assert "and 5 more" in found.to_markdown()
    assert max(map(len, found.to_text(80).splitlines())) <= 80


def test_what_cannot_be_asked_is_told_in_a_line(run: Run) -> None:
    asked = run("analyse", "fragility", "s3b-34")
    assert asked.returncode == 0
    assert "not testable" in asked.stdout
    unknown = run("analyse", "fragility", "s5c1-8")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "did you mean 's5c1-08'" in unknown.stderr
    assert run("analyse", "fragility", "s5c1-08", "--most", "0").returncode == 2
    assert run("analyse", "fragility", "--by", "case").returncode == 2


def test_kinds_of_change_and_numbers_are_checked(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="no such kind of change"):
        kg.fragility("s5c1-08", by="cases")
    with pytest.raises(ParameterError, match="no number of changes"):
        kg.fragility("s5c1-08", most=0)


@pytest.mark.slow
def test_every_tested_finding_has_its_line(kg: KnowledgeGraph) -> None:
    calls: list[tuple[int, int]] = []
    from clusterkg.analysis.fragilities import fragilities

    found = fragilities(kg.graph, most=1, progress=lambda *done: calls.append(done))
    tested = [finding.id for finding in kg.findings() if finding.query is not None]
    assert [row[0] for row in found.rows] == tested
    assert calls[-1] == (len(tested), len(tested))
    by_id = {row[0]: row for row in found.rows}
    # One test under three ids is one answer.
    assert by_id["s1-11"][3:] == by_id["s2-07"][3:] == by_id["s6-04"][3:]
    assert by_id["s5a-02"][3:] == (None,) * 6
    assert len(found.to_csv().splitlines()) == len(tested) + 1


@pytest.mark.slow
def test_the_rows_of_a_case_depend_on_that_case_alone(kg: KnowledgeGraph, setting: Setting) -> None:
    """What lets all cases be recoded at once: recoded alone, a case changes its own rows and no others."""
    seen = set()
    for finding in kg.findings():
        if finding.query is None or "case" not in finding.columns or (finding.path, finding.test) in seen:
            continue
        ratings = of_sample(setting, finding)
        if not ratings:
            continue
        seen.add((finding.path, finding.test))
        place = finding.columns.index("case")
        others = {rating.iri: value for rating, value in single_recodings(ratings)}
        with setting.copy.recoded(others):
            together = setting.copy.ask(finding.query).rows
        for rating in ratings[::3]:
            own = {iri: value for iri, value in others.items() if iri.startswith(rating.case + "#")}
            with setting.copy.recoded(own):
                alone = setting.copy.ask(finding.query).rows
            assert [row for row in alone if row[place] == rating.case] == [
                row for row in together if row[place] == rating.case
            ]
            assert [row for row in alone if row[place] != rating.case] == [
                row for row in finding.rows if row[place] != rating.case
            ]
    assert len(seen) >= 6
