"""`clusterkg check`: every problem with its line and what to do, whichever file it is in and wherever that lies."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from checked_files import FILES, LEON, PREFIXES, errors, leon, put
from conftest import ROOT, Run, rows_of

import clusterkg
from clusterkg.resources import DataFile
from clusterkg.terms import owner_iri
from clusterkg.validation import COLUMNS, Problem, check
from clusterkg.validation.given import home_of, identify
from clusterkg.validation.places import Places
from clusterkg.validation.problems import Report

BUENOS_AIRES = (
    PREFIXES
    + """
cluster:buenos-aires-books a ckg:Cluster ; skos:prefLabel "Buenos Aires books"@en ;
    ckg:country country:BRA ; ckg:industry industry:furniture .
"""
)


SHEET = (
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix prov: <http://www.w3.org/ns/prov#> .\n"
    '<https://w3id.org/clusterkg/sheet/mine/cases> a prov:Entity ; dcterms:title "cases.xlsx, sheet cases" .\n'
)


# What is said, and how.


def test_the_whole_project_conforms_and_its_files_and_queries_are_counted(run: Run) -> None:
    done = run("check")
    queries = [*(ROOT / "queries").rglob("*.rq"), *(ROOT / "ontology/rules").glob("*.rq")]
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        f"clusterkg: {len(FILES) + 1 + len(queries)} files, 0 errors, 0 warnings, 0 notes: conforms\n"
    )


def test_a_problem_is_told_with_its_line_in_three_formats(run: Run, tmp_path: Path) -> None:
    path = put(tmp_path, "mine.ttl", leon(("ckg:score 2.0", "ckg:score 7.0")))
    line = Path(path).read_text(encoding="utf-8").splitlines().index("    ckg:score 7.0 ;") + 1
    text, csv, records = (run("check", "mine.ttl", "--format", format) for format in ("text", "csv", "json"))
    assert (text.returncode, csv.returncode, records.returncode) == (1, 1, 1)
    assert f"mine.ttl:{line}: error: A score is one decimal from 0.0 (absent) to 3.0 (high)" in text.stdout
    assert "Found: 7.0; write one decimal from 0.0 to 3.0" in text.stdout
    assert text.stderr.splitlines()[-1] == "clusterkg: 1 file, 2 errors, 0 warnings, 0 notes: does not conform"
    assert csv.stdout.splitlines()[0] == "file,line,focus,path,level,message,fix"
    row, told = rows_of(csv.stdout)[0], json.loads(records.stdout)[0]
    assert {key: str(value) for key, value in told.items()} == row
    assert list(row) == list(COLUMNS)
    assert row["focus"].endswith("case/giuliani2005/leon-footwear#process-upgrading")
    assert row["path"] == "https://w3id.org/clusterkg/ontology#score"
    assert told["line"] == line


def test_warnings_and_notes_are_shown_but_do_not_fail(run: Run, tmp_path: Path) -> None:
    put(tmp_path, "cluster.ttl", BUENOS_AIRES)
    done = run("check", "cluster.ttl")
    assert done.returncode == 0
    assert "cluster.ttl:10: warning: no case study describes this cluster" in done.stdout
    assert "cluster.ttl:10: info: No place is given" in done.stdout
    assert done.stderr == "clusterkg: 1 file, 0 errors, 1 warning, 1 note: conforms\n"


def test_problems_stand_by_file_and_line() -> None:
    a = Problem("a.ttl", 9, "", "", "info", "late")
    b = Problem("a.ttl", 10, "", "", "error", "later")
    c = Problem("b.ttl", 1, "", "", "error", "last")
    assert Report([c, b, a, a], files=2).problems == [a, b, c]


def test_nothing_checked_is_never_called_conforming(tmp_path: Path) -> None:
    assert Report([], files=0).summary == "0 files, 0 errors, 0 warnings, 0 notes: nothing was checked"
    path = put(tmp_path, "x.ttl", "<http://example.org/x> a <http://example.org/Person> .\n")
    report = check([path])
    assert errors(report) == ["describes nothing of a class of the ontology"]
    assert not report.conforms


def test_python_gets_the_same_problems_as_a_list(tmp_path: Path) -> None:
    assert clusterkg.validate(str(LEON)) == []
    path = put(tmp_path, "mine.ttl", leon(("ckg:score 2.0", "ckg:score 7.0")))
    problems = clusterkg.validate(path)
    assert [problem.level for problem in problems] == ["error", "error"]
    assert problems == check([path]).problems


# Lines.


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_statement_of_every_file_has_its_line(file: DataFile) -> None:
    lines = ["", *Path(file.path).read_text(encoding="utf-8").splitlines()]
    places = Places()
    for quad in ox.parse(path=file.path, format=ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode):
            value = quad.object.value
            line = lines[places.line(file.path, quad.subject.value, quad.predicate.value, value)]
            written = value.splitlines()[0].replace('"', '\\"') if isinstance(quad.object, ox.Literal) else value
            last = written.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
            assert last in line or "<>" in line, quad


def test_a_file_in_no_order_has_lines_too(tmp_path: Path) -> None:
    text = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#>\n# a comment; with <marks> .\n" + (
        "<https://w3id.org/clusterkg/cluster/x>\n a\n ckg:Cluster; ckg:country\n"
        "  <https://w3id.org/clusterkg/country/BRA>,\n  <https://w3id.org/clusterkg/country/ZZZ>."
    )
    problems = check([put(tmp_path, "x.ttl", text)]).problems
    assert {p.line for p in problems if "country:ZZZ does not exist" in p.message} == {7}
    assert {p.line for p in problems if "A cluster has a name" in p.message or "industr" in p.message} == {3}


# Files: where they lie, what they are.


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_known_by_what_it_describes(file: DataFile, tmp_path: Path) -> None:
    path = put(tmp_path, "mine.ttl", Path(file.path).read_text(encoding="utf-8"))
    known, replaced = identify(path, FILES)
    assert (known.name, known.part) == (file.name, file.part)
    assert [other.name for other in replaced] == [file.name]
    owner = owner_iri(file.name)
    # Of a study's own fragments its study file is the home, but for those that say so.
    if owner is not None and not owner.endswith("/") and file.part != "reported" and "passages" not in file.name:
        assert home_of(owner) == file.name


def test_a_file_elsewhere_stands_in_for_the_project_s_and_that_is_said(run: Run, tmp_path: Path) -> None:
    put(tmp_path, "my case.ttl", leon())
    done = run("check", "my case.ttl")
    assert done.returncode == 0
    assert done.stderr.splitlines()[0].startswith("clusterkg: my case.ttl stands in for ")
    assert done.stderr.splitlines()[0].endswith("cases_ttl/giuliani2005/cases/leon-footwear.ttl")
    assert run("check", str(LEON)).stderr.count("\n") == 1, "a file does not stand in for itself"


def test_files_given_together_may_refer_to_each_other(tmp_path: Path) -> None:
    case = put(tmp_path, "case.ttl", leon(
        ("@base <https://w3id.org/clusterkg/case/giuliani2005/leon-footwear>",
         "@base <https://w3id.org/clusterkg/case/giuliani2005/buenos-aires-books>"),
        ("ckg:describes cluster:leon-footwear", "ckg:describes cluster:buenos-aires-books"),
        ('skos:prefLabel "León footwear"@en', 'skos:prefLabel "Buenos Aires books"@en'),
    ))  # fmt: skip
    cluster = put(tmp_path, "cluster.ttl", BUENOS_AIRES)
    alone = check([case])
    assert "cluster:buenos-aires-books does not exist" in errors(alone)
    together = check([case, cluster])
    assert together.conforms
    assert not any("no case study describes" in problem.message for problem in together.problems)


def test_a_rating_of_a_case_is_checked_with_it(tmp_path: Path) -> None:
    """Focusing on the case alone would miss a bad score on one of its ratings."""
    report = check([put(tmp_path, "mine.ttl", leon(("ckg:score 2.0", "ckg:score 9.0")))])
    assert {problem.focus.rpartition("#")[2] for problem in report.problems} == {"process-upgrading"}


def test_another_coding_is_checked_beside_the_published_one(tmp_path: Path) -> None:
    rating = LEON.read_text(encoding="utf-8").split("<#product-upgrading>\n")[1]
    head = "".join(line for line in LEON.read_text(encoding="utf-8").splitlines(True) if line.startswith("@"))
    text = f"{head}\n<#product-upgrading--second>\n{rating}"
    path = put(tmp_path, "rival.ttl", text)
    file, replaced = identify(path, FILES)
    assert (file.name, replaced) == ("cases_ttl/giuliani2005/codings/second/leon-footwear.ttl", [])
    assert any("accepted" in message for message in errors(check([path]))), "both are accepted"
    rival = put(tmp_path, "rival.ttl", text.replace("ckg:accepted true", "ckg:accepted false"))
    assert not any("accepted" in message for message in errors(check([rival])))


def test_only_problems_of_the_given_files_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    put(
        folder,
        "cases_ttl/giuliani2005/cases/gamarra-apparel.ttl",
        "<http://example.org/x> a <http://example.org/Y> .\n",
    )
    assert check([str(LEON)], [str(folder)]).problems == []
    assert not check([str(folder)]).conforms


def test_an_added_folder_is_checked_with_the_project(run: Run, second_study: str) -> None:
    done = run("check", "--data", second_study)
    assert done.returncode == 0, "warnings and notes only"
    own = [line for line in done.stdout.splitlines() if "second-study" in line]
    assert own == done.stdout.splitlines()
    assert done.stderr.endswith(": conforms\n")


def test_two_things_in_one_file_are_told_apart(tmp_path: Path) -> None:
    report = check([put(tmp_path, "mine.ttl", leon() + "\ncluster:leon-footwear a ckg:Cluster .\n")])
    assert (
        "describes cluster:leon-footwear beside <https://w3id.org/clusterkg/case/giuliani2005/leon-footwear>"
        in errors(report)
    )


def test_a_thing_described_in_two_given_files_is_told_at_both(tmp_path: Path) -> None:
    paths = [put(tmp_path, name, BUENOS_AIRES) for name in ("a.ttl", "b.ttl")]
    told = [problem for problem in check(paths).problems if "is described here and in" in problem.message]
    assert [Path(problem.file).name for problem in told] == ["a.ttl", "b.ttl"]
    assert {problem.line for problem in told} == {10}


def test_name_and_iri_of_a_file_agree(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    put(folder, "cases_ttl/clusters/leon-shoes.ttl", BUENOS_AIRES)
    report = check([str(folder / "cases_ttl")])
    assert any(
        "a file of this name describes <https://w3id.org/clusterkg/cluster/leon-shoes>" in e for e in errors(report)
    )
    assert "rename the file or mend the IRI" in str(report.problems[0])


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    assert errors(check([put(tmp_path, "x.ttl", "# nothing yet\n")])) == ["holds no statement"]


def test_a_list_with_half_of_the_project_s_stands_in_for_it_and_a_shorter_one_joins_it(tmp_path: Path) -> None:
    source = 'source:{} a ckg:Source ; skos:prefLabel "{}" ; dcterms:creator "x" ; dcterms:issued "2001"^^xsd:gYear .\n'
    short = put(tmp_path, "mine.ttl", PREFIXES + source.format("x2001", "X (2001)"))
    file, replaced = identify(short, FILES)
    assert (file.part, file.name, replaced) == ("sources", "cases_ttl/mine/sources.ttl", [])
    own = PREFIXES + source.format("schmitz1995", "Vargas (2000)")
    assert any("source:vargas2000 has the same citation" in e for e in errors(check([put(tmp_path, "mine.ttl", own)])))


def test_codings_and_sheets_have_files_of_their_own(tmp_path: Path) -> None:
    coding = "<https://w3id.org/clusterkg/study/giuliani2005#coding-second> a ckg:Coding .\n"
    codings, sheets = put(tmp_path, "a.ttl", PREFIXES + coding), put(tmp_path, "b.ttl", SHEET)
    found = [(file.part, file.name, replaced) for file, replaced in (identify(codings, FILES), identify(sheets, FILES))]
    assert found == [
        ("codings", "cases_ttl/giuliani2005/codings.ttl", []),
        ("sheets", "cases_ttl/mine/sheets.ttl", []),
    ]
    assert errors(check([sheets])) == []


def test_a_coding_may_stand_in_the_study_s_file_or_in_that_of_its_codings_but_not_in_both(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    study = (ROOT / "cases_ttl/giuliani2005/study.ttl").read_text(encoding="utf-8")
    head, _, coding = study.partition("\n<#coding-published>")
    coding, dot, rest = coding.partition(" .\n")
    alone = study[: study.index("\n<>")] + "\n<#coding-published>" + coding + dot
    put(folder, "cases_ttl/giuliani2005/codings.ttl", alone)
    shipped = str(ROOT / "cases_ttl/giuliani2005/study.ttl")
    twice = {problem.message for problem in check([str(folder), shipped]).of_level("error")}
    assert [message.partition(" is described here")[0] for message in twice] == [
        "study:giuliani2005#coding-published"
    ] * 2
    put(folder, "cases_ttl/giuliani2005/study.ttl", head + rest)
    assert check([str(folder)]).of_level("error") == []


def test_a_cell_exists_where_its_sheet_does_and_a_missing_sheet_is_told_once(tmp_path: Path) -> None:
    cell = "prov:wasDerivedFrom <https://w3id.org/clusterkg/sheet/mine/cases#cell={}>"
    spots = ("    ckg:governedBy mode:market ;", "    ckg:variable dim:product-upgrading ;")
    text = leon(*((spot, f"{spot}\n    {cell.format(at)} ;") for spot, at in zip(spots, ("7,16", "7,11"), strict=True)))
    text = text.replace("@prefix qb:", "@prefix prov: <http://www.w3.org/ns/prov#> .\n@prefix qb:")
    case = put(tmp_path, "cases_ttl/giuliani2005/cases/leon-footwear.ttl", text)
    told = [problem.message for problem in check([case]).problems if "does not exist" in problem.message]
    assert told == ["<https://w3id.org/clusterkg/sheet/mine/cases> does not exist"]
    put(tmp_path, "cases_ttl/mine/sheets.ttl", SHEET)
    assert errors(check([case], [str(tmp_path)])) == []
    put(tmp_path, "cases_ttl/giuliani2005/cases/leon-footwear.ttl", text.replace("cell=7,11", "cell=seven"))
    assert "sheet/mine/cases#cell=seven> does not exist" in str(errors(check([case], [str(tmp_path)])))


def test_a_case_of_another_group_than_its_class_of_isic_suggests_is_asked_about(tmp_path: Path) -> None:
    cluster = (ROOT / "cases_ttl/clusters/leon-footwear.ttl").read_text(encoding="utf-8")
    isic = "<https://w3id.org/clusterkg/concept/isic4/{}>"
    case = put(tmp_path, "cases_ttl/giuliani2005/cases/leon-footwear.ttl", leon())
    for code, asked in (("6201", 1), ("1520", 0), ("9529", 0)):
        assert "ckg:industryClass isic4:1520 ;" in cluster
        classed = cluster.replace("isic4:1520 ;", f"{isic.format(code)} ;")
        put(tmp_path, "cases_ttl/clusters/leon-footwear.ttl", classed)
        told = check([case], [str(tmp_path)]).of_level("warning")
        assert ["another sectoral group" in problem.message for problem in told] == [True] * asked, code


def test_an_iri_that_stands_for_nothing_is_told_with_the_nearest_that_does(tmp_path: Path) -> None:
    report = check([put(tmp_path, "mine.ttl", leon(("<#chain-domestic-market> ,", "<#chain-domestic-markt> ,")))])
    told = next(problem for problem in report.problems if "does not exist" in problem.message)
    assert "leon-footwear#chain-domestic-market" in told.fix
    assert not any("A counted chain is described" in problem.message for problem in report.problems), "told once"
