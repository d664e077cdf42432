"""Crisp-set QCA on the cases of the study: memberships, rows, left-out cases, queries, and what is refused."""

import json
from decimal import Decimal

import pytest
from conftest import Run, rows_of

import clusterkg
from clusterkg.analysis.qca import EXPLANATIONS, Qca
from clusterkg.analysis.qca.calibration import Codebook, codebook
from clusterkg.analysis.qca.views import PARTS
from clusterkg.analysis.samples import Sample, sample
from clusterkg.errors import DataError, ParameterError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph

UPGRADING = ("product", "process", "functional", "intersectoral")


@pytest.fixture(scope="module")
def cases(kg: KnowledgeGraph) -> Sample:
    return sample(kg.graph)


@pytest.fixture(scope="module")
def sets(kg: KnowledgeGraph) -> Codebook:
    return codebook(kg.graph, "giuliani2005")


def inside(sets: Codebook, cases: Sample, name: str) -> set[str]:
    return {case.slug for case in cases if sets.membership(sets.find(name), case) == 1}


# Calibration


def test_the_codebook_names_the_sets_that_the_study_argues_with(sets: Codebook) -> None:
    wanted = {"global-quasi-hierarchy", "network-chain", "domestic-chain", "both-scopes", "specialised-suppliers"}
    wanted |= {"high-collective-efficiency", "medium-or-high-collective-efficiency", "traditional-manufacturing"}
    wanted |= {"natural-resource-based", "complex-products", "functionally-upgraded", "marked-functional-upgrading"}
    assert wanted <= set(sets.sets)
    assert all(one.reason and one.described() for one in sets.sets.values())


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        ("global-quasi-hierarchy", "CaseInQuasiHierarchicalGlobalChain"),
        ("domestic-chain", "CaseInDomesticChain"),
        ("global-chain", "CaseInGlobalChain"),
        ("both-scopes", "CaseInBothScopes"),
        ("functionally-upgraded", "FunctionallyUpgradedCase"),
        ("intersectorally-upgraded", "IntersectorallyUpgradedCase"),
        ("high-collective-efficiency", "HighCollectiveEfficiencyCase"),
    ],
)
def test_a_set_holds_the_cases_of_the_class_that_the_ontology_defines_alike(
    name: str, class_name: str, sets: Codebook, cases: Sample, kg: KnowledgeGraph
) -> None:
    prefix = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> "
    rows = kg.query(f"{prefix}SELECT ?case {{ ?case a ckg:CaseStudy , ckg:{class_name} }}").rows
    assert inside(sets, cases, name) == {str(case).rsplit("/", 1)[-1] for (case,) in rows}


def test_a_cut_counts_the_bound_itself_and_nothing_below(sets: Codebook, cases: Sample) -> None:
    for kind in UPGRADING:
        scores = {case.slug: case.values.get(f"{kind}-upgrading") for case in cases}
        marked = inside(sets, cases, f"marked-{kind}-upgrading")
        assert marked == {slug for slug, score in scores.items() if score is not None and score >= 2}
    assert Decimal("1.5") in {case.values.get("functional-upgrading") for case in cases}


def test_a_case_without_a_value_is_in_no_set_and_out_of_none(sets: Codebook, cases: Sample) -> None:
    campina = next(case for case in cases if case.slug == "campina-grande-footwear")
    for name in ("network-chain", "domestic-chain", "both-scopes"):
        assert sets.membership(sets.find(name), campina) is None
        assert sets.lacks(sets.find(name), campina) == ("governance", "not available")
    joinville = next(case for case in cases if case.slug == "joinville-software")
    assert sets.membership(sets.find("functionally-upgraded"), joinville) is None
    assert sets.lacks(sets.find("functionally-upgraded"), joinville) == ("functional-upgrading", "not reported")
    assert sets.membership(sets.find("specialised-suppliers"), joinville) == 1


def test_what_a_case_cannot_be_is_no_possible_row(sets: Codebook, cases: Sample) -> None:
    def possible(*names: str) -> set[tuple[int, ...]]:
        return sets.possible([sets.find(name) for name in names], cases.groups)

    assert possible("complex-products", "natural-resource-based") == {(0, 0), (0, 1), (1, 0)}
    assert possible("high-collective-efficiency", "medium-or-high-collective-efficiency") == {(0, 0), (0, 1), (1, 1)}
    assert possible("both-scopes", "domestic-chain") == {(0, 0), (0, 1), (1, 1)}
    assert len(possible("network-chain", "global-chain", "functionally-upgraded")) == 8


