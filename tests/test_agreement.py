"""How far coders agree: alpha as Krippendorff computes it, a defined answer where there is none, who differs where."""

import json
import math
import random
import re
from decimal import Decimal
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from conftest import Run, rows_of
from hypothesis import given
from hypothesis import strategies as st

import clusterkg
from clusterkg.coding.agreement import COLUMNS, DIFFERENCES, LEAST_UNITS
from clusterkg.coding.alpha import interval, ordinal_alpha
from clusterkg.errors import ParameterError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph

Coder = list[float | None]

PUBLISHED: list[Coder] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
"""Krippendorff's example of four observers and twelve units, one of them seen by a single observer."""

SCORES = [0, 0.5, 1, 1.5, 2, 2.5, 3]


def units_of(coders: list[Coder]) -> list[list[float]]:
    return [[value for value in unit if value is not None] for unit in zip(*coders, strict=True)]


def reference(coders: list[Coder]) -> float:
    data = np.array([[math.nan if value is None else value for value in coder] for coder in coders])
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal"))


@pytest.fixture(scope="module")
def opinions(second_opinions: str) -> KnowledgeGraph:
    return clusterkg.load(second_opinions)


def row(kg: KnowledgeGraph, variable: str) -> dict[str, object]:
    return next(dict(row) for row in kg.agreement() if row["variable"] == variable)


def opinion(coder: str, slug: str, ratings: dict[str, str]) -> dict[str, str]:
    """Return one coder's file for a case: name to text, with a value or reason for each variable."""
    prefixes = (
        f"@base <https://w3id.org/clusterkg/case/giuliani2005/{slug}> .\n"
        "@prefix ckg: <https://w3id.org/clusterkg/ontology#> .\n"
        "@prefix dim: <https://w3id.org/clusterkg/concept/dimension/> .\n"
        "@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .\n"
        "@prefix status: <https://w3id.org/clusterkg/concept/value-status/> .\n"
    )
    parts = [
        f"<#{variable}--{coder}> a ckg:Rating ; ckg:case <> ; ckg:variable dim:{variable} ;"
        f" ckg:coding <https://w3id.org/clusterkg/study/giuliani2005#coding-{coder}> ; {said} ; ckg:accepted false .\n"
        for variable, said in ratings.items()
    ]
    return {f"cases_ttl/giuliani2005/codings/{coder}/{slug}.ttl": prefixes + "".join(parts)}


def written(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder)


def second_coder_of_demo2020(folder: Path, second_study: str, slug: str, ratings: dict[str, str]) -> list[str]:
    """Return options that add the made-up study and a second coder of one of its cases."""
    files = {
        name.replace("giuliani2005", "demo2020"): text.replace("giuliani2005", "demo2020")
        for name, text in opinion("eva", slug, ratings).items()
    }
    return ["--data", second_study, "--data", written(folder, files)]


def test_alpha_is_krippendorffs_on_his_own_example() -> None:
    alpha = ordinal_alpha(units_of(PUBLISHED))
    assert alpha == pytest.approx(0.815, abs=0.0005)
    assert alpha == pytest.approx(reference(PUBLISHED), abs=1e-12)


def test_alpha_is_the_reference_implementations_on_random_codings() -> None:
    generator = random.Random(2005)
    compared = 0
    for _ in range(200):
        size = generator.randint(3, 25)
        count = generator.randint(2, 4)
        coders: list[Coder] = [generator.choices([None, *SCORES], k=size) for _ in range(count)]
        alpha = ordinal_alpha(units_of(coders))
        if alpha is not None:
            assert alpha == pytest.approx(reference(coders), abs=1e-9)
            compared += 1
    assert compared > 150


def test_a_missing_value_is_not_a_zero() -> None:
    coders: list[Coder] = [[0, 1, 2, 3, 3], [0, 1, 2, 3, None]]
    assert ordinal_alpha(units_of(coders)) == 1
    assert ordinal_alpha([[value or 0 for value in unit] for unit in zip(*coders, strict=True)]) != 1


