"""The command line: one clear line for bad input, exit codes that mean something, nothing half-written."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Run

from clusterkg.cli import COMMANDS

CASES = ROOT / "cases_ttl/giuliani2005/cases"


def one_line(text: str) -> str:
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    return text


def later_alpha(second_study: str, folder: Path) -> str:
    """Return a folder with a case of Alpha textiles in the 1990s, beside the one that the made-up study has."""
    given = Path(second_study) / "cases_ttl/demo2020/cases/alpha-textiles.ttl"
    text = given.read_text(encoding="utf-8").replace("demo2020/alpha-textiles>", "demo2020/alpha-textiles--1990s>")
    text = text.replace("<>\n    a ckg:CaseStudy ;", "<>\n    a ckg:CaseStudy ;\n    dcterms:temporal <#period> ;")
    text += (
        '\n<#period>\n    a dcterms:PeriodOfTime ;\n    skos:prefLabel "1990s" ;\n'
        "    dcterms:source source:demo2020 .\n"
    )
    path = folder / "cases_ttl/demo2020/cases/alpha-textiles--1990s.ttl"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return str(folder)


def added(tmp_path: Path, name: str, text: str) -> str:
    """Return a folder of the project's shape that holds one file."""
    path = tmp_path / "mine" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(tmp_path / "mine")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tabel", "5"], "there is no command 'tabel'; did you mean 'table' or 'tables'?"),
        (["table", "9"], "9: no such table in giuliani2005; there are: 1, 2, 3, 4, 5, 6, 7, A"),
        (["table", "5", "--study", "giuliani2006"], "no such study with tables; did you mean 'giuliani2005'?"),
        (["table", "5", "--format", "cvs"], "invalid choice: 'cvs'"),
        (["table", "5", "--labels", "short"], "invalid choice: 'short'"),
        (["table", "5", "--data", "nowhere"], "nowhere: no such folder"),
        (["table"], "the following arguments are required: number"),
        (["case", "sinos-vally-footwear"], "no such case in giuliani2005; did you mean 'sinos-valley-footwear'?"),
        (["case", "footwear"], "did you mean"),
        (["query", "tables/govrnance"], "no such query in the library; did you mean 'tables/governance'?"),
        (["query", "missing.rq"], "missing.rq: no such file"),
        (["query", "tables/governance", "--param", "study"], "--param study: is no NAME=VALUE"),
        (["query", "tables/governance", "--param", "stdy=x"], "no parameter 'stdy'; did you mean 'study'?"),
        (["query", "tables/governance", "--param", "study=x"], "'x' is no value of parameter 'study'"),
        (["query", "tables/index", "--param", "x=1"], "no parameter 'x'; it has no parameters"),
        (["query", "tables/governance", "--format", "ttl"], "cannot be written as ttl; use srj, srx, tsv, w3c-csv"),
        (["format", "nowhere"], "nowhere: no such file or folder"),
        (["format", "-", "x.ttl"], "- stands alone"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run: Run, arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert words in one_line(done.stderr)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o", "standard input:1: does not parse"),
        ("SELEC ?s WHERE { ?s ?p ?o }", "standard input:1: does not parse"),
        ("SELECT ?s\nWHERE { ?s ckg:score ?o }", "standard input:2: prefix 'ckg:' is not declared; add 'PREFIX ckg:"),
        (
            "SELECT ?s\nWHERE { ?s skoss:note ?o }",
            "standard input:2: prefix 'skoss:' is not declared; did you mean 'skos'?",
        ),
        ("SELECT ?s { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "standard input:1: SERVICE is refused"),
        ("SELECT ?s FROM <file:///etc/passwd> { ?s ?p ?o }", "standard input:1: FROM is refused"),
        ("DELETE WHERE { ?s ?p ?o }", "standard input:1: DELETE is refused: a query cannot change the graph"),
        ("", "does not parse"),
    ],
)
def test_a_query_that_does_not_parse_or_reaches_out_is_one_line(run: Run, query: str, words: str) -> None:
    done = run("query", "-", stdin=query)
    assert done.returncode == 2
    assert words in one_line(done.stderr)


