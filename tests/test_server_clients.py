"""What people really use: SPARQLWrapper, pandas, rdflib, and curl as the documents have it."""

import io
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
import requests
from conftest import missing
from documents import SERVED_AT, blocks, commands
from served import CKG, ENDLESS, Server
from SPARQLWrapper import CSV, JSON, JSONLD, POST, RDFXML, TSV, TURTLE, XML, SPARQLExceptions, SPARQLWrapper

CASES = CKG + "SELECT ?case ?score { ?case ckg:functionalUpgrading ?score } ORDER BY ?case"
FACTS = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?s = <https://w3id.org/clusterkg/study/giuliani2005>) }"


def wrapper(served: Server, query: str, format: str, *, post: bool = False) -> SPARQLWrapper:
    made = SPARQLWrapper(f"{served.address}sparql")
    made.setQuery(query)
    made.setReturnFormat(format)
    if post:
        made.setMethod(POST)
    return made


@pytest.mark.parametrize("post", [False, True])
def test_sparqlwrapper_gets_rows_in_every_form(served: Server, post: bool) -> None:
    rows = wrapper(served, CASES, JSON, post=post).queryAndConvert()["results"]["bindings"]
    assert len(rows) > 30
    xml = wrapper(served, CASES, XML, post=post).queryAndConvert()
    assert len(xml.getElementsByTagName("result")) == len(rows)
    text = wrapper(served, CASES, CSV, post=post).queryAndConvert().decode()
    assert len(text.splitlines()) == len(rows) + 1
    assert wrapper(served, "ASK {}", JSON, post=post).queryAndConvert()["boolean"] is True


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own use of it
def test_sparqlwrapper_gets_triples_in_every_form(served: Server) -> None:
    import rdflib

    turtle = wrapper(served, FACTS, TURTLE).queryAndConvert().decode()
    size = len(rdflib.Graph().parse(data=turtle, format="turtle"))
    assert size > 10
    assert len(wrapper(served, FACTS, RDFXML).queryAndConvert()) == size
    assert len(wrapper(served, FACTS, JSONLD).queryAndConvert()) == size


NAMED = CKG + "SELECT ?name ?score { ?case ckg:caseName ?name OPTIONAL { ?case ckg:functionalUpgrading ?score } }"


@pytest.mark.parametrize("post", [False, True])
def test_sparqlwrapper_keeps_accents_in_the_query_and_in_the_answer(served: Server, post: bool) -> None:
    query = f'{NAMED} VALUES ?name {{ "León footwear" }}'
    (row,) = wrapper(served, query, JSON, post=post).queryAndConvert()["results"]["bindings"]
    assert (row["name"]["value"], row["score"]["value"]) == ("León footwear", "1")
    (named, _) = wrapper(served, query, XML, post=post).queryAndConvert().getElementsByTagName("literal")
    assert named.firstChild.data == "León footwear"
    for format in (CSV, TSV):
        assert "León footwear" in wrapper(served, query, format, post=post).queryAndConvert().decode()


def test_sparqlwrapper_is_told_what_is_wrong(served: Server) -> None:
    with pytest.raises(SPARQLExceptions.QueryBadFormed, match="is not declared; declare it with PREFIX"):
        wrapper(served, "SELECT ?s { ?s a x:Case }", JSON).query()
    with pytest.raises(SPARQLExceptions.QueryBadFormed, match="takes longer than 3 seconds, which is the limit here"):
        wrapper(served, ENDLESS, JSON).query()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        wrapper(served, "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", JSON).query()
    writing = wrapper(served, "INSERT DATA { <a:a> <a:a> 1 }", JSON, post=True)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        writing.query()


def test_pandas_reads_an_address(served: Server) -> None:
    frame = pd.read_csv(f"{served.address}sparql?format=csv&query={quote(CASES)}")
    assert list(frame.columns) == ["case", "score"]
    assert frame["score"].between(0, 3).all()
    scores = pd.read_csv(f"{served.address}sparql?format=csv&query={quote(NAMED)}").set_index("name")["score"]
    assert scores["León footwear"] == 1
    assert (len(scores), scores.isna().sum()) == (40, 6)  # what is missing is no zero
    triples = pd.read_csv(f"{served.address}sparql?format=nt&query={quote(FACTS)}", sep=" ", header=None, usecols=[0])
    assert len(triples) > 10