def test_alpha_goes_by_the_order_of_values_and_not_by_their_size() -> None:
    units = [(0, 0), (0.5, 1), (2, 3), (3, 3), (1, 1)]
    stretched = [tuple(value**3 * 10 for value in unit) for unit in units]
    assert ordinal_alpha(units) == ordinal_alpha(stretched)


def test_a_near_miss_agrees_better_than_a_far_one() -> None:
    agreed = [(0, 0), (1, 1), (2, 2), (3, 3)]
    near, far = ordinal_alpha([*agreed, (2, 3)]), ordinal_alpha([*agreed, (0, 3)])
    assert near is not None
    assert far is not None
    assert near > far


@given(st.lists(st.lists(st.sampled_from(SCORES), max_size=4), max_size=12), st.integers(0, 99))
def test_the_interval_holds_alpha_whatever_the_codings(units: list[list[float]], seed: int) -> None:
    alpha, bounds = ordinal_alpha(units), interval(units, resamples=30, seed=seed)
    if alpha is None:
        assert bounds is None
    elif bounds is not None:
        low, high, used = bounds
        assert low <= alpha <= high <= 1 + 1e-9
        assert 1 <= used <= 30


@given(st.lists(st.lists(st.sampled_from(SCORES), max_size=4), max_size=12), st.randoms())
def test_alpha_knows_neither_the_order_of_coders_nor_of_cases(
    units: list[list[float]], generator: random.Random
) -> None:
    shuffled = [generator.sample(unit, len(unit)) for unit in generator.sample(units, len(units))]
    alpha, other = ordinal_alpha(units), ordinal_alpha(shuffled)
    assert (alpha is None) == (other is None)
    assert alpha is None or alpha == pytest.approx(other)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    units = units_of(PUBLISHED)
    first = interval(units, resamples=300, seed=1)
    assert first == interval(units, resamples=300, seed=1)
    assert first != interval(units, resamples=300, seed=2)


def test_the_interval_narrows_with_more_cases() -> None:
    units = units_of(PUBLISHED)
    few, many = interval(units, resamples=400, seed=1), interval(units * 8, resamples=400, seed=1)
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < (few[1] - few[0]) / 2


def test_each_variable_has_its_row(opinions: KnowledgeGraph) -> None:
    answer = opinions.agreement()
    assert tuple(answer.columns) == COLUMNS
    assert [line["variable"] for line in answer] == [
        "Collective efficiency",
        "Functional upgrading",
        "Intersectoral upgrading",
        "Process upgrading",
        "Product upgrading",
    ]
    process = row(opinions, "Process upgrading")
    assert (process["coders"], process["units"], process["disagreements"]) == (3, 10, 6)


def test_alpha_of_a_variable_is_the_references_on_the_same_ratings(opinions: KnowledgeGraph) -> None:
    ratings = opinions.query("coding/ratings")
    for line in opinions.agreement():
        if line["alpha"] is None:
            continue
        said = {
            (str(r["coding"]), str(r["case"])): float(str(r["rank"]))
            for r in ratings
            if r["variable"] == line["variable"] and r["rank"] is not None
        }
        codings, cases = sorted({key[0] for key in said}), sorted({key[1] for key in said})
        alpha = reference([[said.get((coding, case)) for case in cases] for coding in codings])
        assert float(str(line["alpha"])) == pytest.approx(alpha, abs=0.0005)
        assert Decimal(str(line["low"])) <= Decimal(str(line["alpha"])) <= Decimal(str(line["high"]))


def test_degrees_are_compared_by_rank_and_not_by_their_names(opinions: KnowledgeGraph) -> None:
    ranks = {
        r["value"]: r["rank"] for r in opinions.query("coding/ratings") if r["variable"] == "Collective efficiency"
    }
    assert ranks.pop(None) is None
    assert ranks == {"Low": 1, "Medium": 2, "High": 3}


