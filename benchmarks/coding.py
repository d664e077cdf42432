"""What a coder of many cases waits for: sheet rows checked, against pySHACL over the graph that they make.

Run as ``python -m benchmarks.coding``; needs the extra ``fast``. Times and memory are of this process.
"""

import csv
import random
import resource
import tempfile
import time
from pathlib import Path

from clusterkg.coding.columns import WIDE
from clusterkg.coding.importing import prepare

ROWS, SAMPLE = 1000, 40
"""Rows that are checked, and rows on which pySHACL is tried: it takes as long for each further one."""


def write(path: Path, rows: int) -> None:
    """Write a sheet of made-up cases, every tenth of them with a mistake."""
    chance = random.Random(2005)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [column.name for column in WIDE], restval="")
        writer.writeheader()
        for number in range(rows):
            scores = [chance.choice(["0", "0.5", "1", "1.5", "2", "2.5", "3"]) for _ in range(4)]
            writer.writerow(
                {
                    "case_id": f"town-{number}-footwear",
                    "name": f"Town {number} footwear",
                    "place": f"Town {number}",
                    "country": "Mexico",
                    "industry": "Footwear",
                    "sectoral_group": "traditional-manufacturing",
                    "collective_efficiency": chance.choice(["low", "medium", "high"]),
                    **dict(zip(("product", "process", "functional", "intersectoral"), scores, strict=True)),
                    **dict(zip(("market", "network", "quasi_hierarchy", "hierarchy"), "1020", strict=True)),
                    "lead_actor": "US buyers",
                    "period": "1990s",
                    "source": "" if number % 10 == 0 else f"Author{number % 100} (1999)",
                    "locator": "p. 3",
                    "coder": "ana",
                }
            )


def check(path: Path, engine: str) -> tuple[float, list[object]]:
    """Return the seconds that a check takes, and what it finds."""
    start = time.perf_counter()
    prepared = prepare([str(path)], "bench2026", str(path.parent / "out"), engine=engine)
    return time.perf_counter() - start, [problem.values() for problem in prepared.problems]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few.csv"), Path(folder, "many.csv")
        write(few, SAMPLE)
        write(many, ROWS)
        check(few, "shacl")
        fast, found = check(few, "shacl")
        slow, same = check(few, "pyshacl")
        whole, _ = check(many, "shacl")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| a sheet checked | a row, × the fast engine's |\n|---|--:|")
    print(f"| `{ROWS} rows, extra fast` | 1.0 |")
    print(f"| `{SAMPLE} rows, pySHACL` | {slow / SAMPLE / (whole / ROWS):.1f} |")
    print(f"\n{SAMPLE} rows, fast: {fast / SAMPLE / (whole / ROWS):.1f}; same findings: {found == same}")
    print(f"largest memory of all: {memory:.0f} MB")


if __name__ == "__main__":
    main()
