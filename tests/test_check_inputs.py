"""`clusterkg check` of queries and shapes, and of what cannot be looked at: each told in one line with its place."""

from pathlib import Path

import pytest
from checked_files import LEON, errors, put
from conftest import ROOT, Run

from clusterkg.errors import ClusterkgError
from clusterkg.validation import check

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
    report = check([str(ROOT / "cases_ttl/clusters")], [str(folder)])
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