def test_every_observed_row_is_possible(kg: KnowledgeGraph) -> None:
    found = kg.qca("product-upgraded")
    assert {row.values for row in found.comparison.table.observed} <= found.possible


SET = """
<#set-of-tests>
    a ckg:CrispSet ;
    skos:prefLabel "Set of tests"@en ;
    skos:notation "set-of-tests" ;
    skos:note "A test."@en ;
    ckg:study <> ;
    {} .
"""


def with_set(tmp_path, statement: str) -> KnowledgeGraph:
    """Return the graph with one more set in the codebook."""
    from clusterkg.resources import shipped_root

    folder = tmp_path / "mine"
    path = folder / "cases_ttl/giuliani2005/study.ttl"
    path.parent.mkdir(parents=True)
    with open(f"{shipped_root()}/cases_ttl/giuliani2005/study.ttl", encoding="utf-8") as file:
        path.write_text(file.read() + SET.format(statement), encoding="utf-8")
    return clusterkg.load(str(folder))


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("ckg:leastChains 2", 24),
        ("ckg:carries scope:global ; ckg:absent true", 10),
        ("ckg:intersectionOf <#set-domestic-chain> , <#set-global-chain> ; ckg:absent true", 24),
    ],
)
def test_a_set_of_another_kind_is_found_by_its_query_too(tmp_path, statement: str, count: int) -> None:
    graph = with_set(tmp_path, statement)
    found = graph.qca("set-of-tests", ["complex-products"], inclusion=0.01)
    assert len(found.comparison.with_outcome) == count
    assert_queries_find_their_cases(graph, found)


def test_an_intersection_of_intersections_is_refused(tmp_path) -> None:
    with pytest.raises(DataError, match="is made of 'both-scopes', which is no plain set"):
        with_set(tmp_path, "ckg:intersectionOf <#set-both-scopes>").qca("set-of-tests", ["complex-products"])


# Truth table and solution


def test_every_case_is_in_one_row_or_left_out_with_its_reason(kg: KnowledgeGraph, cases: Sample) -> None:
    found = kg.qca("functionally-upgraded")
    rows = [case for row in found.comparison.table.observed for case in (*row.with_outcome, *row.without_outcome)]
    left = {case.iri for case, _, _ in found.left_out}
    assert len(rows) == len(set(rows)) == 33
    assert set(rows) | left == {case.iri for case in cases}
    assert not set(rows) & left
    reasons = {(case.slug, variable): reason for case, variable, reason in found.left_out}
    assert reasons["campina-grande-footwear", "governance"] == "not available"
    assert reasons["bucaramanga-apparel", "functional-upgrading"] == "not available"
    assert len(left) == 7


def test_no_term_covers_a_case_without_the_outcome_at_full_inclusion(kg: KnowledgeGraph) -> None:
    for solution in ("conservative", "parsimonious"):
        found = kg.qca("functionally-upgraded", solution=solution).comparison
        assert found.models
        assert all(part.fit.without_outcome == [] for model in found.models for part in model.parts)
    assert len(found.contradictions) == 19


def test_a_lower_inclusion_takes_contradictory_rows_in_and_says_which_cases_go_against(kg: KnowledgeGraph) -> None:
    found = kg.qca("functionally-upgraded", inclusion=0.75).comparison
    against = {case.rsplit("/", 1)[-1] for model in found.models for case in model.fit.without_outcome}
    assert against == {"jalisco-electronics"}
    assert all(row.inclusion < 0.75 for row in found.table.coded("C"))


def test_a_row_of_too_few_cases_is_a_remainder_that_still_names_them(kg: KnowledgeGraph) -> None:
    table = kg.qca("functionally-upgraded", cases=2).comparison.table
    assert {row.n for row in table.coded("?")} == {1}
    assert len(table.coded("?")) == 7 - 1
    assert all(row.values in table.free for row in table.coded("?"))


def test_the_absence_of_the_outcome_is_no_mirror_of_its_presence(kg: KnowledgeGraph) -> None:
    found = kg.qca("functionally-upgraded", negate=True).comparison
    assert found.outcome == "~functionally-upgraded"
    assert [str(model) for model in found.models] == [
        "global-quasi-hierarchy*~network-chain*domestic-chain*~high-collective-efficiency*~complex-products"
        " + ~global-quasi-hierarchy*~network-chain*domestic-chain*~high-collective-efficiency*complex-products"
    ]


def test_a_parsimonious_solution_names_what_it_assumes_and_what_cannot_exist(kg: KnowledgeGraph) -> None:
    found = kg.qca("marked-product-upgrading", solution="parsimonious")
    (model,) = found.comparison.models
    assert set(model.assumptions) <= set(found.comparison.table.remainders)
    assert len(model.assumptions) == 16
    assert sum(row not in found.possible for row in model.assumptions) == 8
    assert kg.qca("marked-product-upgrading").comparison.models[0].assumptions == []