def test_a_query_that_is_not_utf8_is_one_line(run: Run) -> None:
    done = run("query", "-", stdin="SELECT 'São'".encode("latin-1"))
    assert done.returncode == 2
    one_line(done.stderr)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("cases_ttl/clusters/x.ttl", "<a> <b>", "x.ttl:1: not Turtle"),
        (
            "cases_ttl/clusters/x.ttl",
            "@prefix e: <http://e/> .\ne:a ckg:b e:c .",
            "x.ttl:2: prefix 'ckg:' is not declared",
        ),
        ("cases_ttl/clusters/x.ttl", "# nothing\n", "x.ttl: holds no statement"),
        ("cases_ttl/x.ttl", "", "x.ttl: has no place in the project's layout"),
        (
            "cases_ttl/clusters/leon.ttl",
            "<https://w3id.org/clusterkg/cluster/lyon> a <https://w3id.org/clusterkg/ontology#Cluster> .",
            "leon.ttl: describes <https://w3id.org/clusterkg/cluster/lyon>, but a file of this name describes",
        ),
        (
            "cases_ttl/giuliani2005/codings/me/leon-footwear.ttl",
            "<https://w3id.org/clusterkg/case/giuliani2005/ubá#x> <http://e/p> 1 .",
            "a file of this name describes <https://w3id.org/clusterkg/case/giuliani2005/leon-footwear#…--me>",
        ),
    ],
)
def test_a_faulty_data_file_is_named_with_its_place(run: Run, tmp_path: Path, name: str, text: str, words: str) -> None:
    done = run("info", "--data", added(tmp_path, name, text))
    assert done.returncode == 2
    assert words in one_line(done.stderr)


def test_one_thing_described_in_two_files_of_a_folder_names_both(run: Run, tmp_path: Path) -> None:
    text = "<https://w3id.org/clusterkg/source/demo> a <https://w3id.org/clusterkg/ontology#Source> ."
    added(tmp_path, "cases_ttl/one/sources.ttl", text)
    done = run("info", "--data", added(tmp_path, "cases_ttl/two/sources.ttl", text))
    assert done.returncode == 2
    line = one_line(done.stderr)
    assert "source:demo is described here and in" in line
    assert "one/sources.ttl" in line
    assert "two/sources.ttl" in line


def test_an_added_file_stands_in_for_the_shipped_one_and_that_is_said(run: Run, tmp_path: Path) -> None:
    name = "cases_ttl/giuliani2005/cases/gamarra-apparel.ttl"
    text = (ROOT / name).read_text(encoding="utf-8").replace("ckg:score 0.0", "ckg:score 2.0", 1)
    done = run("table", "5", "--format", "csv", "--data", added(tmp_path, name, text))
    assert done.returncode == 0
    assert "stands in for" in one_line(done.stderr)
    assert "Apparel,Gamarra apparel,Medium,1,1,2,0,4" in done.stdout


def test_a_folder_without_the_projects_shape_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("info", "--data", str(tmp_path / "empty"))
    assert done.returncode == 2
    assert "has none of the folders cases_ttl, ontology and queries" in one_line(done.stderr)


def test_ask_answers_by_exit_code(run: Run) -> None:
    ask = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> ASK { ?case ckg:productUpgrading %s }"
    yes, no = run("query", "-", stdin=ask % "3.0"), run("query", "-", stdin=ask % "2.9")
    assert (yes.returncode, yes.stdout) == (0, "yes\n")
    assert (no.returncode, no.stdout) == (1, "no\n")
    assert json.loads(run("query", "-", "--format", "json", stdin=ask % "3.0").stdout) == [{"answer": True}]


def test_a_query_without_rows_says_so_and_exits_0(run: Run) -> None:
    done = run("query", "questions/functional-upgrading-in-quasi-hierarchies", "--param", "least_score=3")
    assert done.returncode == 0
    assert "the query has no rows" in done.stderr


@pytest.mark.parametrize("format", ["srj", "srx", "tsv", "w3c-csv", "json", "csv", "md", "table"])
def test_every_result_format_holds_the_rows(run: Run, format: str) -> None:
    done = run("query", "tables/collective-efficiency", "--format", format)
    assert done.returncode == 0
    assert "6.415" in done.stdout


@pytest.mark.parametrize("format", ["ttl", "nt", "rdf", "jsonld"])
def test_construct_is_written_as_rdf(run: Run, format: str) -> None:
    text = (ROOT / "ontology/rules/lacks.rq").read_text(encoding="utf-8")
    done = run("query", "-", "--format", format, stdin=text)
    assert done.returncode == 0
    assert "campina-grande" not in done.stdout
    assert "bucaramanga-apparel" in done.stdout


def test_the_rdflib_engine_answers_the_same(run: Run) -> None:
    question = "questions/functional-upgrading-in-quasi-hierarchies"
    first = run("query", question, "--format", "csv")
    assert run("query", question, "--format", "csv", "--engine", "rdflib").stdout == first.stdout


