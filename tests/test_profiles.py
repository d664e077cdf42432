"""Profiles: counts by hand from the printed tables, the lattice against its definition, cuts, missing scores."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator

import pytest
from conftest import Run, rows_of, transcription

import clusterkg
from clusterkg.analysis.lattice import Lattice
from clusterkg.analysis.profiles import COLUMNS
from clusterkg.analysis.samples import Case
from clusterkg.errors import ParameterError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph

TYPES = ("product", "process", "functional", "intersectoral")


def printed() -> Iterator[dict[str, float | None]]:
    """Yield the scores of each of the 35 cases, as transcribed; None for N/A."""
    for table in ("table5", "table6", "table7"):
        for row in transcription(table):
            if row["row_type"] == "cluster":
                yield {name: None if row[name] == "N/A" else float(row[name]) for name in TYPES}


def reached(least: float) -> Counter[str]:
    whole = [row for row in printed() if None not in row.values()]
    sets = ([name for name in TYPES if (row[name] or 0) >= least] for row in whole)
    return Counter(" + ".join(names) or "none" for names in sets)


@pytest.mark.parametrize("least", [0.5, 1, 1.5, 2, 2.5, 3])
def test_profiles_are_counted_as_in_the_printed_tables(kg: KnowledgeGraph, least: float) -> None:
    found = kg.profiles(least=least)
    counted = {found.label(types): len(cases) for types, cases in found.cut.counted()[""].items()}
    assert counted == reached(least)
    assert sum(counted.values()) == 34


@pytest.mark.parametrize("least", [1, 2])
def test_pairs_are_counted_over_the_cases_with_both_scores(kg: KnowledgeGraph, least: float) -> None:
    rows = list(printed())
    for pair in kg.profiles(least=least).cut.pairs():
        a, b = (name.removesuffix("-upgrading") for name in pair.types)
        told = [(row[a], row[b]) for row in rows]
        both = [(one >= least, two >= least) for one, two in told if one is not None and two is not None]
        wanted = [both.count(one) for one in ((True, True), (True, False), (False, True), (False, False))]
        assert [len(one) for one in (pair.both, pair.first, pair.second, pair.neither)] == wanted
        assert (pair.n, pair.missing) == (len(both), 40 - len(both))


def test_no_functional_without_process_upgrading_is_an_implication(kg: KnowledgeGraph) -> None:
    ladders = {(one.having, one.lacking): one for one in kg.profiles().cut.ladders()}
    one = ladders["functional-upgrading", "process-upgrading"]
    # 19 of the 34 with a score; Bucaramanga, without one, has process upgrading and so is no exception either.
    assert (one.holds, one.against, one.reached, one.n, one.missing) == (True, [], 19, 35, 5)
    other = ladders["process-upgrading", "functional-upgrading"]
    assert (other.holds, len(other.against), other.n) == (False, 15, 34)


def test_counter_examples_are_named(kg: KnowledgeGraph) -> None:
    found = kg.profiles(least=2)
    ladders = {(one.having, one.lacking): one for one in found.cut.ladders()}
    against = ladders["product-upgrading", "process-upgrading"].against
    assert [case.slug for case in against] == ["rio-grande-do-norte-melons"]
    assert "No functional without process, in all 34 cases (5 have functional)." in found.to_text()


def test_nothing_follows_from_what_no_case_has_reached(kg: KnowledgeGraph) -> None:
    found = kg.profiles(group="complex-products")
    ladders = {(one.having, one.lacking): one for one in found.cut.ladders()}
    assert ladders["intersectoral-upgrading", "product-upgrading"].holds is None
    assert "Nothing follows from intersectoral, which no case has reached." in found.to_text()
    assert "No intersectoral without" not in found.to_text()


def test_a_missing_score_is_not_taken_for_absent(kg: KnowledgeGraph) -> None:
    found = kg.profiles(group="traditional-manufacturing")
    (gap,) = found.cut.partial
    assert (gap.case.slug, gap.unknown) == ("bucaramanga-apparel", ("functional-upgrading",))
    assert gap.has("functional-upgrading") is None
    assert "Bucaramanga apparel: product + process known, functional not" in " ".join(found.to_text().split())
    assert found.cut.reached("functional-upgrading") == (10, 14)
    assert found.cut.reached("product-upgrading") == (15, 15)


def test_a_group_without_scores_has_no_profile(kg: KnowledgeGraph) -> None:
    found = kg.profiles(group="specialized-suppliers")
    assert found.cut.whole == []
    assert "No case has a score on every type." in found.to_text()
    assert {row[COLUMNS.index("unknown")] for row in found.rows} == {" + ".join(TYPES)}


@pytest.mark.parametrize("least", [0.5, 2])
def test_the_lattice_holds_just_the_closed_sets(kg: KnowledgeGraph, least: float) -> None:
    cut = kg.profiles(least=least).cut
    cases = {one.case.slug: set(one.reached) for one in cut.whole}
    closed = set()
    for size in range(len(cut.types) + 1):
        for chosen in itertools.combinations(cut.types, size):
            sharing = [types for types in cases.values() if set(chosen) <= types]
            closed.add(frozenset(set(cut.types).intersection(*sharing)))
    lattice = cut.lattice()
    assert {frozenset(one.intent) for one in lattice.concepts} == closed
    for one in lattice.concepts:
        assert {case.slug for case in one.extent} == {name for name, types in cases.items() if set(one.intent) <= types}
        assert {case.slug for case in one.exact} == {name for name, types in cases.items() if set(one.intent) == types}
    # Along an edge the types grow, the cases become fewer, and nothing lies between.
    for less, more in lattice.edges:
        small, large = set(lattice.concepts[less].intent), set(lattice.concepts[more].intent)
        assert small < large
        assert not [one for one in closed if small < one < large]


def test_the_listing_shows_each_set_once_under_the_first_above_it() -> None:
    features = ("a", "b", "c")
    profiles = [("one", ("a",)), ("two", ("b",)), ("three", ("a", "b"))]
    lattice = Lattice(features, [(Case(f"case/{name}", name, "", ""), types) for name, types in profiles])
    assert lattice.listing({}) == [
        "1 none of them: 3 cases",
        "  2 a: 2 cases, 1 just these",
        "    4 a + b: 1 case, 1 just these, also under 3",
        "      5 a + b + c: 0 cases",
        "  3 b: 2 cases, 1 just these",
    ]


def test_cuts_stand_side_by_side(kg: KnowledgeGraph) -> None:
    found = kg.profiles(cuts=[1, 2, 3])
    assert [float(cut.least) for cut in found.cuts] == [0.5, 1, 2, 3]
    for cut in found.cuts:
        counted = {found.label(types): len(cases) for types, cases in cut.counted()[""].items()}
        assert counted == reached(float(cut.least))
    assert "from 0.5  from 1  from 2  from 3" in found.to_text().casefold()
    assert max(map(len, found.to_text(80).splitlines())) <= 80


@pytest.mark.parametrize("wrong", ["0.7", "-1", "3.5", "nan", "inf", "much", "", "1e400", "½"])
def test_a_cut_that_is_no_half_point_is_one_line_that_lists_them(kg: KnowledgeGraph, wrong: str) -> None:
    with pytest.raises(ParameterError) as told:
        kg.profiles(least=wrong)
    assert str(told.value).endswith("there are: 0, 0.5, 1, 1.5, 2, 2.5, 3")
    with pytest.raises(ParameterError):
        kg.profiles(cuts=[1, wrong])


def test_the_ends_of_the_scale_are_cuts(kg: KnowledgeGraph) -> None:
    assert list(map(len, kg.profiles(least="0").cut.counted()[""].values())) == [34]
    assert kg.profiles(least=3.0).cut.reached("product-upgrading") == (13, 35)


def test_profiles_are_parted_by_group_or_country(kg: KnowledgeGraph) -> None:
    found = kg.profiles(by="sectoral_group")
    parts = found.cut.counted("sectoral_group")
    assert {name: sum(map(len, profiles.values())) for name, profiles in parts.items()} == {
        "Complex products": 9,
        "Natural resource-based": 11,
        "Traditional manufacturing": 14,
    }
    assert set(kg.profiles(by="country").cut.counted("country")) >= {"Brazil", "Mexico", "Costa Rica"}
    with pytest.raises(ParameterError, match="cannot be parted"):
        kg.profiles(by="industry")


def test_the_csv_is_a_contract(run: Run) -> None:
    done = run("analyse", "profiles", "--least", "2", "--cuts", "--format", "csv")
    assert done.stdout.splitlines()[0] == ",".join(COLUMNS)
    rows = rows_of(done.stdout)
    assert sorted({row["least"] for row in rows}) == ["1", "2", "3"]
    for least in ("1", "2", "3"):
        assert sum(int(row["n"]) for row in rows if row["least"] == least and not row["unknown"]) == 34
        assert sum(row["unknown"] != "" for row in rows if row["least"] == least) == 6
    wrong = run("analyse", "profiles", "--least", "4")
    assert (wrong.returncode, wrong.stdout, len(wrong.stderr.splitlines())) == (2, "", 1)


def test_the_json_has_the_lattice_with_its_edges(kg: KnowledgeGraph) -> None:
    told = json.loads(kg.profiles(least=2).to_json())["cuts"][0]
    lattice = told["lattice"]
    assert [len(one["intent"]) for one in lattice["concepts"]] == [0, 1, 1, 2, 3, 4]
    assert lattice["edges"] == [[0, 1], [0, 2], [1, 3], [2, 3], [3, 4], [4, 5]]
    assert lattice["concepts"][-1]["extent"] == ["region-austral-salmon"]
    assert told["n"] == 34


def test_a_second_study_and_a_coding_have_profiles_of_their_own(second_study: str, second_opinions: str) -> None:
    demo = clusterkg.load(second_study).profiles(study="demo2020")
    assert len(demo.cut.profiles) == 3
    ana = clusterkg.load(second_opinions, coding="ana").profiles()
    assert len(ana.cut.whole) + len(ana.cut.partial) == 40
    assert all(len(one.unknown) == 4 for one in ana.cut.partial)
    with pytest.raises(UnknownName):
        clusterkg.load(second_study).profiles(study="demo2021")
