"""Comunica, a query engine of the web in JavaScript, asks the endpoint and reads the documents of things."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import ROOT, missing
from documents import SERVED_AT, block
from served import CKG, Server

CLIENTS = ROOT / "tests" / "clients"
LEON = "https://w3id.org/clusterkg/case/giuliani2005/leon-footwear"
DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
STUDY = "https://w3id.org/clusterkg/study/giuliani2005"


@pytest.fixture(scope="module")
def comunica(request: pytest.FixtureRequest) -> Path:
    """The folder into which Comunica is installed, as the lock file says, and kept for the next time."""
    for name in ("node", "npm"):
        if shutil.which(name) is None:
            missing(name, "apt install nodejs npm")
    lock = hashlib.sha256((CLIENTS / "package-lock.json").read_bytes()).hexdigest()[:12]
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("comunica") / lock
    folder.mkdir(exist_ok=True)
    for path in CLIENTS.iterdir():
        shutil.copy(path, folder)
    whole = folder / "whole"
    if not whole.exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=500, check=False)
        if done.returncode:
            missing("Comunica", f"npm ci says: {' '.join(done.stderr.split())[:300]}")
        whole.touch()
    return folder


def node(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["node", *arguments], cwd=folder, capture_output=True, encoding="utf-8", timeout=240, check=False
    )


def ask(folder: Path, query: str, *sources: str | dict[str, str]) -> Any:
    done = node(folder, "ask.mjs", json.dumps({"query": query, "sources": sources}))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("told", [False, True], ids=["finds out by itself", "is told"])
def test_comunica_asks_the_endpoint_whether_or_not_it_is_told_that_it_is_one(
    served: Server, comunica: Path, told: bool
) -> None:
    at = f"{served.address}sparql"
    source: str | dict[str, str] = {"type": "sparql", "value": at} if told else at
    query = CKG + "SELECT ?case ?name ?score { ?case a ckg:CaseStudy ; ckg:caseName ?name "
    rows = ask(comunica, query + "OPTIONAL { ?case ckg:functionalUpgrading ?score } } ORDER BY ?case", source)
    assert len(rows) == 40
    assert sum("score" not in row for row in rows) == 6
    leon = next(row for row in rows if row["case"] == f"<{LEON}>")
    assert leon["score"] == f'"1"^^<{DECIMAL}>'
    assert leon["name"] == '"León footwear"^^<http://www.w3.org/2001/XMLSchema#string>'


def test_comunica_gets_triples_and_a_yes_or_a_no(served: Server, comunica: Path) -> None:
    at = f"{served.address}sparql"
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = <{STUDY}>) }}"
    there = set(ox.parse(served.ask(query, format="nt").body, format=ox.RdfFormat.N_TRIPLES))
    triples = ask(comunica, query, at)
    assert len(triples) == len(there) > 10
    assert {(s, p) for s, p, _ in triples} == {(f"<{one.subject.value}>", f"<{one.predicate.value}>") for one in there}
    assert ask(comunica, CKG + "ASK { ?case a ckg:CaseStudy }", at) is True
    assert ask(comunica, CKG + "ASK { ?case a ckg:NoSuchClass }", at) is False


def test_comunica_follows_names_to_their_documents_and_joins_them(served: Server, comunica: Path) -> None:
    done = node(comunica, "--input-type=module", "--eval", block("js").replace(SERVED_AT, served.address))
    assert (done.stdout, done.returncode) == ("León footwear in León footwear\n", 0), done.stderr
    log = served.said()
    for name in ("case/giuliani2005/leon-footwear", "cluster/leon-footwear"):
        assert f'"GET /id/{name}" 303 ' in log
        assert f'"GET /data/{name}.jsonld" 200 ' in log  # Comunica likes it best


def test_comunica_joins_a_document_with_the_endpoint(served: Server, comunica: Path) -> None:
    query = CKG + "SELECT ?other { ?case ckg:industry ?industry ; ckg:caseName ?name . ?other ckg:industry ?industry }"
    document = f"{served.address}id/case/giuliani2005/leon-footwear"
    alone = {row["other"] for row in ask(comunica, query, document)}
    both = {row["other"] for row in ask(comunica, query, document, f"{served.address}sparql")}
    assert alone == {f"<{LEON}>"}
    assert len(both) > 3


@pytest.mark.parametrize(
    ("query", "source", "said"),
    [
        ("SELECT ?s { ?s ?p ?o }", "id/case/giuliani2005/leon-footwer", ["HTTP status 404", "leon-footwear"]),
        ("SELECT ?s { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "sparql", ["403", "SERVICE is refused"]),
    ],
)
def test_comunica_is_told_what_is_wrong(
    served: Server, comunica: Path, query: str, source: str, said: list[str]
) -> None:
    at = served.address + source
    job = {"query": query, "sources": [{"type": "sparql", "value": at} if source == "sparql" else at]}
    done = node(comunica, "ask.mjs", json.dumps(job))
    assert done.returncode == 1
    for words in said:
        assert words in done.stderr
