"""Whole commands as a user starts them, as multiples of a Python that does nothing.

Run as ``python -m benchmarks.start_up``; rounds are interleaved, the median of each counts.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clusterkg import library

ROOT = Path(__file__).parent.parent
ROUNDS = 15


def measure(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT, check=True)
    return time.perf_counter() - start


def main() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    python, program = sys.executable, [str(Path(sys.executable).with_name("clusterkg"))]
    with tempfile.NamedTemporaryFile("w", suffix=".rq", encoding="utf-8", delete=False) as query:
        query.write(library.read("tables/upgrading").bind({"table": "5"}))
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "import argparse, pyoxigraph": [python, "-c", "import argparse, pyoxigraph"],
        "bare pyoxigraph script, same files, same query": [python, "benchmarks/bare_engine.py", query.name],
        "clusterkg --version": [*program, "--version"],
        "clusterkg table 5": [*program, "table", "5"],
        "clusterkg table 3 --format csv": [*program, "table", "3", "--format", "csv"],
        "clusterkg case leon-footwear": [*program, "case", "leon-footwear"],
        "clusterkg tables": [*program, "tables"],
        "naive rdflib script, same files, same query": [python, "-m", "benchmarks.naive_table"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        measure(command, environment)  # compiles what is not yet compiled
    for round_number in range(ROUNDS):
        for name, command in commands.items():
            if name.startswith("naive") and round_number % 5:
                continue
            times[name].append(measure(command, environment))
    os.unlink(query.name)
    bare = statistics.median(times["python -c pass"])
    print("| command, as a whole process | × bare Python |\n|---|--:|")
    for name, seconds in times.items():
        print(f"| `{name}` | {statistics.median(seconds) / bare:.1f} |")


if __name__ == "__main__":
    main()
