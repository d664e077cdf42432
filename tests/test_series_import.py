"""Imports into a store: what is asked for, wholly or not at all, and told in plain words."""

from pathlib import Path

import pytest
from conftest import ROOT, Run
from series_files import GDP, GINI, HEADER, SERIES, WORLD_BANK, zipped

from clusterkg.errors import DataError, ParameterError, UnknownName
from clusterkg.series.choices import Choice
from clusterkg.series.extract import extract
from clusterkg.series.importing import Order, Result, import_file, rebuild
from clusterkg.series.store import datasets_in, graph_on

LONG = str(SERIES / "gini-index.csv")
VALUES = """
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
SELECT ?country ?year ?value
WHERE { ?in_year ckg:country ?country ; ckg:year ?year ; <https://w3id.org/clusterkg/indicator/%s> ?value }
ORDER BY ?country ?year ?value
"""


def take(store: Path, path: str | Path, *, replace: bool = False, vintage: str = "", **choice: object) -> Result:
    order = Order(str(path), Choice(**choice), label="Gini index", replace=replace, vintage=vintage)
    return import_file(order, str(store), today="2026-11-30")


def values(store: Path, indicator: str) -> list[tuple[object, ...]]:
    rows = graph_on(str(store)).run(VALUES % indicator).rows
    return [(str(country).rpartition("/")[2], year, value) for country, year, value in rows]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the World Bank's file of GDP."""
    folder = tmp_path_factory.mktemp("series") / "store"
    take(folder, WORLD_BANK)
    return folder


def test_the_shipped_extract_is_what_the_importer_makes_of_the_files() -> None:
    assert extract(str(SERIES)) == (ROOT / "ontology/reference/series.ttl").read_text(encoding="utf-8")


def test_figures_join_by_country_and_year_each_once(store: Path) -> None:
    found = values(store, GDP)
    assert len(found) == 80 - 25
    assert [str(value) for country, year, value in found if (country, year) == ("BRA", 2002)] == ["509795273806.7151"]
    assert len({row[:2] for row in found}) == len(found)
    assert {row[0] for row in found} == {"BRA", "MEX", "NIC"}, "the shipped extract has given way"
    assert {row[0] for row in values(store, GINI)} > {"PER"}, "and stays for what is not imported"


def test_the_data_set_says_where_it_comes_from(store: Path) -> None:
    (about,) = datasets_in(str(store))
    query = (
        "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/>"
        " SELECT ?file ?hash ?vintage ?day ?n ?aggregates { ?set ckg:fileName ?file ; ckg:sha256 ?hash ;"
        " ckg:vintage ?vintage ; dcterms:created ?day ; ckg:observations ?n ; ckg:aggregateObservations ?aggregates ."
        f" FILTER(?file = '{WORLD_BANK.name}') }}"
    )
    row = (WORLD_BANK.name, about["sha256"], "2026-04-08", "2026-11-30", 80, 25)
    assert graph_on(str(store)).run(query).rows == [row]
    counted = graph_on(str(store)).run(
        "PREFIX qb: <http://purl.org/linked-data/cube#> SELECT (COUNT(?o) AS ?n)"
        f" {{ ?o a qb:Observation ; qb:dataSet <https://w3id.org/clusterkg/series/{about['name']}> }}"
    )
    assert counted.rows == [(80,)], "the count is true"


def test_importing_the_same_again_changes_nothing(store: Path) -> None:
    before = (store / "store.json").read_bytes()
    again = take(store, WORLD_BANK)
    assert not again.changed
    assert again.notes[0].startswith("already imported as api-ny-")
    assert (store / "store.json").read_bytes() == before


def test_choices_cut_indicators_countries_and_years(tmp_path: Path) -> None:
    path = zipped(tmp_path / "WDI_CSV.zip", "WDICSV.csv")
    take(tmp_path / "s", path, indicators=[GINI], countries=["BR", "MEX"], years="2001-2002")
    (about,) = datasets_in(str(tmp_path / "s"))
    assert (list(about["codes"]), about["observations"], about["span"]) == ([GINI], 3, "2001-2002")
    assert [row[:2] for row in values(tmp_path / "s", GINI)] == [("BRA", 2001), ("BRA", 2002), ("MEX", 2002)]


def test_another_vintage_stands_beside_until_it_replaces(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    later = tmp_path / "gini-index.csv"
    later.write_text(Path(LONG).read_text("utf-8").replace("BRA,2002,58.1", "BRA,2002,58.2"), encoding="utf-8")
    take(folder, LONG, indicators=[GINI])
    told = take(folder, later, indicators=[GINI]).notes
    assert told[0].startswith(f"{GINI} stands beside that of gini-index-")
    assert str({row[:2]: row[2] for row in values(folder, GINI)}["BRA", 2002]) == "58.1"
    take(folder, later, indicators=[GINI], replace=True, vintage="2027")
    assert len(datasets_in(str(folder))) == 1
    assert str({row[:2]: row[2] for row in values(folder, GINI)}["BRA", 2002]) == "58.2"


def test_what_would_be_lost_is_not_replaced(tmp_path: Path) -> None:
    take(tmp_path / "s", SERIES / "WDICSV.csv")
    with pytest.raises(DataError, match=f"cannot replace wdicsv-.*, which holds {GDP} too"):
        take(tmp_path / "s", LONG, indicators=[GINI], replace=True)
    assert len(datasets_in(str(tmp_path / "s"))) == 1


def test_a_file_without_its_indicator_wants_one(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="does not say which indicator it holds; name one with --indicator CODE"):
        take(tmp_path / "s", LONG)
    assert not (tmp_path / "s").exists(), "nothing is left behind"


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        ({"countries": ["PER"]}, "has nothing of PER"),
        ({"years": "1950"}, "has no figure of the years 1950-1950"),
        ({"indicators": ["NY.GDP.MKTP.KD"]}, "has no indicator NY.GDP.MKTP.KD; did you mean 'NY.GDP.MKTP.CD'"),
    ],
)
def test_no_overlap_is_told_and_nothing_is_written(tmp_path: Path, choice: dict[str, object], fault: str) -> None:
    with pytest.raises(DataError, match=fault):
        take(tmp_path / "s", WORLD_BANK, **choice)
    assert not (tmp_path / "s").exists()


