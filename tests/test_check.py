"""`clusterkg check`: every problem with its line and what to do, whichever file it is in and wherever that lies."""

import json
import random
import shutil
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, Run, rows_of
from test_mutations import SPOILT, spoil

import clusterkg
from clusterkg.errors import ClusterkgError
from clusterkg.resources import DataFile, turtle_files
from clusterkg.terms import owner_iri
from clusterkg.validation import COLUMNS, Problem, check
from clusterkg.validation.given import home_of, identify
from clusterkg.validation.places import Places
from clusterkg.validation.problems import Report
from clusterkg.validation.shapes import Shapes, shapes_path
from clusterkg.validation.validators import validate
from clusterkg.validation.workspace import Workspace

FILES = turtle_files()[0]
LEON = ROOT / "cases_ttl/giuliani2005/cases/leon-footwear.ttl"
PREFIXES = """@prefix ckg: <https://w3id.org/clusterkg/ontology#> .
@prefix cluster: <https://w3id.org/clusterkg/cluster/> .
@prefix country: <https://w3id.org/clusterkg/country/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix industry: <https://w3id.org/clusterkg/concept/industry/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/clusterkg/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
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


def put(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def leon(*changes: tuple[str, str]) -> str:
    """Return the file of a case, with changes to its text."""
    text = LEON.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def errors(report: Report) -> list[str]:
    return [problem.message for problem in report.of_level("error")]


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
    assert not check([], [str(folder)]).conforms


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
    twice = {problem.message for problem in check([], [str(folder)]).of_level("error")}
    assert [message.partition(" is described here")[0] for message in twice] == [
        "study:giuliani2005#coding-published"
    ] * 2
    put(folder, "cases_ttl/giuliani2005/study.ttl", head + rest)
    assert check([], [str(folder)]).of_level("error") == []


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


@pytest.mark.slow
@pytest.mark.parametrize("index", range(0, len(SPOILT), 20))
def test_one_file_is_told_what_the_whole_project_is_told_of_it(index: int, tmp_path: Path) -> None:
    """A check of one file looks at what it leans on, and that is enough."""
    spoilt = SPOILT[index]
    folder = tmp_path / "mine"
    path = folder / spoilt["file"]
    path.parent.mkdir(parents=True)
    shutil.copy(spoil(spoilt["file"], spoilt["gone"], spoilt["come"], tmp_path), path)
    whole = [problem for problem in check([], [str(folder)]).problems if problem.file == str(path)]
    assert whole
    assert check([str(path)]).problems == whole


# The two SHACL engines.


@pytest.fixture(scope="module")
def shipped_shapes() -> Shapes:
    """The shapes, which each engine compiles once: pySHACL waits for a parser at each of their queries."""
    return Shapes(shapes_path())


def both_engines(path: str, shapes: Shapes) -> tuple[set[object], set[object]]:
    workspace = Workspace([path])
    data, focus = workspace.data(), workspace.focus()
    fast = validate(data, shapes, "shacl", focus)
    return set(fast), set(validate(data, shapes, "pyshacl", focus))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_both_engines_find_the_same_in_files_spoilt_at_random(
    seed: int, shipped_shapes: Shapes, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    names = [file.name for file in FILES if file.part in ("cases", "clusters")]
    name = chance.choice(names)
    text = (ROOT / name).read_text(encoding="utf-8")
    triples = [quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)]
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    odd = [
        ox.Literal("01.50", datatype=decimal),
        ox.Literal("abc", datatype=decimal),
        ox.Literal("+2", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        ox.Literal('a "quoted"\nline', language="en"),
        ox.Literal(""),
        ox.NamedNode("https://w3id.org/clusterkg/concept/governance-mode/network"),
    ]
    for _ in range(6):
        triple = triples.pop(chance.randrange(len(triples)))
        other = chance.choice(triples)
        swapped = chance.choice([other.object, triple.subject, *odd])
        triples.append(ox.Triple(triple.subject, chance.choice([triple, other]).predicate, swapped))
    path = tmp_path / "spoilt.ttl"
    path.write_bytes(ox.serialize(set(triples), format=ox.RdfFormat.TURTLE) or b"")
    fast, reference = both_engines(str(path), shipped_shapes)
    assert fast == reference


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "tests/bad_cases").glob("*.ttl"))[::12], ids=lambda path: path.stem)
def test_both_engines_find_the_same_in_bad_cases(path: Path, shipped_shapes: Shapes) -> None:
    fast, reference = both_engines(str(path), shipped_shapes)
    assert fast == reference


def test_pyshacl_does_the_work_where_the_fast_engine_does_not_load(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = put(tmp_path, "mine.ttl", leon(("ckg:score 2.0", "ckg:score 7.0")))
    fast = check([path], engine="shacl").problems
    monkeypatch.setitem(sys.modules, "shacl", None)
    assert check([path]).problems == fast
    with pytest.raises(ModuleNotFoundError):
        check([path], engine="shacl")


@pytest.mark.parametrize("heavy", [["rdflib", "pyshacl", "yaml", "owlready2"]])
def test_one_case_does_not_pay_for_heavy_libraries(heavy: list[str], run: Run) -> None:
    import subprocess

    script = (
        f"import sys\nfrom clusterkg.cli import main\nmain(['check', {str(LEON)!r}])\n"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


# Queries.

SOUND = """#+ summary: Which clusters are there?
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
SELECT ?cluster WHERE { ?cluster a ckg:Cluster } ORDER BY ?cluster
"""


def test_a_sound_query_has_no_problem(tmp_path: Path) -> None:
    assert check([put(tmp_path, "q.rq", SOUND)]).problems == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("#+ summary: Which clusters are there?\n", "", 1, "does not say what it answers"),
        ("summary: Which", "summary: A: Which", 1, "header is not YAML"),
        ("?cluster WHERE", "* WHERE", 3, "SELECT * leaves its columns unnamed"),
        ("SELECT ?cluster WHERE {", "SELECT ?cluster WHERE { { SELECT DISTINCT * { ?cluster ?p ?o } }", 3, "SELECT *"),
        (" ORDER BY ?cluster", "", 1, "rows have no order"),
        (" ORDER BY ?cluster", " { SELECT ?x { ?x ?p ?o } ORDER BY ?x }", 3, "does not parse"),
        ("ORDER BY ?cluster", "ORDER BY (1)", 3, "ORDER BY leaves rows in doubt"),
        ("ckg:Cluster", "skos:Concept", 3, "prefix 'skos:' is not declared; add 'PREFIX skos:"),
        ("ckg:Cluster", "ckg:Clster", 3, "ckg:Clster does not exist; did you mean ckg:Cluster"),
        ("ckg:Cluster", "<https://w3id.org/clusterkg/country/ZZZ>", 3, "country:ZZZ does not exist"),
        ("?cluster a ckg:Cluster", "?cluster a ?_class_iri", 1, "parameter 'class' has no value"),
        ("#+ summary", "#+ needs: [casses]\n#+ summary", 1, "'casses' is no part of the graph"),
        ("}", "", 3, "does not parse"),
        ("?cluster a", "SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } ?cluster a", 3, "SERVICE is refused"),
    ],
)
def test_a_query_that_cannot_be_relied_on_is_told(old: str, new: str, line: int, words: str, tmp_path: Path) -> None:
    assert old in SOUND
    report = check([put(tmp_path, "q.rq", SOUND.replace(old, new, 1))])
    assert not report.conforms
    assert any(problem.line == line and words in str(problem) for problem in report.problems), report.problems


def test_a_rule_constructs_and_a_check_names_its_focus(tmp_path: Path) -> None:
    rule = check([put(tmp_path, "ontology/rules/r.rq", SOUND)])
    assert errors(rule) == ["a rule is a CONSTRUCT query"]
    fault = check([put(tmp_path, "queries/checks/c.rq", SOUND)])
    assert errors(fault) == ["a check has the columns ?focus and ?message"]


def test_a_check_of_an_added_folder_joins_the_others(tmp_path: Path) -> None:
    text = SOUND.replace("#+ summary", "#+ level: info\n#+ summary").replace(
        "?cluster WHERE { ?cluster a ckg:Cluster }",
        '?focus ?message WHERE { ?focus a ckg:Cluster BIND("a cluster" AS ?message) }',
    )
    folder = tmp_path / "mine"
    put(folder, "queries/checks/clusters.rq", text.replace("ORDER BY ?cluster", "ORDER BY ?focus"))
    report = check([], [str(folder)])
    assert report.conforms
    assert [problem.message for problem in report.of_level("info")] == ["a cluster"] * 40


# Bad input.


def shapes(*changes: tuple[str, str]) -> str:
    text = (ROOT / "ontology/shapes.ttl").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (shapes(("sh:minCount 1", "sh:minCuont 1")), "SHACL has no term sh:minCuont; did you mean minCount"),
        (shapes(("sh:severity sh:Violation", "sh:severity sh:Violaton")), "SHACL has no term sh:Violaton"),
        (shapes(("sh:minCount 1", 'sh:minCount "one"')), "sh:minCount is no whole number"),
        (shapes(("    sh:path skos:prefLabel ;\n", "")), "has no sh:path; write one sh:path"),
        (shapes(("SELECT DISTINCT $this", "SELEKT DISTINCT $this")), "does not parse"),
        (shapes(("?study ;", "?study : ;")), "does not parse"),
        (shapes(("sh:targetClass", "sh:targetClas")), "SHACL has no term sh:targetClas"),
        (shapes(("a sh:NodeShape ;", "a sh:NodeShape")), "not Turtle"),
        ("", "holds no shape with a target"),
    ],
)
def test_shapes_that_cannot_be_trusted_are_one_line(engine: str, text: str, words: str, tmp_path: Path) -> None:
    put(tmp_path, "mine/ontology/shapes.ttl", text)
    with pytest.raises(ClusterkgError) as raised:
        check([str(LEON)], [str(tmp_path / "mine")], engine=engine)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "shapes.ttl" in str(raised.value)


def test_shapes_that_name_what_is_not_there_are_told(tmp_path: Path) -> None:
    """A shape of a misspelt property would never find anything."""
    path = put(tmp_path, "ontology/shapes.ttl", shapes(("sh:path ckg:describes", "sh:path ckg:describs")))
    report = check([path])
    assert errors(report) == ["ckg:describs does not exist"]
    assert report.problems[0].line == 1 + Path(path).read_text(encoding="utf-8").split("ckg:describs")[0].count("\n")
    assert check([str(ROOT / "ontology/shapes.ttl")]).conforms


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("missing.ttl", None, "missing.ttl: no such file or folder; check the path"),
        ("a.ttl", "<> a ", "a.ttl:1: not Turtle"),
        ("b.ttl", "<http://e/x> a ckg:Cluster .", "b.ttl:1: prefix 'ckg:' is not declared; add '@prefix ckg:"),
        ("c.ttl", b"\xff\xfe", "c.ttl: not UTF-8 at byte 0"),
        ("d.ttl", "<http://e/x> <http://e/p> <<( <http://e/x> <http://e/p> 1 )>> .", "d.ttl:1: a quoted triple"),
        ("empty/readme.txt", "", "empty: holds no .ttl file and no query; name a folder"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    name: str, text: str | bytes | None, words: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = run("check", name.split("/")[0])
    assert done.returncode == 2
    assert words in done.stderr
    assert (done.stderr.count("\n"), done.stdout) == (1, "")
