"""The ready questions: each answers on the real cases as reviewed by hand, and says what its answer rests on."""

import csv
import io
import re
from pathlib import Path

import pytest
from conftest import EXPECTED, ROOT, Run

import clusterkg
from clusterkg import library, rendering, sparql
from clusterkg.errors import ParameterError, QueryError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.parameters import pairs
from clusterkg.questions.ground import variables_of
from clusterkg.resources import query_paths

NAMES = [name.removeprefix("questions/") for name in query_paths() if name.startswith("questions/")]
STUDY = "https://w3id.org/clusterkg/study/giuliani2005"
CASES = "https://w3id.org/clusterkg/case/giuliani2005/"
IN_QUASI_HIERARCHIES = "functional-upgrading-in-quasi-hierarchies"


def expected(name: str) -> str:
    return (EXPECTED / "questions" / f"{name}.csv").read_text(encoding="utf-8")


def test_there_are_at_least_forty_questions() -> None:
    assert len(NAMES) >= 40


def test_every_expected_answer_has_its_question() -> None:
    folder = EXPECTED / "questions"
    assert {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.csv")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_answers_as_reviewed_by_hand(name: str, kg: KnowledgeGraph) -> None:
    answer = kg.query(f"questions/{name}")
    assert rendering.as_csv(answer.columns, answer.rows) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_header_says_all_that_a_reader_needs(name: str, kg: KnowledgeGraph) -> None:
    query = library.read(f"questions/{name}")
    header = query.header
    assert header["summary"].strip().endswith("?")
    assert header["description"].strip()
    columns = pairs(header["columns"])
    assert list(columns) == kg.query(f"questions/{name}").columns, "each column is explained, in the query's order"
    assert all(str(told).strip() for told in columns.values())
    assert "study" in query.parameters
    for one in query.declared:
        assert one.default is not None
        one.check(one.default, query.name)
    assert isinstance(header["ground"], dict)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_says_what_its_answer_rests_on(name: str, kg: KnowledgeGraph) -> None:
    answer = kg.query(f"questions/{name}")
    ground = answer.ground
    query = library.read(f"questions/{name}")
    if not ground.answerable:
        assert (len(answer), ground.n) == (0, 0), "what is not coded is no finding"
        assert query.header["would_need"]
        assert ground.sentences[0].startswith("Not coded: ")
        assert ground.sentences[1].startswith("It would take ")
        return
    assert answer.rows
    assert ground.of > 0
    assert 0 <= ground.n <= ground.of
    lacking = {case.iri for case, _, _ in ground.missing}
    if ground.told and "?thing" not in str(query.header["ground"].get("sample")):
        assert ground.n + len(lacking) == ground.of
    assert all(reason for _, _, reason in [*ground.missing, *ground.undecided])


@pytest.mark.parametrize("name", NAMES)
def test_every_case_in_a_row_is_one_that_the_graph_has(name: str, kg: KnowledgeGraph) -> None:
    known = {str(row[0]) for row in kg.query("cases/index").rows} | {
        f"https://w3id.org/clusterkg/case/giuliani2005/{path.stem}"
        for path in (ROOT / "cases_ttl/giuliani2005/cases").glob("*.ttl")
    }
    for row in kg.query(f"questions/{name}"):
        for column in ("case", "other_case"):
            assert row.get(column) is None or row[column] in known
        slugs = [re.sub(r" \(.*|#.*", "", entry) for entry in str(row.get("cases") or "").split("; ") if entry]
        assert slugs == sorted(slugs)
        assert {f"https://w3id.org/clusterkg/case/giuliani2005/{slug}" for slug in slugs} <= known


@pytest.mark.parametrize("name", NAMES)
def test_evidence_stands_behind_the_rows_of_cases(name: str, kg: KnowledgeGraph) -> None:
    answer = kg.query(f"questions/{name}")
    evidence = answer.evidence
    assert len(evidence) == len(answer)
    wanted = set(variables_of(library.read(f"questions/{name}")))
    for row, behind in zip(answer, evidence, strict=True):
        slugs = {re.sub(r" \(.*|#.*", "", entry) for entry in str(row.get("cases") or "").split("; ")}
        about = {str(row.get("case")), str(row.get("other_case"))}
        assert {one.case for one in behind} <= about | {f"{CASES}{slug}" for slug in slugs}
        assert not wanted or {one.variable for one in behind} <= wanted
        assert all(one.locator and one.source for one in behind)
        assert behind or not wanted or not slugs - {""} or row.get("n") == 0, "a row of cases has its evidence"


def test_a_remark_behind_a_case_does_not_hide_its_evidence(kg: KnowledgeGraph) -> None:
    answer = kg.query("upgrading-within-industries")
    apparel = next(behind for row, behind in zip(answer, answer.evidence, strict=True) if row["industry"] == "Apparel")
    assert f"{CASES}bucaramanga-apparel" in {one.case for one in apparel}


def test_evidence_of_a_chain_is_of_that_chain_alone(kg: KnowledgeGraph) -> None:
    answer = kg.query("effects-of-chains-by-mode")
    for row, behind in zip(answer, answer.evidence, strict=True):
        assert [one.thing for one in behind] == [f"{CASES}{entry}" for entry in str(row["cases"]).split("; ")]


@pytest.mark.parametrize("name", NAMES)
def test_each_choice_of_a_parameter_can_be_asked(name: str, kg: KnowledgeGraph) -> None:
    for one in library.read(f"questions/{name}").declared:
        for option in one.options:
            answer = kg.query(f"questions/{name}", **{one.name: option})
            assert answer.ground.sentences


@pytest.mark.parametrize("name", [name for name in query_paths() if not name.startswith("federated/")])
def test_every_iri_in_a_query_exists(name: str, known_iris: set[str]) -> None:
    for iri in sparql.iris(library.read(name).text):
        assert iri in known_iris, f"{iri} stands in queries/{name}.rq and nowhere else"


@pytest.fixture(scope="module")
def known_iris(kg: KnowledgeGraph) -> set[str]:
    """Every IRI that the files name, the shapes too, and what the W3C's vocabularies for data define."""
    import pyoxigraph as ox

    found: set[str] = set()
    terms = [term for quad in kg.graph.store for term in (quad.subject, quad.predicate, quad.object)]
    for quad in ox.parse((ROOT / "ontology/shapes.ttl").read_bytes(), format=ox.RdfFormat.TURTLE):
        terms += [quad.subject, quad.predicate, quad.object]
    for term in terms:
        if isinstance(term, ox.NamedNode):
            found.add(term.value)
    w3c = "http://www.w3.org/"
    found |= {f"{w3c}2000/01/rdf-schema#{name}" for name in ("label", "comment", "range", "subClassOf")}
    found |= {f"{w3c}2004/02/skos/core#{name}" for name in ("Collection", "member")} | {f"{w3c}2002/07/owl#inverseOf"}
    found.add("urn:clusterkg:reaches")  # what validation.cubes works out for integrity constraints 20 and 21
    return found | {f"http://purl.org/linked-data/cube#{name}" for name in DATA_CUBE.split()}


DATA_CUBE = """
Attachable AttributeProperty CodedProperty ComponentProperty ComponentSet ComponentSpecification DataSet
DataStructureDefinition DimensionProperty HierarchicalCodeList MeasureProperty Observation ObservationGroup Slice
SliceKey attribute codeList component componentAttachment componentProperty componentRequired concept dataSet dimension
hierarchyRoot measure measureDimension measureType observation observationGroup order parentChildProperty slice sliceKey
sliceStructure structure
"""
"""The terms of the RDF Data Cube Vocabulary (W3C Recommendation of 16 January 2014)."""


def test_an_iri_that_is_misspelt_would_be_found(known_iris: set[str]) -> None:
    (iri,) = sparql.iris(
        "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> SELECT ?c { ?c ckg:functionalUpgradnig 1 }"
    )
    assert iri not in known_iris


def test_the_ground_names_what_is_missing_and_what_is_open(kg: KnowledgeGraph) -> None:
    ground = kg.query(IN_QUASI_HIERARCHIES).ground
    assert (ground.n, ground.of) == (20, 21)
    assert [(case.slug, variable, reason) for case, variable, reason in ground.missing] == [
        ("monterrey-software", "functional-upgrading", "not reported")
    ]
    assert [(case.slug, variable, reason) for case, variable, reason in ground.undecided] == [
        ("campina-grande-footwear", "governance", "not available")
    ]
    assert ground.sentences[0] == "Rests on 20 of 21 cases in a quasi-hierarchical global chain."


def test_a_query_that_names_no_ground_has_none(kg: KnowledgeGraph) -> None:
    assert kg.query("tables/index").ground is None
    own = kg.query("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1")
    assert (own.ground, own.evidence) == (None, [[]])


def test_an_average_of_scores_says_that_they_are_ordinal(kg: KnowledgeGraph, run: Run) -> None:
    prefix = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#>\n"
    averaged = prefix + "SELECT (AVG(?x) AS ?mean) { ?case ckg:functionalUpgrading ?x }"
    (note,) = kg.query(averaged).notes
    assert note.startswith("Averages an ordinal scale")
    assert kg.query(prefix + "SELECT (MAX(?x) AS ?most) { ?case ckg:functionalUpgrading ?x } # AVG").notes == []
    assert kg.query(prefix + "SELECT (AVG(?x) AS ?mean) { ?row ckg:position ?x }").notes == []
    done = run("query", "-", stdin=averaged)
    assert "Averages an ordinal scale" in done.stdout


def test_whatever_averages_scores_gives_n_and_bounds_and_says_that_they_are_ordinal(kg: KnowledgeGraph) -> None:
    averaging = [name for name in NAMES if re.search(r"(?m)^\w*,?.*\baverage", expected(name).splitlines()[0])]
    assert len(averaging) >= 5
    for name in averaging:
        assert kg.query(name).notes[0].startswith("Averages an ordinal scale")
        columns = next(csv.reader(io.StringIO(expected(name))))
        assert {"n", "missing", "lowest", "highest"} <= {
            re.sub(r"^.*_(?=n$|missing$|lowest$|highest$)", "", c) for c in columns
        }, name


def test_a_question_goes_by_its_bare_name_and_words_find_it(kg: KnowledgeGraph, run: Run) -> None:
    assert kg.query(IN_QUASI_HIERARCHIES) == kg.query(f"questions/{IN_QUASI_HIERARCHIES}")
    assert IN_QUASI_HIERARCHIES in [one.name for one in kg.questions("functional", "Quasi-Hierarchical")]
    done = run("questions", "functional", "quasi-hierarchical")
    assert done.returncode == 0
    assert f"\n{IN_QUASI_HIERARCHIES}\n    Which cases in a quasi-hierarchical global chain" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_words_that_no_question_has_offer_the_nearest(kg: KnowledgeGraph, run: Run) -> None:
    with pytest.raises(UnknownName, match=r"no question has the word 'functionnal'; did you mean .*'functional'"):
        kg.questions("functionnal")
    assert run("questions", "functionnal").returncode == 2


def test_a_misspelt_question_offers_the_nearest(run: Run) -> None:
    done = run("query", "functional-upgrading-in-quasi-hierarchys")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"no such query in the library; did you mean '{IN_QUASI_HIERARCHIES}'" in done.stderr


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"least_scor": 1}, "no parameter 'least_scor'; did you mean 'least_score'"),
        ({"least_score": "two"}, "'two' is no value of parameter 'least_score'; there are: 0.5, 1"),
        ({"least_score": 4}, "'4' is no value of parameter 'least_score'; there are: 0.5, 1"),
        ({"study": "giuliani2004"}, "the graph has no such thing; did you mean 'giuliani2005'"),
    ],
)
def test_a_wrong_parameter_offers_what_there_is(values: dict[str, object], complaint: str, kg: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match=re.escape(complaint)):
        kg.query(IN_QUASI_HIERARCHIES, **values)


