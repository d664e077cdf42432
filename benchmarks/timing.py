"""How long whole commands take, as multiples of a Python that does nothing."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
PYTHON = sys.executable
PROGRAM = str(Path(sys.executable).with_name("clusterkg"))
BARE = "python -c pass"


def measure(command: Sequence[str]) -> float:
    """Return the seconds that a command takes as a whole process."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd=ROOT, check=True)
    return time.perf_counter() - start


def table(commands: Mapping[str, Sequence[str]], *, rounds: int, seldom: Mapping[str, int] = {}) -> str:
    """Return a Markdown table of medians over interleaved rounds.

    Args:
        commands: what to run, by the name in the table; `BARE` comes first by itself.
        rounds: how often each is run, after one round that compiles what is not yet compiled.
        seldom: every which round a slow command takes part in.
    """
    every = {BARE: [PYTHON, "-c", "pass"], **commands}
    times: dict[str, list[float]] = {name: [] for name in every}
    for name, command in every.items():
        if name not in seldom:
            measure(command)
    for round_number in range(rounds):
        for name, command in every.items():
            if round_number % seldom.get(name, 1) == 0:
                times[name].append(measure(command))
    bare = statistics.median(times[BARE])
    lines = ["| command, as a whole process | × bare Python |", "|---|--:|"]
    lines += [f"| `{name}` | {statistics.median(seconds) / bare:.1f} |" for name, seconds in times.items()]
    return "\n".join(lines)
