"""README and docs say what really happens: each command is run, each Python example executed, each link followed."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def console_examples() -> list[tuple[str, str, str]]:
    """Return document, command and the output that it shows, of every ``console`` block."""
    found = []
    for path in DOCUMENTS:
        for block in re.findall(r"^```console\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S):
            for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
                lines = part.splitlines()
                command, shown = lines[0], []
                for line in lines[1:]:
                    if line.startswith("> ") and not shown:
                        command += "\n" + line[2:]
                    else:
                        shown.append(line)
                found.append((path.name, command, "\n".join(shown).strip("\n")))
    return found


@pytest.mark.parametrize(("name", "command", "shown"), console_examples(), ids=lambda value: str(value)[:50])
def test_a_command_prints_what_the_document_shows(name: str, command: str, shown: str, tmp_path: Path) -> None:
    script = tmp_path / "clusterkg"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clusterkg "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    pattern = re.escape(shown).replace(re.escape("..."), "(?s:.*)")
    assert re.fullmatch(pattern, done.stdout.strip("\n")), f"{name} shows:\n{shown}\nbut it prints:\n{done.stdout}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_python_examples_give_what_they_show(path: Path) -> None:
    result = doctest.testfile(str(path), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0
    assert result.attempted > 0 or ">>>" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (path.parent / target).exists(), target


def test_the_readme_has_examples_to_run() -> None:
    assert sum(name == "README.md" for name, _, _ in console_examples()) >= 6
