"""What a coder waits for: one case or the whole project checked, and what the reasoner costs.

Run as ``python -m benchmarks.checking``; needs the extra ``fast`` and, for HermiT, Java.
"""

from benchmarks.timing import PROGRAM, PYTHON, table

CASE = ["cases_ttl/clusters/leon-footwear.ttl", "cases_ttl/giuliani2005/cases/leon-footwear.ttl"]


def main() -> None:
    naive_one, naive_all = "naive rdflib and pySHACL, one case", "naive rdflib and pySHACL, whole project"
    commands = {
        "clusterkg check one-case.ttl": [PROGRAM, "check", CASE[1]],
        "clusterkg check one-case.ttl --engine pyshacl": [PROGRAM, "check", CASE[1], "--engine", "pyshacl"],
        naive_one: [PYTHON, "-m", "benchmarks.naive_check", *CASE],
        "clusterkg check": [PROGRAM, "check"],
        naive_all: [PYTHON, "-m", "benchmarks.naive_check"],
        "clusterkg reason --case leon-footwear": [PROGRAM, "reason", "--case", "leon-footwear"],
        "clusterkg reason": [PROGRAM, "reason"],
    }
    once = 9  # The naive way takes minutes.
    print(table(commands, rounds=9, seldom={naive_one: once, naive_all: once, "clusterkg reason": 4}))


if __name__ == "__main__":
    main()