def test_pandas_does_what_the_document_shows(served: Server) -> None:
    names = {"pandas": pd, "requests": requests}
    first, *more = (text.replace(SERVED_AT, served.address) for text in blocks("python"))
    frame = eval(first.strip(), names)
    for text in more:
        exec(text, names)
    assert list(frame["country"])[:2] == ["Nicaragua", "Colombia"]
    assert frame["average"].between(0, 3).all()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sparql?format=csv&query=SELECT", 400),
        ("query/upgrading-by-cuntry?format=csv", 404),
        ("query/upgrading-by-country?format=cvs", 400),
    ],
)
def test_pandas_stops_where_there_is_no_answer(served: Server, path: str, status: int) -> None:
    with pytest.raises(urllib.error.HTTPError, match=str(status)) as caught:
        pd.read_csv(served.address + path)
    caught.value.close()


def test_a_client_that_says_nothing_gets_json(served: Server) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{served.address}sparql?query={quote(CASES)}") as answer:
        assert json.load(answer)["head"]["vars"] == ["case", "score"]


def test_rdflib_follows_a_name_to_its_data(served: Server) -> None:
    import rdflib

    graph = rdflib.Graph().parse(f"{served.address}id/case/giuliani2005/leon-footwear")
    assert (rdflib.URIRef("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear"), None, None) in graph


Curl = Callable[[str], str]


@pytest.fixture
def curl(served: Server, tmp_path: Path) -> Curl:
    """Run a line of the shell with curl in it, on the service that runs here; an answer that is an error fails."""
    if shutil.which("curl") is None:
        missing("curl", "apt install curl")
    (tmp_path / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n", encoding="ascii")
    environment = {**os.environ, "CURL_HOME": str(tmp_path), "HOME": str(tmp_path), "no_proxy": "*"}

    def run(line: str) -> str:
        command = ["sh", "-c", line.replace(SERVED_AT, served.address)]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", env=environment, timeout=30, check=False, cwd=tmp_path
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize("line", commands("curl"))
def test_curl_does_what_the_documents_say(curl: Curl, line: str) -> None:
    assert SERVED_AT in line
    got = curl(line)
    if "text/turtle" in line:
        assert "ckg:CaseStudy" in got
    elif "format=csv" in line:
        assert len(pd.read_csv(io.StringIO(got))) > 3
    elif "/sparql" in line:
        assert len(json.loads(got)["results"]["bindings"]) == 40
    else:
        assert got


def test_there_are_lines_for_curl_in_the_documents() -> None:
    assert len(commands("curl")) >= 3


def test_curl_negotiates_follows_and_unpacks(curl: Curl) -> None:
    ask = f"--data-urlencode 'query={NAMED}' {SERVED_AT}sparql"
    plain = curl(f"curl -H 'Accept: text/csv' {ask}")
    assert "León footwear,1" in plain
    assert curl(f"curl --compressed -H 'Accept: text/csv' {ask}") == plain
    assert curl(f"curl -G -H 'Accept: text/csv' {ask}") == plain
    thing = f"{SERVED_AT}id/case/giuliani2005/leon-footwear"
    assert "<h1>León footwear</h1>" in curl(f"curl -L -H 'Accept: text/html' {thing}")
    assert curl(f"curl -I {SERVED_AT}sparql?query=ASK%7B%7D").startswith("HTTP/1.1 200")


def test_curl_shows_what_is_wrong(curl: Curl) -> None:
    with pytest.raises(AssertionError, match=r"update: is refused(?s:.*)error: 403"):
        curl(f"curl --data-urlencode 'update=DROP ALL' {SERVED_AT}sparql")
    with pytest.raises(AssertionError, match=r"did you mean 'upgrading-by-country'(?s:.*)error: 404"):
        curl(f"curl {SERVED_AT}query/upgrading-by-cuntry")
