"""What a case would change before it is added, and the tables over all studies that it would enter."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT, Run, rows_of

import clusterkg
from clusterkg.coding.impact import COLUMNS, FIGURES, LEAST_SHARED, NEAREST, Impact, impact
from clusterkg.errors import FileError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph

LEON = ROOT / "cases_ttl" / "giuliani2005" / "cases" / "leon-footwear.ttl"


@pytest.fixture(scope="module")
def joined(second_study: str) -> KnowledgeGraph:
    return clusterkg.load(second_study)


@pytest.fixture(scope="module")
def found(second_study: str) -> Impact:
    return impact(second_study)


def figure(found: Impact, item: str, kind: str) -> tuple[object, ...]:
    rows = [row for row in found.section("pooled figure") if (row["item"], row["figure"]) == (item, kind)]
    assert len(rows) == 1
    return tuple(rows[0][column] for column in ("before", "after", "n_before", "n_after"))


def with_case(folder: Path, *changes: tuple[str, str], study: str) -> str:
    """Return a copy of the made-up second study in which the file of Alpha textiles is changed."""
    shutil.copytree(study, folder)
    path = folder / "cases_ttl/demo2020/cases/alpha-textiles.ttl"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return str(folder)


def test_totals_and_averages_move_with_the_number_of_values(found: Impact) -> None:
    # Table 5 as recomputed: 28 over 15; alpha adds 3 and beta 1.
    assert figure(found, "Traditional manufacturing, Product upgrading", "total") == (28, 32, 15, 17)
    averages = figure(found, "Traditional manufacturing, Product upgrading", "average")
    assert averages == (Decimal("1.87"), Decimal("1.88"), 15, 17)


def test_a_missing_value_moves_no_figure(found: Impact) -> None:
    # Beta's process upgrading is not applicable: only alpha's 2 joins the 31.5.
    total = figure(found, "Traditional manufacturing, Process upgrading", "total")
    assert total == (Decimal("31.5"), Decimal("33.5"), 15, 16)


def test_what_does_not_move_is_not_named(found: Impact) -> None:
    named = {str(row["item"]).split(",")[0] for row in found.section("pooled figure")}
    assert "Traditional manufacturing" in named
    assert "Complex products" not in named


def test_chains_count_a_case_once_for_each_mode_and_scope(found: Impact) -> None:
    # Alpha has two global quasi-hierarchies; gamma's governance is not coded.
    assert figure(found, "Quasi-hierarchy, Global", "cases") == (21, 22, 39, 41)
    assert figure(found, "Network, Global", "cases") == (3, 3, 39, 41)


def test_the_first_coded_component_has_an_average_after_none(found: Impact) -> None:
    assert figure(found, "External economies, Specialised labour market", "average") == (None, Decimal("2.67"), 0, 3)


def test_degrees_are_counted(found: Impact) -> None:
    assert figure(found, "Collective efficiency, High", "cases") == (6, 7, 35, 37)


def test_pooled_figures_add_up_to_the_cases_they_rest_on(joined: KnowledgeGraph) -> None:
    degrees = [row for row in joined.query("pooled/rating-figures") if row["of"] == "Collective efficiency"]
    assert sum(int(str(row["value"])) for row in degrees) == degrees[0]["n"]
    pooled = {(row["of"], row["item"], row["figure"]): row["value"] for row in joined.query("pooled/upgrading-figures")}
    total = joined.table(5, study="all").records()[-2]
    assert pooled["Traditional manufacturing", "Functional upgrading", "total"] == total["functional"]


def test_pooled_figures_of_one_study_are_its_tables_totals(kg: KnowledgeGraph) -> None:
    pooled = {(row["of"], row["item"], row["figure"]): row for row in kg.query("pooled/upgrading-figures")}
    tables = {5: "Traditional manufacturing", 6: "Natural resource-based", 7: "Complex products"}
    for number, group in tables.items():
        total, average = kg.table(number).records()[-2:]
        for column in ("product", "process", "functional", "intersectoral"):
            key = (group, f"{column.capitalize()} upgrading")
            assert pooled[*key, "total"]["value"] == total[column]
            assert pooled[*key, "average"]["value"] == average[column]
            assert pooled[*key, "average"]["n"] == average[f"{column}_n"]


def test_an_exact_copy_of_a_case_is_nearest_at_no_distance(tmp_path: Path) -> None:
    target = tmp_path / "again" / "cases_ttl" / "giuliani2005" / "cases" / "leon-footwear--1990s.ttl"
    target.parent.mkdir(parents=True)
    text = LEON.read_text(encoding="utf-8").replace("/leon-footwear> .", "/leon-footwear--1990s> .", 1)
    target.write_text(text, encoding="utf-8")
    near = impact(str(tmp_path / "again")).section("nearest case")
    assert (near[0]["item"], near[0]["after"], near[0]["n_after"]) == ("León footwear (giuliani2005)", 0, 9)
    assert 0 < Decimal(str(near[1]["after"])) <= Decimal(str(near[2]["after"])) <= 1


def test_nearness_goes_by_shared_variables_and_says_how_many(found: Impact) -> None:
    rows = found.section("nearest case")
    beta = [row for row in rows if row["case"] == "Beta textiles"]
    assert len(beta) == NEAREST
    # Two of beta's four upgrading scores are not applicable: product, intersectoral, degree, four modes.
    assert {row["n_after"] for row in beta} == {7}
    assert all(int(str(row["n_after"])) >= LEAST_SHARED for row in rows)
    assert all(0 <= Decimal(str(row["after"])) <= 1 for row in rows)


def test_the_distance_is_the_mean_over_shared_variables(found: Impact) -> None:
    # Alpha and León: high both; product 3 and 2; all else alike but León's domestic network.
    row = next(row for row in found.section("nearest case") if row["case"] == "Alpha textiles")
    assert row["item"] == "León footwear (giuliani2005)"
    assert row["after"] == Decimal(f"{(1 / 3 + 1 / 2) / 9:.3f}")


def test_a_case_stands_once_above_its_nearest_cases(found: Impact) -> None:
    part = found.to_text().split("Nearest cases")[1].split("Distance 0 is alike")[0]
    assert part.count("Alpha textiles") == 1
    assert len([row for row in found.section("nearest case") if row["case"] == "Alpha textiles"]) == 3


def test_only_earlier_cases_are_nearest(found: Impact) -> None:
    assert not [row for row in found.section("nearest case") if "demo2020" in str(row["item"])]
    assert "Gamma wine has none." in found.to_text()


def test_a_new_combination_is_named_and_a_known_one_is_not(tmp_path: Path, second_study: str, found: Impact) -> None:
    # Traditional, high, quasi-hierarchy: Sinos Valley and León have it.
    assert found.section("new combination") == []
    hierarchy = ("ckg:governedBy mode:quasi-hierarchy", "ckg:governedBy mode:hierarchy")
    rows = impact(with_case(tmp_path / "new", hierarchy, study=second_study)).section("new combination")
    assert [(row["case"], row["item"], row["before"], row["after"]) for row in rows] == [
        ("Alpha textiles", "Traditional manufacturing × High × Hierarchy", 0, 1)
    ]


def test_without_a_degree_there_is_no_combination(tmp_path: Path, second_study: str) -> None:
    changes = [
        ("ckg:governedBy mode:quasi-hierarchy", "ckg:governedBy mode:hierarchy"),
        ("ckg:degree degree:high", "ckg:degree degree:high-or-so"),
    ]
    assert impact(with_case(tmp_path / "new", *changes, study=second_study)).section("new combination") == []


def test_a_country_seen_for_the_first_time_is_named(tmp_path: Path, second_study: str) -> None:
    folder = Path(with_case(tmp_path / "new", study=second_study))
    path = folder / "cases_ttl/clusters/alpha-textiles.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("country:COL", "country:HND"), encoding="utf-8")
    reference = folder / "ontology/reference/more-countries.ttl"
    reference.parent.mkdir(parents=True)
    reference.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<https://w3id.org/clusterkg/country/HND> skos:prefLabel "Honduras"@en .\n',
        encoding="utf-8",
    )
    rows = impact(str(folder)).section("first seen")
    assert [(row["case"], row["item"], row["before"], row["after"]) for row in rows] == [
        ("Alpha textiles", "country Honduras", 0, 1)
    ]


def test_a_case_that_stands_in_for_a_shipped_one_is_named_and_moves_its_figures(tmp_path: Path) -> None:
    target = tmp_path / "mended" / "cases_ttl" / "giuliani2005" / "cases" / LEON.name
    target.parent.mkdir(parents=True)
    text = LEON.read_text(encoding="utf-8")
    target.write_text(text.replace("ckg:score 1.0", "ckg:score 2.0"), encoding="utf-8")
    found = impact(str(tmp_path / "mended"))
    assert [row["case"] for row in found.section("case replaced")] == ["León footwear"]
    total = figure(found, "Traditional manufacturing, Functional upgrading", "total")
    assert total == (Decimal("10.5"), Decimal("11.5"), 14, 14)
    assert found.section("new case", "nearest case") == []


def test_rival_codings_change_no_pooled_figure(run: Run, second_opinions: str) -> None:
    assert impact(second_opinions).rows == []
    done = run("impact", second_opinions)
    assert (done.returncode, done.stderr) == (0, "clusterkg: nothing would change\n")
    assert "The folder brings no case." in done.stdout


def test_what_has_joined_already_is_counted_before(second_study: str) -> None:
    assert impact(second_study, [second_study]).section("pooled figure", "new case") == []


def test_a_folder_that_is_not_there_is_one_line(run: Run) -> None:
    with pytest.raises(FileError, match="nowhere: no such folder"):
        impact("nowhere")
    done = run("impact", "nowhere")
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "clusterkg: nowhere: no such folder; check the path\n",
    )


def test_the_command_writes_each_format(run: Run, second_study: str) -> None:
    def out(format: str) -> str:
        done = run("impact", second_study, "--format", format)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert out("csv").splitlines()[0] == ",".join(COLUMNS)
    assert {row["section"] for row in rows_of(out("csv"))} == {"new case", "pooled figure", "nearest case"}
    assert json.loads(out("json"))[0]["case"] == "Alpha textiles"
    text = out("table")
    assert max(map(len, text.splitlines())) <= 80
    assert "1.87 → 1.88  15 → 17" in text
    markdown = out("md")
    assert markdown.startswith("### What second-study would change\n\n#### Cases that join\n\n| Case | Study |")
    assert "| Traditional manufacturing, Product upgrading | total | 28 → 32 | 15 → 17 |" in markdown


def test_each_figure_has_one_row(joined: KnowledgeGraph) -> None:
    keys = [(row["of"], row["item"], row["figure"]) for name in FIGURES for row in joined.query(name)]
    assert len(keys) == len(set(keys))


def test_a_pooled_table_holds_every_studys_cases_with_their_study(joined: KnowledgeGraph) -> None:
    rows = joined.table(5, study="all").records()
    assert len(rows) == 15 + 2 + 2
    assert {row["study"] for row in rows} == {"giuliani2005", "demo2020", None}
    assert (rows[-1]["cluster"], rows[-1]["product"], rows[-1]["product_n"], rows[-1]["n_of"]) == (
        "Average",
        Decimal("1.88"),
        17,
        17,
    )


@pytest.mark.parametrize("number", [3, 5, 6, 7])
def test_over_one_study_a_pooled_table_is_that_studys_own(kg: KnowledgeGraph, number: int) -> None:
    own, pooled = kg.table(number), kg.table(number, study="all")
    assert [name for name in pooled.columns if name != "study"] == own.columns
    cells = [{key: value for key, value in row.items() if key != "study"} for row in pooled.records()]
    assert sorted(map(str, cells)) == sorted(map(str, own.records()))


def test_a_pooled_average_of_components_takes_no_printed_figure(joined: KnowledgeGraph, kg: KnowledgeGraph) -> None:
    first = joined.table(2, study="all").records()[0]
    assert (first["external_economies"], first["external_economies_n"], first["n_of"]) == (Decimal("7.25"), 2, 17)
    assert kg.table(2, study="all").records()[0]["external_economies"] is None


def test_every_case_is_in_the_pooled_appendix(joined: KnowledgeGraph) -> None:
    assert len(joined.table("A", study="all").rows) == 43


def test_a_table_that_no_cases_can_fill_is_refused(run: Run, kg: KnowledgeGraph) -> None:
    done = run("table", "4", "--study", "all")
    assert done.returncode == 2
    assert done.stderr == "clusterkg: 4: no such table in all; there are: 2, 3, 5, 6, 7, A\n"
    assert "labels printed: no table prints" in run("table", "5", "--study", "all", "--labels", "printed").stderr
    with pytest.raises(UnknownName, match="no study prints the table over all studies"):
        kg.table(5, study="all").ledger()


def test_all_pooled_tables_come_at_once_in_80_columns(run: Run, second_study: str) -> None:
    done = run("tables", "--study", "all", "--data", second_study)
    assert done.returncode == 0
    assert done.stdout.count(", all studies") == 6
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_case_coded_otherwise_moves_the_verdicts_that_rest_on_it(tmp_path: Path) -> None:
    """Torreón's product upgrading is coded 1 beside prose of a rapid rise; with 3 the prose would hold."""
    name = "cases_ttl/giuliani2005/cases/torreon-apparel.ttl"
    text = (ROOT / name).read_text(encoding="utf-8")
    head, part = text.split("<#product-upgrading>")
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(f"{head}<#product-upgrading>{part.replace('ckg:score 1.0', 'ckg:score 3.0', 1)}")
    moved = {str(row["item"]).split(":")[0]: row for row in impact(str(tmp_path)).section("verdict")}
    assert (moved["s5c1-29"]["before"], moved["s5c1-29"]["after"]) == ("fails", "holds")
    assert "s3a-04" not in moved
    # The same file again moves nothing.
    (tmp_path / name).write_text(text)
    assert impact(str(tmp_path)).section("verdict", "pooled figure") == []
