"""What the service says of itself: version, citation, licences, and a hash of the data that anybody can compute."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import yaml
from conftest import ROOT
from read_pages import Page
from served import Server, serving

import clusterkg
from clusterkg.findings import VERDICTS
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.ledger import VERDICTS as OF_FIGURES
from clusterkg.rendering import as_csv


def page(served: Server, path: str = "/about") -> Page:
    answer = served.get(path, "text/html")
    assert (answer.status, answer.media) == (200, "text/html"), answer
    return Page(answer.text)


def in_a_shell(command: str, folder: Path) -> str:
    beside = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    environment = {**os.environ, "PATH": beside, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()[0]


def test_the_counts_are_those_of_the_command_line(served: Server, kg: KnowledgeGraph) -> None:
    info = kg.info()
    answer = served.get("/about?format=csv")
    assert answer.text == as_csv(info.columns, info.rows)
    assert page(served).tables["How much of what there is"] == [[str(what), f"{count:,}"] for what, count in info.rows]


def test_the_hash_is_what_the_shell_line_beside_it_gives(served: Server, tmp_path: Path) -> None:
    text = page(served).text
    told = re.search(r"Turtle files; hash: ([0-9a-f]{64})", text)
    command = re.search(r'cd "\$\(python.*?\| sha256sum(?! \|)', text)
    assert told is not None
    assert command is not None
    assert in_a_shell(command[0], tmp_path) == told[1]


def test_the_hash_of_an_added_folder_changes_with_its_files(second_study: str, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "added"
    shutil.copytree(second_study, folder)
    (folder / "cases_ttl" / ".hidden.ttl").write_text("no Turtle", encoding="utf-8")
    hashes = []
    for _ in range(2):
        with serving(tmp_path, "--data", str(folder), "--workers", "1") as server:
            text = page(server).text
        found = re.findall(r"hash: ([0-9a-f]{64})", text)
        command = re.search(r"cd added && .*?\| sha256sum(?! \|)", text)
        assert len(found) == 2
        assert command is not None
        assert in_a_shell(command[0], tmp_path) == found[1]
        hashes.append(found)
        (study,) = (folder / "cases_ttl").glob("*/study.ttl")
        study.write_text(study.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert hashes[0][0] == hashes[1][0]
    assert hashes[0][1] != hashes[1][1]


def test_the_citation_is_the_files(served: Server) -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    shown = page(served)
    for text in (cited["title"], cited["message"], clusterkg.__version__):
        assert text in shown.text
    for work in cited["references"]:
        assert work["title"] in shown.text
        assert f"https://doi.org/{work['doi']}" in shown.links
        assert f"doi = {{{work['doi']}}}" in shown.text


def test_every_verdict_is_explained_and_leads_to_what_has_it(served: Server) -> None:
    shown = page(served)
    for address, verdicts in (("/findings", VERDICTS), ("/ledger", OF_FIGURES)):
        told = [link.partition("=")[2].replace("%20", " ") for link in shown.links if link.startswith(f"{address}?")]
        assert told == list(verdicts)


def test_every_link_of_about_leads_somewhere(served: Server) -> None:
    shown = page(served)
    ours = {link for link in shown.links if link.startswith("/")} - {"/compare", "/plots", "/code"}  # made by others
    for link in sorted(ours):
        assert served.get(link, "text/html,*/*;q=0.8").status in (200, 303), link
    assert {shlex.quote(link) for link in shown.links if not link.startswith(("/", "#", "https://"))} == set()


def test_about_takes_no_parameter(served: Server) -> None:
    answer = served.get("/about?study=x")
    assert answer.status == 400
    assert "is no parameter of this page; leave it out" in answer.text