@pytest.mark.parametrize("value", ["giuliani2005", "study:giuliani2005", STUDY])
def test_an_iri_may_be_given_by_its_last_word_or_with_a_house_prefix(value: str, kg: KnowledgeGraph) -> None:
    assert kg.query(IN_QUASI_HIERARCHIES, study=value) == kg.query(IN_QUASI_HIERARCHIES)


@pytest.mark.parametrize("value", [2, 2.0, "2", "2.0", "2.50"])
def test_a_number_is_compared_as_a_number(value: object, kg: KnowledgeGraph) -> None:
    assert kg.query(IN_QUASI_HIERARCHIES, least_score=value).columns


def test_no_rows_is_an_answer(run: Run) -> None:
    done = run("query", IN_QUASI_HIERARCHIES, "--param", "least_score=3")
    assert done.returncode == 0
    assert "Rests on 20 of 21 cases" in done.stdout
    assert "the query has no rows" in done.stderr


def test_csv_stays_a_table_and_the_ground_is_talk(run: Run) -> None:
    done = run("query", IN_QUASI_HIERARCHIES, "--format", "csv")
    assert done.stdout == expected(IN_QUASI_HIERARCHIES)
    assert "clusterkg: Rests on 20 of 21 cases" in done.stderr


def test_evidence_stands_below_its_row_and_in_a_column_of_csv(run: Run) -> None:
    done = run("query", IN_QUASI_HIERARCHIES, "--evidence")
    assert "Functional upgrading 2 [Table 6]: nothing beside the printed row." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    rows = list(csv.DictReader(io.StringIO(run("query", IN_QUASI_HIERARCHIES, "--evidence", "--format", "csv").stdout)))
    assert rows[0]["rests_on"].startswith(
        "Functional upgrading 2 [Table 6; 5(c)(ii)]: Held back in the chain of the TNC"
    )


