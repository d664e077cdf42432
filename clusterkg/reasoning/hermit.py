"""The reasoner HermiT, run by its command line from the jar that owlready2 brings."""

from __future__ import annotations

import os
import re

from clusterkg.errors import ReasonerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Classification", "classify", "java", "run_java"]

TIME_LIMIT = 900
"""Seconds after which a run is given up."""

OPTIONS = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    # A run is short: half of its time would go into optimising code that is soon done with.
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    # Without it Java leaves a file in the system's folder for temporary ones.
    "-XX:-UsePerfData",
    "-Xmx1000M",
    # All three, since Java 18 and later print in the encoding of the locale.
    "-Dfile.encoding=UTF-8",
    "-Dstdout.encoding=UTF-8",
    "-Dstderr.encoding=UTF-8",
)

AXIOM = re.compile(r"^(SubClassOf|EquivalentClasses|Type)\( (.*) \)$", re.M)
NOTHING = "http://www.w3.org/2002/07/owl#Nothing"

HOW_TO_GET_JAVA = (
    "install it from adoptium.net or your system's packages (Debian: apt install default-jdk; macOS: brew install"
    " openjdk); everything but `clusterkg reason` works without it, and so does `clusterkg reason --case SLUG`"
)


class Classification:
    """What HermiT makes of some statements that do not contradict one another.

    Attributes:
        types: for each thing the classes that it belongs to, the wider ones too.
        superclasses: for each class all classes that contain it, itself left out.
        unsatisfiable: classes that can have no member.
    """

    def __init__(self, lines: str) -> None:
        parents: dict[str, set[str]] = {}
        self.unsatisfiable: list[str] = []
        direct: dict[str, set[str]] = {}
        for kind, arguments in AXIOM.findall(lines):
            names = re.findall(r"<([^>]+)>", arguments)
            if kind == "Type":
                direct.setdefault(names[0], set()).add(names[1])
            elif kind == "SubClassOf":
                parents.setdefault(names[0], set()).add(names[1])
            elif NOTHING in names:
                self.unsatisfiable = sorted(name for name in names if name != NOTHING)
            else:
                for name in names:
                    parents.setdefault(name, set()).update(names)
        self.superclasses = {name: _above([name], parents) - {name} for name in parents}
        # HermiT prints the most specific classes of a thing, and not even these alone.
        self.types = {thing: _above(classes, parents) for thing, classes in direct.items()}

    def members(self, name: str) -> set[str]:
        """Return the things that belong to a class."""
        return {thing for thing, classes in self.types.items() if name in classes}


def _above(names: Iterable[str], parents: dict[str, set[str]]) -> set[str]:
    """Return some classes and all above them."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += parents.get(name, ())
    return seen


def java() -> str:
    """Return the path of the Java to use: JAVA_HOME's, else the first on the PATH.

    Raises:
        ReasonerError: there is none.
    """
    import shutil

    home = os.environ.get("JAVA_HOME")
    found = (home and shutil.which(os.path.join(home, "bin", "java"))) or shutil.which("java")
    if not found:
        raise ReasonerError(
            "is not on this machine, and the reasoner HermiT needs it", place="Java", remedy=HOW_TO_GET_JAVA
        )
    return found


def class_path() -> str:
    """Return the class path of HermiT, found without importing owlready2.

    Raises:
        ReasonerError: owlready2, which brings it, is not installed.
    """
    from importlib.util import find_spec

    package = find_spec("owlready2")
    if package is None or not package.submodule_search_locations:
        raise ReasonerError(
            "is not installed", place="owlready2", remedy="pip install owlready2 brings it, and HermiT with it"
        )
    folder = os.path.join(package.submodule_search_locations[0], "hermit")
    # The folder comes first: its classes amend those of the jar, which print no individuals.
    return os.pathsep.join([folder, os.path.join(folder, "HermiT.jar")])


def run_java(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run Java with HermiT on the class path; return its exit code, what it printed, what it complained.

    Raises:
        ReasonerError: there is no Java, or it does not end in time.
    """
    import subprocess

    command = [java(), *OPTIONS, "-cp", class_path(), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ReasonerError(
            f"does not come to an end within {TIME_LIMIT // 60} minutes",
            place="HermiT",
            remedy="reason over fewer cases",
        ) from error
    except OSError as error:
        raise ReasonerError(f"cannot be started: {error.strerror}", place=command[0], remedy=HOW_TO_GET_JAVA) from error
    return done.returncode, done.stdout, done.stderr


def classify(statements: bytes, *, consistency_only: bool = False) -> Classification | None:
    """Return what HermiT makes of some statements; None when they contradict one another.

    Args:
        statements: N-Triples.
        consistency_only: look no further than for a contradiction; the classification is then empty.

    Raises:
        ReasonerError: there is no Java, or HermiT cannot read the statements.
    """
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="clusterkg-") as folder:
        path = Path(folder, "statements.nt")
        path.write_bytes(statements)
        actions = ["-k"] if consistency_only else ["-c", "-I"]
        code, out, complaint = run_java(["org.semanticweb.HermiT.cli.CommandLine", *actions, path.as_uri()])
    if "Inconsistent ontology" in complaint:
        return None
    if code or not out.strip():
        lines = [line for line in complaint.splitlines() if line.strip() and not line.startswith("\tat ")]
        first = lines[0].removeprefix('Exception in thread "main" ') if lines else "no answer"
        raise ReasonerError(f"fails: {first}", place="HermiT")
    return Classification(out)
