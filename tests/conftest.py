"""What many tests use: the loaded graph, the transcription, a second study, a terminal, files of cells."""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import hypothesis
import pytest
from ledger_edits import Change
from rows import NAMES, Prepare, Row, sheet
from sheet_files import KNOWN, Table, Write, packed

import clusterkg
from clusterkg.coding.columns import CHAINS, LONG
from clusterkg.coding.importing import Import, prepare
from clusterkg.coding.sheets import Book, read
from clusterkg.errors import ReasonerError
from clusterkg.findings import Findings
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.ledger import Ledger
from clusterkg.reasoning import hermit

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from served import Server

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).parent.parent
EXPECTED = ROOT / "tests" / "expected"

AS_IN_A_TERMINAL = [
    sys.executable,
    "-c",
    "import runpy, signal\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
    "runpy.run_module('clusterkg', run_name='__main__', alter_sys=True)",
]
"""The command as a terminal starts it: what runs in the background ignores Ctrl-C and hang-ups, these tests too."""

LONGEST = (
    "test_server_soak",
    "test_endpoint_virtuoso",
    "test_hermit",
    "test_contradictions",
    "test_shapes",
    "test_tour",
)
"""Files that take minutes with few tests. Run last, one of them would leave all processors but one idle."""

Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    return clusterkg.load()


@pytest.fixture(scope="session")
def found(kg: KnowledgeGraph) -> Findings:
    """The findings of the shipped study, each put to the test once."""
    return kg.findings()


@pytest.fixture(scope="session")
def second_study() -> str:
    """A made-up study of three clusters whose cases have coded components of collective efficiency."""
    return str(ROOT / "tests" / "data" / "second-study")


@pytest.fixture(scope="session")
def second_opinions() -> str:
    """Two made-up coders, ana and bruno, who code some of the forty cases again."""
    return str(ROOT / "tests" / "data" / "second-opinions")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command line as a user does: a process of its own, in an empty folder."""

    def runner(*arguments: str, stdin: str | bytes = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "clusterkg", *arguments],
            input=data,
            capture_output=True,
            cwd=cwd or tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return runner


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Server]":
    """The service over HTTP, one for all tests; no query may take it longer than three seconds."""
    from served import serving

    with serving(tmp_path_factory.mktemp("served"), "--timeout", "3", "--workers", "2") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A real browser, one for all tests; pages are opened in contexts of their own."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        missing("A browser", "apt install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        missing("playwright", "pip install playwright")
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """The script of axe-core, which looks for barriers in a page; kept for the next time."""
    for name in ("node", "npm"):
        if shutil.which(name) is None:
            missing(name, "apt install nodejs npm")
    source = ROOT / "tests" / "axe"
    lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:12]
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("axe") / lock
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        shutil.copytree(source, folder, dirs_exist_ok=True)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            missing("axe-core", f"npm ci says: {' '.join(done.stderr.split())[:300]}")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def java() -> str:
    """Java, which HermiT needs."""
    try:
        return hermit.java()
    except ReasonerError:
        missing("Java", "apt install default-jre-headless")


@pytest.fixture(scope="session")
def jdk(java: str) -> str:
    """Java with its compiler, which the search for contradictions needs."""
    if not Path(java).resolve().with_name("javac").exists():
        missing("The compiler of Java", "apt install default-jdk-headless")
    return java


@pytest.fixture(scope="session")
def whole(kg: KnowledgeGraph) -> Ledger:
    """The whole ledger of the shipped study."""
    return kg.ledger()


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """Return the ledger over the real files with some texts in them put otherwise."""

    def changed(*edits: tuple[str, str, str]) -> Ledger:
        for name, old, new in edits:
            copy = tmp_path / name
            text = (copy if copy.exists() else ROOT / name).read_text(encoding="utf-8")
            assert text.count(old) == 1, (name, old)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text.replace(old, new), encoding="utf-8")
        return clusterkg.load(str(tmp_path)).ledger()

    return changed


@pytest.fixture
def code(tmp_path: Path) -> Prepare:
    """Prepare an import of rows into an empty or a given folder."""

    def prepared(
        *rows: Row,
        chains: Sequence[Row] = (),
        values: Sequence[Row] = (),
        out: Path | None = None,
        study: str = "demo2026",
        **more: bool,
    ) -> Import:
        paths = []
        for name, some, columns in (
            ("cases", rows, NAMES),
            ("chains", chains, [column.name for column in CHAINS]),
            ("values", values, [column.name for column in LONG]),
        ):
            if some:
                paths.append(str(tmp_path / f"{name}.csv"))
                Path(paths[-1]).write_text(sheet(some, columns), encoding="utf-8")
        return prepare(paths, study, str(out or tmp_path / "out"), **more)

    return prepared


@pytest.fixture
def text(tmp_path: Path) -> Write:
    """Write a text file of cells and read it."""

    def write(content: str | bytes, name: str = "cases.csv", encoding: str = "utf-8") -> Book:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read(str(path), KNOWN)

    return write


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Write a workbook of one sheet and read it."""

    def write(rows: Table, name: str = "cases.xlsx", title: str = "cases") -> Book:
        path = tmp_path / name
        path.write_bytes(packed(rows, title))
        return read(str(path), KNOWN)

    return write


def missing(what: str, remedy: str) -> NoReturn:
    """Skip by name where a user's machine lacks something; in the gate, fail."""
    message = f"{what} is not installed: {remedy}"
    if os.environ.get("CLUSTERKG_REQUIRE_ALL"):
        pytest.fail(message)
    pytest.skip(message)


def transcription(name: str) -> list[dict[str, str]]:
    """Return the rows of a table as transcribed, twice and independently, from the paper."""
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows of CSV output."""
    return list(csv.DictReader(text.splitlines()))


def same_figure(left: str, right: str) -> bool:
    """Tell whether two cells say the same: as numbers where both are, else as text."""
    try:
        return float(left) == float(right)
    except ValueError:
        return left.strip().lower() == right.strip().lower()
