"""R asks the service as docs/serving.md says: with its package SPARQL, and with what R itself brings."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import missing, transcription
from documents import SERVED_AT, block
from served import Server

LOOK = """
cat(nrow(cases), sapply(cases, class), "\\n")
cat(sum(cases$score, na.rm = TRUE), sum(is.na(cases$score)), sum(cases$score == 0, na.rm = TRUE), "\\n")
cat(cases$name[cases$case == "<https://w3id.org/clusterkg/case/giuliani2005/leon-footwear>"], "\\n")
cat(nrow(countries), countries$country[1], class(countries$n), class(countries$average), "\\n")
"""


@pytest.fixture(scope="module")
def rscript() -> str:
    program = shutil.which("Rscript")
    if program is None:
        missing("Rscript", "apt install r-base-core")
    look = "quit(status = !requireNamespace('SPARQL', quietly = TRUE))"
    if subprocess.run([program, "--vanilla", "-e", look], capture_output=True, check=False).returncode:
        missing("R's package SPARQL", "apt install r-cran-sparql")
    return program


def r(program: str, script: str, folder: Path, locale: str = "C.UTF-8") -> str:
    path = folder / "script.R"
    path.write_text(script, encoding="utf-8")
    environment = {**os.environ, "LC_ALL": locale, "no_proxy": "*"}
    done = subprocess.run(
        [program, "--vanilla", path], capture_output=True, encoding="utf-8", env=environment, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_r_gets_numbers_names_with_their_accents_and_na_for_what_is_missing(
    served: Server, rscript: str, tmp_path: Path
) -> None:
    script = block("r").replace(SERVED_AT, served.address)
    got = r(rscript, script + LOOK, tmp_path).splitlines()
    printed = [row["functional"] for number in "567" for row in transcription(f"table{number}") if row["cluster_id"]]
    known = [float(one) for one in printed if one != "N/A"]
    assert got[-4].split() == ["40", "character", "character", "numeric"]
    assert [float(one) for one in got[-3].split()] == [sum(known), 40 - len(known), known.count(0)]
    assert got[-2] == "León footwear "
    assert got[-1].split() == ["7", "Nicaragua", "integer", "numeric"]


def test_the_accents_are_right_in_every_form_and_whatever_the_locale_of_r(
    served: Server, rscript: str, tmp_path: Path
) -> None:
    ask = """
    suppressMessages(library(SPARQL))
    query <- "SELECT ?name { <https://w3id.org/clusterkg/case/giuliani2005/leon-footwear>
                             <https://w3id.org/clusterkg/ontology#caseName> ?name }"
    """
    xml = f'cat(SPARQL("{served.address}sparql", query)$results$name)\n'
    for locale in ("C.UTF-8", "C"):
        assert r(rscript, ask + xml, tmp_path, locale) == "León footwear"
    csv = f'cat(SPARQL("{served.address}sparql", query, format = "csv", extra = list(format = "csv"))$results$name)\n'
    assert r(rscript, ask + csv, tmp_path) == "León footwear"


def test_r_is_stopped_by_a_query_that_is_none(served: Server, rscript: str, tmp_path: Path) -> None:
    script = f"""
    suppressMessages(library(SPARQL))
    fault <- tryCatch(SPARQL("{served.address}sparql", "SELECT ?s {{ ?s a x:Case }}",
                             curl_args = list(failonerror = TRUE)), error = conditionMessage)
    cat(fault)
    """
    assert r(rscript, script, tmp_path) == "The requested URL returned error: 400"


def test_the_charset_stands_where_rcurl_looks_for_it(served: Server) -> None:
    for format in ("xml", "csv"):
        request = f"GET /sparql?query=SELECT%20*%7B%7D&format={format} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        head = served.raw(request.encode()).partition(b"\r\n\r\n")[0].decode()
        (line,) = [line for line in head.splitlines() if line.lower().startswith("content-type")]
        assert line.startswith("Content-Type: ")
        assert line.endswith("; charset=utf-8")
