"""What a user waits for: tables and cases, from the start of the process.

Run as ``python -m benchmarks.start_up``.
"""

import os
import tempfile

from benchmarks.timing import PROGRAM, PYTHON, table
from clusterkg import library


def main() -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".rq", encoding="utf-8", delete=False) as query:
        query.write(library.read("tables/upgrading").bind({"table": "5"}))
    naive = "naive rdflib script, same files, same query"
    commands = {
        "import argparse, pyoxigraph": [PYTHON, "-c", "import argparse, pyoxigraph"],
        "bare pyoxigraph script, same files, same query": [PYTHON, "benchmarks/bare_engine.py", query.name],
        "clusterkg --version": [PROGRAM, "--version"],
        "clusterkg table 5": [PROGRAM, "table", "5"],
        "clusterkg table 3 --format csv": [PROGRAM, "table", "3", "--format", "csv"],
        "clusterkg case leon-footwear": [PROGRAM, "case", "leon-footwear"],
        "clusterkg tables": [PROGRAM, "tables"],
        "clusterkg ledger": [PROGRAM, "ledger"],
        "clusterkg findings": [PROGRAM, "findings"],
        naive: [PYTHON, "-m", "benchmarks.naive_table"],
    }
    try:
        print(table(commands, rounds=15, seldom={naive: 5}))
    finally:
        os.unlink(query.name)


if __name__ == "__main__":
    main()