def test_explaining_shows_the_query_and_each_term_without_running_it(run: Run, kg: KnowledgeGraph) -> None:
    done = run("query", IN_QUASI_HIERARCHIES, "--explain", "--param", "least_score=1")
    assert done.returncode == 0
    for shown in (
        "least_score: 1 (one of 0.5, 1",
        "mode:quasi-hierarchy (Quasi-hierarchy): One firm leads",
        "\nSPARQL\n",
    ):
        assert shown in done.stdout
    made = kg.explain(IN_QUASI_HIERARCHIES)
    assert kg.query(made.text) == kg.query(IN_QUASI_HIERARCHIES), "what is shown is what is run"


def test_what_is_not_coded_answers_once_it_is(tmp_path: Path, kg: KnowledgeGraph) -> None:
    """Add the variable and one rating on it to a folder: the question answers, with n and what is missing."""
    waiting = [one for one in kg.questions() if len(one.not_coded) == 1]
    assert len(waiting) >= 3
    question = next(one for one in waiting if one.not_coded[0].endswith("-upgrading"))
    variable = question.not_coded[0]
    assert len(kg.query(question.name)) == 0

    base = "https://w3id.org/clusterkg/"
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology/more.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f'<{base}concept/dimension/{variable}> a <{base}ontology#UpgradingType> ; skos:notation "{variable}" ;\n'
        f'  skos:prefLabel "{variable.replace("-", " ").capitalize()}"@en ;\n'
        f"  skos:broader <{base}concept/dimension/upgrading> ;\n"
        f"  skos:inScheme <{base}concept/dimension> .\n",
        encoding="utf-8",
    )
    cases = tmp_path / "cases_ttl/giuliani2005/cases"
    cases.mkdir(parents=True)
    case = f"{base}case/giuliani2005/leon-footwear"
    text = (ROOT / "cases_ttl/giuliani2005/cases/leon-footwear.ttl").read_text(encoding="utf-8")
    rating = (
        f"\n<#{variable}> a ckg:Rating ; qb:dataSet study:giuliani2005 ; ckg:case <> ; ckg:variable dim:{variable} ;\n"
        "  ckg:coding giuliani2005:coding-published ; ckg:score 1.5 ; ckg:accepted true ;\n"
        '  dcterms:source source:giuliani2005 ; ckg:locator "made up" .\n'
    )
    (cases / "leon-footwear.ttl").write_text(text + rating, encoding="utf-8")

    coded = clusterkg.load(str(tmp_path))
    answer = coded.query(question.name)
    assert [row["case"] for row in answer] == [case]
    assert (answer.ground.n, answer.ground.uncoded) == (1, [])
    assert next(one for one in coded.questions() if one.name == question.name).not_coded == []