def test_a_country_that_is_none_and_years_that_are_none_offer_what_is_meant(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="--countries BRAZ: is no country's code; did you mean 'BRA'"):
        take(tmp_path / "s", WORLD_BANK, countries=["BRAZ"])
    for years in ("2005-1990", "05", "1990-"):
        with pytest.raises(ParameterError, match="is no year or span of years; write 1990-2005"):
            Choice(years=years)


def test_repeated_observations_are_counted_where_they_agree(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}Brazil,BRA,2002,58.1\nBrasil,BR,2002,58.10\nBrazil,BRA,2003,57\n", encoding="utf-8")
    result = take(tmp_path / "s", path, indicators=[GINI])
    assert str(result.tally.repeated) == "1 (lines 2 and 3)"
    assert result.about["observations"] == 2


def test_contradicting_observations_are_refused_with_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}Brazil,BRA,2002,58.1\nBrazil,BRA,2003,57\nBrazil,BRA,2002,58.2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"BRA, 2002, SI.POV.GINI is 58.1 in line 2 and 58.2 in line 4"):
        take(tmp_path / "s", path, indicators=[GINI])
    assert not (tmp_path / "s").exists()


def test_figures_that_only_a_decimal_tells_apart_contradict_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}Brazil,BRA,2002,9007199254740992\nBrazil,BRA,2002,9007199254740993\n", encoding="utf-8")
    with pytest.raises(DataError, match="these contradict each other"):
        take(tmp_path / "s", path, indicators=[GINI])


def test_a_heading_without_rows_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER, encoding="utf-8")
    with pytest.raises(DataError, match="no observation that can be taken: below its heading there is no row"):
        take(tmp_path / "s", path, indicators=[GINI])


def test_a_row_that_names_no_indicator_is_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = WORLD_BANK.read_text(encoding="utf-8")
    row = '"Brazil","BRA","","",' + ",".join(['"1"'] * 20) + ",\n"
    path.write_text(text + row, encoding="utf-8")
    result = take(tmp_path / "s", path)
    assert str(result.tally.ragged).endswith("which names no indicator)")
    assert [list(about["codes"]) for about in datasets_in(str(tmp_path / "s"))] == [["NY.GDP.MKTP.CD"]]


def test_where_no_cluster_lies_no_case_is_joined_and_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}Albania,ALB,2002,31.7\n", encoding="utf-8")
    assert "none of the countries in which clusters lie" in take(tmp_path / "s", path, indicators=[GINI]).notes[-1]


def test_codes_that_no_iri_can_hold_are_written_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'{HEADER}"Bra""zil\\",BRA,2002,58.1\n', encoding="utf-8")
    order = Order(str(path), Choice(['x/y <z>"']), label='a "label"\\\n')
    import_file(order, str(tmp_path / "s"))
    assert values(tmp_path / "s", "x%2Fy%20%3Cz%3E%22") != []


def test_a_rebuilt_store_answers_as_before_and_says_what_has_changed(tmp_path: Path) -> None:
    copy = tmp_path / "gini-index.csv"
    copy.write_bytes(Path(LONG).read_bytes())
    folder = tmp_path / "s"
    take(folder, WORLD_BANK, years="1990-2005")
    take(folder, copy, indicators=[GINI])
    before, recorded = values(folder, GDP) + values(folder, GINI), datasets_in(str(folder))
    rebuild(str(folder))
    assert values(folder, GDP) + values(folder, GINI) == before
    assert datasets_in(str(folder)) == recorded

    copy.write_text(copy.read_text("utf-8").replace("58.1", "58.3"), encoding="utf-8")
    with pytest.raises(DataError, match=r"gini-index.csv \(has changed\); put them back"):
        rebuild(str(folder))
    copy.unlink()
    with pytest.raises(DataError, match=r"gini-index.csv \(no such file\)"):
        rebuild(str(folder))
    assert values(folder, GDP) + values(folder, GINI) == before, "the store is as it was"
    _, faults = rebuild(str(folder), without_missing=True)
    assert [about["file"] for about in datasets_in(str(folder))] == [WORLD_BANK.name]
    assert len(faults) == 1


def test_the_command_says_what_it_took_and_exits_by_what_the_data_say(run: Run, tmp_path: Path) -> None:
    done = run("import", str(WORLD_BANK), "--store", "s")
    assert (done.returncode, done.stdout.startswith("api-ny-")) == (0, True)
    assert "80 observations of NY.GDP.MKTP.CD, 1986-2005, 3 countries" in done.stderr
    assert "25 of them are of areas that are no country" in done.stderr
    assert "40 cells are blank: no observation, and no zero" in done.stderr
    assert "\r" not in done.stderr, "progress is for terminals"
    assert run("import", str(WORLD_BANK), "--store", "t", "--years", "1950").returncode == 1
    for arguments in (["none.csv"], [str(ROOT / "README.md")], [LONG], [], [LONG, "--rebuild"]):
        done = run("import", *arguments, "--store", "t")
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