def test_no_line_of_a_table_is_wider_than_80_columns(run: Run) -> None:
    for number in "1234567A":
        for labels in ("preferred", "printed"):
            out = run("table", number, "--labels", labels).stdout
            assert max(len(line) for line in out.splitlines()) <= 80, number


def test_tables_prints_all_eight_in_order(run: Run) -> None:
    out = run("tables").stdout
    places = [out.index(caption) for caption in [*(f"Table {n}. " for n in range(1, 8)), "Appendix A. "]]
    assert places == sorted(places)
    assert list(json.loads(run("tables", "--format", "json").stdout)) == list("1234567A")


def test_markdown_html_and_latex_escape_what_they_must(run: Run) -> None:
    assert run("table", "A", "--format", "md", "--labels", "printed").stdout.count("| Natural resource-based |") == 11
    assert "Mangoes &amp; grapes" in run("table", "A", "--format", "html", "--labels", "printed").stdout
    latex = run("table", "A", "--format", "latex", "--labels", "printed").stdout
    assert r"Mangoes \& grapes" in latex
    assert r"\begin{tabular}{lllll}" in latex


def test_case_is_shown_in_every_format(run: Run) -> None:
    for format in ("table", "csv", "md"):
        out = run("case", "boaco-chontales-dairy", "--format", format).stdout
        assert "Artola and Parrilli (2003)" in out
        assert "Hierarchy" in out


def test_a_case_of_another_study_is_told_with_that_study(run: Run, second_study: str) -> None:
    def told(*arguments: str) -> str:
        done = run("case", *arguments, "--data", second_study)
        assert (done.returncode, done.stdout) == (2, "")
        return one_line(done.stderr).strip()

    use = "use --study demo2020, which has the case"
    assert told("alpha-textiles") == f"clusterkg: alpha-textiles: no such case in giuliani2005; {use}"
    assert told("alpha-textiles", "--study", "demo2021") == f"clusterkg: demo2021: no such study with cases; {use}"
    assert told("gamma-vine").endswith("with --study demo2020: did you mean 'gamma-wine'?")
    # What the study itself nearly has comes first.
    assert told("leon-fotwear").endswith("did you mean 'leon-footwear'?")
    assert told("leon-footwear", "--study", "demo2020").endswith("use --study giuliani2005, which has the case")


def test_a_period_that_a_cluster_has_no_case_of_is_told_with_those_it_has(
    run: Run, second_study: str, tmp_path: Path
) -> None:
    later = later_alpha(second_study, tmp_path)
    options = ("--study", "demo2020", "--data", second_study, "--data", later)
    told = run("case", "alpha-textiles--1950s", *options).stderr
    assert told == (
        "clusterkg: alpha-textiles--1950s: no such case in demo2020;"
        " of this cluster there are: alpha-textiles, alpha-textiles--1990s\n"
    )


def test_info_counts_what_is_there(run: Run) -> None:
    counts = {row["what"]: row["count"] for row in json.loads(run("info", "--format", "json").stdout)}
    assert counts["clusters"] == counts["case studies"] == 40
    assert counts["value chains"] == 84
    assert counts["ratings with a value"] == 174
    assert counts["ratings not reported"] == 25
    assert counts["ratings not available"] == 1