def test_a_question_answers_for_another_study_too(second_study: str) -> None:
    both = clusterkg.load(second_study)
    answer = both.query("joint-action-by-case", study="demo2020")
    assert answer.rows
    assert answer.ground.uncoded == []


def test_an_update_and_a_word_that_begins_no_query_are_named(run: Run) -> None:
    for text, said in (
        ("INSERT DATA { <a:b> <a:c> 1 }", "INSERT is refused: a query cannot change the graph"),
        ("LOAD <file:///etc/passwd>", "LOAD is refused"),
        ("SELEC ?s { ?s ?p ?o }", "'SELEC' begins no query; did you mean 'SELECT'"),
    ):
        done = run("query", "-", stdin=text)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
    assert run("query", "-", stdin="PREFIX select: <a:> select ?s { ?s select:ask 1 }").returncode == 0


def test_a_misspelt_term_is_told_where_there_are_no_rows(kg: KnowledgeGraph) -> None:
    prefix = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> "
    (note,) = kg.query(prefix + "SELECT ?c { ?c ckg:functionalUpgradin 1 }").notes
    assert note == "The graph knows no ckg:functionalUpgradin; did you mean 'functionalUpgrading'?"
    assert kg.query(prefix + "SELECT ?c { ?c ckg:functionalUpgrading 2.75 }").notes == []


