"""`clusterkg check` says the same however it is asked: file by file or of the whole project, by either SHACL engine."""

import random
import re
import sys
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from checked_files import FILES, LEON, leon, put
from conftest import ROOT, Run
from test_mutations import SPOILT, spoilt_text

from clusterkg.validation import Problem, check
from clusterkg.validation.shapes import Shapes, shapes_path
from clusterkg.validation.validators import Result, validate
from clusterkg.validation.workspace import Workspace

# One file, and the whole project.

FAULTS: dict[str, list[dict[str, str]]] = defaultdict(list)
"""Each tenth corruption of `spoilt.csv`, by the file that it spoils."""
for spoilt in SPOILT[::10]:
    FAULTS[spoilt["file"]].append(spoilt)


@pytest.fixture(scope="module")
def corrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Problem]]:
    """A folder of files with several faults each, and what a check of the whole project says with them in it."""
    folder = tmp_path_factory.mktemp("corrupted")
    for name, faults in FAULTS.items():
        put(folder, name, spoilt_text(name, *((fault["gone"], fault["come"]) for fault in faults)))
    return folder, check([], [str(folder)]).problems


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_one_file_is_told_what_the_whole_project_is_told_of_it(
    name: str, corrupted: tuple[Path, list[Problem]]
) -> None:
    """A check of one file looks at what it leans on, and that is enough."""
    folder, problems = corrupted
    path = str(folder / name)
    whole = [problem for problem in problems if problem.file == path]
    assert whole
    assert check([path], [str(folder)]).problems == whole


# The two SHACL engines.


@pytest.fixture(scope="module")
def shipped_shapes() -> Shapes:
    """The shapes, which each engine compiles once: pySHACL waits for a parser at each of their queries."""
    return Shapes(shapes_path())


def both_engines(shapes: Shapes, *paths: str) -> tuple[set[Result], set[Result]]:
    workspace = Workspace(paths)
    data, focus = workspace.data(), workspace.focus()
    fast = validate(data, shapes, "shacl", focus)
    return fast, validate(data, shapes, "pyshacl", focus)


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
    fast, reference = both_engines(shipped_shapes, str(path))
    assert fast == reference


@pytest.mark.slow
def test_both_engines_find_the_same_in_bad_cases(shipped_shapes: Shapes) -> None:
    """Each twelfth bad case, all together with what they lean on; `test_shapes` has every one by itself."""
    paths = sorted((ROOT / "tests/bad_cases").glob("*.ttl"))[::12]
    fast, reference = both_engines(shipped_shapes, *map(str, paths))
    assert fast == reference
    together = {(result.shape, result.focus) for result in fast}
    wanted = {path: tuple(re.findall(r"<(.+?)>", path.read_text(encoding="utf-8").splitlines()[1])) for path in paths}
    hidden = [path for path in paths if wanted[path] not in together]
    assert len(hidden) <= 0.2 * len(paths)
    # Where two of them describe one thing, one may hide the other's fault: each of these is put to both by itself.
    for path in hidden:
        alone, reference = both_engines(shipped_shapes, str(path))
        assert alone == reference, path.name


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