def test_format_check_exits_1_and_names_the_command_that_mends(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("@prefix ex: <http://e/> . ex:a a ex:B .", encoding="utf-8")
    done = run("format", "--check", str(path))
    assert done.returncode == 1
    assert f"mend them with: clusterkg format {path}" in done.stderr
    assert run("format", str(path)).returncode == 0
    assert run("format", "--check", str(path)).returncode == 0


def test_format_goes_on_after_a_faulty_file_and_leaves_it_alone(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    good.write_text("@prefix ex: <http://e/> . ex:a a ex:B .", encoding="utf-8")
    bad.write_text("ex:a", encoding="utf-8")
    done = run("format", str(tmp_path))
    assert done.returncode == 2
    assert "bad.ttl:1: prefix 'ex:' is not declared" in done.stderr
    assert bad.read_text(encoding="utf-8") == "ex:a"
    assert "ex:a\n    a ex:B ." in good.read_text(encoding="utf-8")


def test_format_filters_standard_input(run: Run) -> None:
    done = run("format", "-", stdin="@prefix ex: <http://e/> . ex:a a ex:B .")
    assert done.stdout == "@prefix ex: <http://e/> .\n\nex:a\n    a ex:B .\n"


@pytest.mark.parametrize(
    "name", [name for name in COMMANDS if name not in ("push", "serve")]
)  # servers: test_endpoint, test_server_…
def test_every_command_has_help_with_an_example_that_runs(run: Run, tmp_path: Path, name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    example = done.stdout.split("Example: clusterkg ")[1].split()
    # What writes a file is run in a folder of its own, beside the file that it reads.
    if name == "import":
        shutil.copy(ROOT / "tests" / "data" / "series" / example[1], tmp_path)
    assert run(*example, cwd=None if name in ("export", "import", "report", "template") else ROOT).returncode == 0


def test_a_closed_pipe_ends_quietly() -> None:
    if shutil.which("head") is None:
        pytest.fail("this test needs head")
    line = f'"{sys.executable}" -m clusterkg tables | head -n 1'
    done = subprocess.run(line, shell=True, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.startswith("Table 1.")
    assert done.stderr == ""


def test_output_is_utf8_whatever_the_locale(run: Run) -> None:
    import os

    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "clusterkg", "table", "5", "--format", "csv"]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert "Medellín" in done.stdout.decode("utf-8")


def test_a_link_that_leads_back_up_is_walked_once(run: Run, tmp_path: Path) -> None:
    text = "<https://w3id.org/clusterkg/source/demo> a <https://w3id.org/clusterkg/ontology#Source> ."
    folder = added(tmp_path, "cases_ttl/one/sources.ttl", text)
    (Path(folder) / "cases_ttl/one/again").symlink_to(Path(folder) / "cases_ttl", target_is_directory=True)
    assert run("info", "--data", folder).returncode == 0


def test_a_rival_coding_cannot_describe_the_published_rating(run: Run, tmp_path: Path) -> None:
    case = "https://w3id.org/clusterkg/case/giuliani2005/leon-footwear"
    text = f"<{case}#product-upgrading> <https://w3id.org/clusterkg/ontology#score> 3.0 ."
    done = run("table", "5", "--data", added(tmp_path, "cases_ttl/giuliani2005/codings/me/leon-footwear.ttl", text))
    assert done.returncode == 2
    assert "#…--me>" in one_line(done.stderr)


def test_a_shipped_source_cannot_be_described_again_elsewhere(run: Run, tmp_path: Path) -> None:
    text = '<https://w3id.org/clusterkg/source/giuliani2002> <http://www.w3.org/2004/02/skos/core#prefLabel> "bis" .'
    done = run("table", "A", "--data", added(tmp_path, "cases_ttl/two/sources.ttl", text))
    assert done.returncode == 2
    assert "source:giuliani2002 is described here and in" in one_line(done.stderr)


def test_the_average_of_incomplete_sums_says_its_n(run: Run) -> None:
    assert "* Average, sum: 14 of 15 coded" in run("table", "5").stdout


def test_a_query_file_may_lie_in_a_folder_with_a_space(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "my queries" / "q.rq"
    path.parent.mkdir()
    path.write_text("SELECT (1 AS ?one) { }", encoding="utf-8")
    assert run("query", str(path), "--format", "csv").stdout == "one\n1\n"


def test_ask_says_no_by_exit_code_in_every_format(run: Run) -> None:
    for format in ("table", "csv", "json", "srj", "srx"):
        assert run("query", "-", "--format", format, stdin="ASK { <http://e/x> ?p ?o }").returncode == 1


def test_format_writes_what_a_link_leads_to(run: Run, tmp_path: Path) -> None:
    target, link = tmp_path / "target.ttl", tmp_path / "link.ttl"
    target.write_text("@prefix ex: <http://e/> . ex:a a ex:B .", encoding="utf-8")
    link.symlink_to(target)
    assert run("format", str(link)).returncode == 0
    assert link.is_symlink()
    assert "ex:a\n    a ex:B ." in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["format", "-"], b"\xff"),
        (["query", "-", "--engine", "rdflib"], b"SELECT ?s { ?s nope:p ?o }"),
        (["query", "-", "--engine", "rdflib"], b'SELECT ?s { ?s ?p ?o FILTER(REGEX(STR(?s), "(")) }'),
        (["info", "--data", "."], b""),
    ],
)
def test_what_cannot_be_looked_at_is_one_line_whatever_the_engine(
    run: Run, arguments: list[str], stdin: bytes, tmp_path: Path
) -> None:
    added(tmp_path, "x y.ttl", "")
    if arguments[0] == "info":
        arguments = ["info", "--data", added(tmp_path, "cases_ttl/clusters/x y.ttl", "<http://e/a> <http://e/b> 1 .")]
    done = run(*arguments, stdin=stdin)
    assert done.returncode == 2
    one_line(done.stderr)


def test_a_query_without_columns_is_shown_without_a_traceback(run: Run) -> None:
    assert run("query", "-", stdin="SELECT * { }").returncode == 0