def test_an_outcome_of_all_or_of_no_case_has_no_solution_and_says_so(run: Run) -> None:
    done = run("analyse", "qca", "product-upgraded", "network-chain", "--group", "natural-resource-based")
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "No solution: all 11 cases are in product-upgraded: there is nothing to compare them with." in said
    assert max(map(len, done.stdout.splitlines())) <= 80
    done = run("analyse", "qca", "product-upgraded", "network-chain", "--group", "natural-resource-based", "--negate")
    assert done.returncode == 1
    assert "none of the 11 cases is in ~product-upgraded: there is nothing to explain." in " ".join(done.stdout.split())


def test_software_has_no_score_so_that_no_case_is_left(run: Run) -> None:
    done = run("analyse", "qca", "product-upgraded", "network-chain", "--group", "specialized-suppliers")
    assert (done.returncode, done.stderr) == (1, "")
    assert "no case has a value on every set" in done.stdout


def test_defaults_leave_out_what_is_tied_to_the_outcome_by_definition(kg: KnowledgeGraph) -> None:
    assert kg.qca("functionally-upgraded").comparison.conditions == list(EXPLANATIONS["functional-upgrading"])
    found = kg.qca("complex-products").comparison
    assert found.conditions == ["global-quasi-hierarchy", "network-chain", "high-collective-efficiency"]


# Queries


def assert_queries_find_their_cases(kg: KnowledgeGraph, found: Qca, engine: str = "oxigraph") -> None:
    terms = {part.term: part.fit for model in found.comparison.models for part in model.parts}
    assert terms
    for number, term in enumerate(found.terms, 1):
        rows = kg.query(found.sparql(number), engine=engine).rows
        negated = found.comparison.outcome.startswith("~")
        wanted = {(case, not negated) for case in terms[term].with_outcome}
        wanted |= {(case, negated) for case in terms[term].without_outcome}
        assert {(case, outcome) for case, _, outcome in rows} == wanted
        assert len(rows) == len(wanted)


@pytest.mark.parametrize(
    ("outcome", "conditions", "more"),
    [
        ("functionally-upgraded", [], {}),
        ("functionally-upgraded", [], {"solution": "parsimonious", "inclusion": 0.6}),
        ("functionally-upgraded", [], {"negate": True, "solution": "parsimonious"}),
        ("marked-process-upgrading", [], {"inclusion": 0.7}),
        ("high-collective-efficiency", ["both-scopes", "network-chain"], {"inclusion": 0.3}),
        ("both-scopes", ["high-collective-efficiency", "complex-products"], {"inclusion": 0.5}),
        (
            "marked-product-upgrading",
            ["domestic-chain", "market-chain"],
            {"group": "traditional-manufacturing", "inclusion": 0.5},
        ),
    ],
)
def test_the_query_of_a_term_finds_exactly_its_cases(
    outcome: str, conditions: list[str], more: dict[str, object], kg: KnowledgeGraph
) -> None:
    assert_queries_find_their_cases(kg, kg.qca(outcome, conditions, **more))


@pytest.mark.slow
def test_the_query_of_a_term_gives_the_same_on_the_other_engine(kg: KnowledgeGraph) -> None:
    found = kg.qca("both-scopes", ["high-collective-efficiency", "complex-products"], inclusion=0.5)
    assert_queries_find_their_cases(kg, found, "rdflib")


def test_the_printed_query_runs_as_it_is(run: Run, kg: KnowledgeGraph) -> None:
    arguments = ("analyse", "qca", "functionally-upgraded", "--solution", "parsimonious")
    printed = run(*arguments, "--sparql", "2")
    assert printed.returncode == 0
    rows = rows_of(run("query", "-", "--format", "csv", stdin=printed.stdout).stdout)
    assert [row["name"] for row in rows] == ["Valle del Cauca sugar"]
    assert "9: no such term; there are 3" in run(*arguments, "--sparql", "9").stderr


def test_a_coder_s_own_values_make_a_comparison_of_their_own(second_opinions: str) -> None:
    graph = clusterkg.load(second_opinions, coding="ana")
    found = graph.qca("product-upgraded", ["network-chain"])
    assert 0 < len(found.comparison.cases) < 12
    assert len(found.comparison.cases) + len(found.comparison.left_out) == 40


