"""What people really use: SPARQLWrapper, pandas, curl, rdflib."""

import io
import json
import shutil
import subprocess
import urllib.request
from urllib.parse import quote

import pandas as pd
import pytest
from conftest import missing
from served import CKG, Server
from SPARQLWrapper import CSV, JSON, JSONLD, POST, RDFXML, TURTLE, XML, SPARQLExceptions, SPARQLWrapper

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


def test_sparqlwrapper_is_told_what_is_wrong(served: Server) -> None:
    with pytest.raises(SPARQLExceptions.QueryBadFormed, match="is not declared; declare it with PREFIX"):
        wrapper(served, "SELECT ?s { ?s a x:Case }", JSON).query()


def test_pandas_reads_an_address(served: Server) -> None:
    frame = pd.read_csv(f"{served.address}sparql?format=csv&query={quote(CASES)}")
    assert list(frame.columns) == ["case", "score"]
    assert frame["score"].between(0, 3).all()
    asked = pd.read_csv(f"{served.address}query/upgrading-by-country?format=csv")
    assert len(asked) > 3


def test_a_client_that_says_nothing_gets_json(served: Server) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{served.address}sparql?query={quote(CASES)}") as answer:
        assert json.load(answer)["head"]["vars"] == ["case", "score"]


def test_rdflib_follows_a_name_to_its_data(served: Server) -> None:
    import rdflib

    graph = rdflib.Graph().parse(f"{served.address}id/case/giuliani2005/leon-footwear")
    assert (rdflib.URIRef("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear"), None, None) in graph


def curl(*arguments: str) -> str:
    program = shutil.which("curl")
    if program is None:
        missing("curl", "apt install curl")
    command = [program, "-sS", "--noproxy", "*", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def test_curl_asks_negotiates_follows_and_unpacks(served: Server) -> None:
    at = f"{served.address}sparql"
    csv = curl("-H", "Accept: text/csv", "--data-urlencode", f"query={CASES}", at)
    assert pd.read_csv(io.StringIO(csv)).shape[1] == 2
    packed = curl("--compressed", "-H", "Accept: text/csv", "--data-urlencode", f"query={CASES}", at)
    assert packed == csv
    thing = f"{served.address}id/case/giuliani2005/leon-footwear"
    assert "ckg:CaseStudy" in curl("-L", "-H", "Accept: text/turtle", thing)
    assert "<h1>León footwear</h1>" in curl("-L", "-H", "Accept: text/html", thing)
    told = curl("-o", "-", "-w", "%{http_code}", "--data-urlencode", "update=DROP ALL", at)
    assert told.endswith("403")