def test_a_variable_without_variation_has_no_alpha_and_says_so(opinions: KnowledgeGraph) -> None:
    line = row(opinions, "Intersectoral upgrading")
    assert (line["units"], line["alpha"], line["low"], line["high"]) == (10, None, None, None)
    assert line["remark"] == "no variation: every value is 0"


def test_agreement_on_more_than_one_value_is_1_and_the_interval_is_no_proof(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for slug, score in {
        "leon-footwear": 2,
        "torreon-apparel": 1,
        "medellin-textiles": 2,
        "santa-catarina-tiles": 3,
    }.items():
        files |= opinion("eva", slug, {"product-upgrading": f"ckg:score {score}.0"})
    line = row(clusterkg.load(written(tmp_path / "four", files)), "Product upgrading")
    assert (line["units"], line["alpha"]) == (4, None)
    assert line["remark"] == f"too few cases: 4, where {LEAST_UNITS} are the least"
    files |= opinion("eva", "sinos-valley-footwear", {"product-upgrading": "ckg:score 3.0"})
    line = row(clusterkg.load(written(tmp_path / "five", files)), "Product upgrading")
    assert (line["units"], line["alpha"], line["low"], line["high"]) == (5, 1, 1, 1)
    assert str(line["remark"]).startswith("no disagreement")


def test_a_coding_without_a_second_has_nothing_to_agree_with(kg: KnowledgeGraph) -> None:
    for line in kg.agreement():
        assert (line["coders"], line["units"], line["alpha"], line["disagreements"]) == (0, 0, None, 0)
        assert line["remark"] == "no case has the values of two coders"
    assert len(kg.disagreements()) == 0


def test_a_reason_is_no_value_but_a_disagreement_with_one(opinions: KnowledgeGraph) -> None:
    # Table 5 prints N/A for Bucaramanga, where ana has a zero: no unit, one disagreement.
    assert row(opinions, "Functional upgrading")["units"] == 9
    found = [line for line in opinions.disagreements() if line["cluster"] == "Bucaramanga apparel"]
    functional = [line for line in found if line["variable"] == "Functional upgrading"]
    assert [(line["coder"], line["value"]) for line in functional] == [("ana", 0), ("published", "N/A")]
    assert {line["distance"] for line in functional} == {None}


def test_two_different_reasons_are_a_disagreement_and_not_yet_coded_is_none(tmp_path: Path) -> None:
    reason = "sdmx-attribute:obsStatus status:"
    files = opinion("eva", "bucaramanga-apparel", {"functional-upgrading": reason + "not-reported"})
    files |= opinion("eva", "leon-footwear", {"functional-upgrading": reason + "not-yet-coded"})
    found = clusterkg.load(written(tmp_path / "added", files)).disagreements()
    assert [(line["cluster"], line["coder"], line["value"]) for line in found] == [
        ("Bucaramanga apparel", "eva", "not reported"),
        ("Bucaramanga apparel", "published", "N/A"),
    ]


def test_a_disagreement_names_every_coder_with_locator_and_distance(opinions: KnowledgeGraph) -> None:
    answer = opinions.disagreements()
    assert tuple(answer.columns) == DIFFERENCES
    torreon = [line for line in answer if line["cluster"] == "Torreón blue jeans"]
    assert [tuple(line.values())[2:6] for line in torreon if line["variable"] == "Collective efficiency"] == [
        ("ana", "Low", "section 5(a)", 1),
        ("bruno", "Medium", "section 5(a)", 1),
        ("published", "Low", "Table 5; 5(a)", 1),
    ]
    assert {line["case"] for line in torreon} == {"https://w3id.org/clusterkg/case/giuliani2005/torreon-apparel"}
    distances = [line["distance"] for line in answer if line["variable"] == "Process upgrading"]
    assert distances == sorted(distances, key=lambda distance: -Decimal(str(distance)))


def test_as_many_cases_differ_as_the_list_names(opinions: KnowledgeGraph) -> None:
    listed = opinions.disagreements()
    for line in opinions.agreement():
        cases = {other["case"] for other in listed if other["variable"] == line["variable"]}
        assert len(cases) == line["disagreements"]


def test_an_unknown_study_and_no_resamples_are_refused(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="giuliani2006: no such study with cases; did you mean 'giuliani2005'"):
        kg.agreement(study="giuliani2006")
    with pytest.raises(ParameterError, match="resamples 0: is too few"):
        kg.agreement(resamples=0)


def test_the_command_writes_each_format_for_both_answers(run: Run, second_opinions: str) -> None:
    def out(*options: str) -> str:
        done = run("agreement", "--data", second_opinions, *options)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert rows_of(out("--format", "csv"))[3]["alpha"] == "0.802"
    assert json.loads(out("--format", "json"))[3]["alpha"] == 0.802
    assert "| Process upgrading | 3 | 10 | 0.802 | 0.441 | 0.932 | 6 |" in out("--format", "md")
    text = out()
    assert re.search(r"Intersectoral upgrading\*? +3 +10 +0\n", text)
    assert "* Intersectoral upgrading: no variation: every value is 0" in text
    assert max(map(len, (text + out("--disagreements")).splitlines())) <= 80
    assert rows_of(out("--disagreements", "--format", "csv"))[0]["locator"] == "section 5(a)"
    assert "| Collective efficiency | Campina Grande footwear | ana | Low |" in out("--disagreements", "--format", "md")


def test_no_disagreement_is_said_and_is_no_failure(run: Run) -> None:
    done = run("agreement", "--disagreements", "--format", "csv")
    assert (done.returncode, done.stdout) == (0, ",".join(DIFFERENCES) + "\n")
    assert done.stderr == "clusterkg: giuliani2005 has one coder; no study here has two\n"
    assert run("agreement", "--resamples", "0").stderr == (
        "clusterkg: resamples 0: is too few; ask for 1 or more, such as 2000\n"
    )


def test_one_coder_is_told_of_the_studies_with_two(
    run: Run, tmp_path: Path, second_study: str, second_opinions: str
) -> None:
    other = second_coder_of_demo2020(tmp_path, second_study, "alpha-textiles", {"product-upgrading": "ckg:score 1.0"})
    for options in ((), ("--disagreements",)):
        done = run("agreement", *options, *other)
        assert done.stderr == (
            "clusterkg: giuliani2005 has one coder; studies with two or more: demo2020; use --study\n"
        )
    assert run("agreement", "--study", "demo2020", *other).stderr == ""
    assert run("agreement", "--data", second_opinions).stderr == ""


def test_coders_who_agree_everywhere_are_not_coders_without_a_common_case(
    run: Run, tmp_path: Path, second_study: str
) -> None:
    alike = second_coder_of_demo2020(
        tmp_path / "alike", second_study, "alpha-textiles", {"product-upgrading": "ckg:score 3.0"}
    )
    done = run("agreement", "--study", "demo2020", "--disagreements", *alike)
    assert done.stderr == "clusterkg: the coders of demo2020 agree wherever two have looked\n"
    apart = second_coder_of_demo2020(tmp_path / "apart", second_study, "gamma-wine", {"joint-action": "ckg:score 1.0"})
    done = run("agreement", "--study", "demo2020", "--disagreements", *apart)
    assert done.stderr == "clusterkg: the 2 coders of demo2020 have no variable of a case in common\n"


def test_a_remark_that_holds_for_all_variables_is_made_once(run: Run) -> None:
    text = run("agreement").stdout
    assert text.count("no case has the values of two coders") == 1
    assert "* All variables: no case has the values of two coders\n" in text