def test_a_thing_of_another_kind_and_a_case_of_another_study_are_told(second_study: str) -> None:
    both = clusterkg.load(second_study)
    with pytest.raises(ParameterError, match="it is no case; did you mean 'sinos-valley-footwear'"):
        both.query("nearest-known-cases", case="cluster:sinos-valley-footwear")
    with pytest.raises(ParameterError, match="did you mean 'demo2020/alpha-textiles'"):
        both.query("nearest-known-cases", case="alpha-textiles")
    both.query("nearest-known-cases", case="demo2020/alpha-textiles")


def test_a_question_of_an_added_folder_has_its_ground(tmp_path: Path) -> None:
    folder = tmp_path / "queries/questions"
    folder.mkdir(parents=True)
    text = library.read(f"questions/{IN_QUASI_HIERARCHIES}").text
    (folder / "mine.rq").write_text(text, encoding="utf-8")
    (folder / "wrong.rq").write_text(text.replace("[functional-upgrading]", "7"), encoding="utf-8")
    kg = clusterkg.load(str(tmp_path))
    assert kg.query("mine").ground.sentences == kg.query(IN_QUASI_HIERARCHIES).ground.sentences
    with pytest.raises(QueryError, match="'variables' of its ground is no list"):
        _ = kg.query("wrong").ground


def test_evidence_leaves_a_column_of_that_name_alone(run: Run) -> None:
    done = run("query", "programmes-and-upgrading", "--evidence", "--format", "csv")
    columns = next(csv.reader(io.StringIO(done.stdout)))
    assert len(columns) == len(set(columns))
    assert {"evidence", "rests_on"} <= set(columns)


def test_control_signs_do_not_reach_the_terminal(run: Run) -> None:
    done = run("query", "-", stdin='SELECT ("\\u001b[31mred" AS ?x) { }')
    assert "\x1b" not in done.stdout
    assert "\N{REPLACEMENT CHARACTER}[31mred" in done.stdout


def test_a_question_that_cannot_be_read_is_named_and_hides_no_other(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "queries" / "questions"
    folder.mkdir(parents=True)
    (folder / "broken.rq").write_text("#+ summary: [\nSELECT ?s { ?s ?p ?o } ORDER BY ?s\n", encoding="utf-8")
    done = run("questions", "quasi-hierarchical", "same", "--data", str(tmp_path / "mine"))
    assert done.returncode == 0
    assert "functional-upgrading-in-quasi-hierarchies" in done.stdout
    assert re.fullmatch(r"clusterkg: left out: .*broken\.rq: the #\+ header is not YAML: .*\n", done.stderr)


@pytest.mark.parametrize(("least", "said"), [(2, True), (4, False)])
def test_the_answer_to_a_yes_or_no_question_is_true_or_false(least: int, said: bool, kg: KnowledgeGraph) -> None:
    prefix = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#>"
    assert bool(kg.query(f"{prefix} ASK {{ ?case ckg:functionalUpgrading {least}.0 }}")) is said