def test_a_study_without_sets_of_its_own_is_told_whose_are_used(run: Run, second_study: str) -> None:
    arguments = ("--study", "demo2020", "--data", second_study)
    done = run("analyse", "qca", "product-upgraded", "network-chain", *arguments)
    assert "The codebook of demo2020 names no crisp set: these are those of giuliani2005." in done.stdout


# What is refused, and how it is shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["functionaly-upgraded"], "no such crisp set; did you mean 'functionally-upgraded'?"),
        (["product-upgraded", "netwrk-chain"], "did you mean 'network-chain'"),
        (["product-upgraded", "product-upgraded"], "product-upgraded: is the outcome and a condition at once"),
        (["product-upgraded", "marked-product-upgrading"], "is tied to the outcome product-upgraded by what the two"),
        (["complex-products", "natural-resource-based"], "is tied to the outcome complex-products"),
        (["product-upgraded", "network-chain", "Network chain"], "network-chain: is named twice"),
        (["product-upgraded", "--inclusion", "0"], "inclusion 0: is no share of cases"),
        (["product-upgraded", "--inclusion", "nan"], "inclusion nan: is no share of cases"),
        (["product-upgraded", "--cases", "0"], "cases 0: is too few"),
        (["product-upgraded", "--solution", "parsimonous"], "did you mean 'parsimonious'?"),
        (["product-upgraded", "--group", "complex"], "no case is of such a sectoral group"),
        (["product-upgraded", "--study", "giuliani2006"], "did you mean 'giuliani2005'"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(run: Run, arguments: list[str], words: str) -> None:
    done = run("analyse", "qca", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr


def test_more_than_eight_conditions_are_refused_and_eight_are_not(kg: KnowledgeGraph) -> None:
    names = ["global-quasi-hierarchy", "network-chain", "market-chain", "hierarchy-chain", "domestic-chain"]
    names += ["high-collective-efficiency", "natural-resource-based", "complex-products"]
    found = kg.qca("functionally-upgraded", names, solution="parsimonious")
    assert found.comparison.models
    with pytest.raises(ParameterError, match="9 conditions make 512 rows"):
        kg.qca("functionally-upgraded", [*names, "traditional-manufacturing"])


def test_a_solution_that_there_is_not_is_unknown(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="no such solution"):
        kg.qca("functionally-upgraded", solution="intermediate")


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_csv_with_named_columns_and_the_same_as_in_json(part: str, kg: KnowledgeGraph) -> None:
    found = kg.qca("functionally-upgraded")
    rows = rows_of(found.to_csv(part))
    told = json.loads(found.to_json(part))
    assert [list(row) for row in told] == [list(row) for row in rows]
    assert rows


def test_the_truth_table_in_csv_has_every_row_and_says_which_cannot_exist(kg: KnowledgeGraph) -> None:
    rows = rows_of(kg.qca("marked-product-upgrading").to_csv())
    assert len(rows) == 32
    assert {row["outcome"] for row in rows if row["n"] == "0"} == {"?"}
    assert {(row["natural-resource-based"], row["complex-products"]) for row in rows if row["possible"] == "no"} == {
        ("1", "1")
    }
    assert sum(int(row["n"]) for row in rows) == 34


def test_json_holds_the_models_with_the_query_of_each_term(kg: KnowledgeGraph) -> None:
    told = json.loads(kg.qca("functionally-upgraded", solution="parsimonious").to_json())
    (model,) = told["models"]
    assert [term["with_outcome"] for term in model["terms"]][1] == ["valle-del-cauca-sugar"]
    assert all(term["sparql"].startswith("#+ summary: Which cases are ") for term in model["terms"])
    assert (told["cases"], told["rows_observed"], told["rows_possible"]) == (33, 14, 32)


def test_the_terminal_stays_within_80_columns_and_names_the_cases(run: Run) -> None:
    done = run("analyse", "qca", "functionally-upgraded", "--solution", "parsimonious")
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    for words in ("Limited diversity: 14 rows observed of 32", "Valle del Cauca sugar", "10 simplifying assumptions"):
        assert words in done.stdout


def test_one_row_is_one_row(kg: KnowledgeGraph) -> None:
    alone = kg.qca("functionally-upgraded", ["traditional-manufacturing"], group="traditional-manufacturing").to_text()
    assert "Limited diversity: 1 row observed of 2" in " ".join(alone.split())
    assert "cases in 1 row)" in " ".join(alone.split())


def test_markdown_shows_every_part(kg: KnowledgeGraph) -> None:
    text = kg.qca("functionally-upgraded").to_markdown()
    for title in ("**Sets**", "**Truth table**", "**Necessity**", "**Solution**", "**Left out**"):
        assert title in text
