"""What a coder waits for: one case or the whole project checked, and what the reasoner costs.

Run as ``python -m benchmarks.checking``; needs the extra ``fast`` and, for HermiT, Java.
"""

from benchmarks.timing import PROGRAM, PYTHON, table

CASE = ["cases_ttl/clusters/leon-footwear.ttl", "cases_ttl/giuliani2005/cases/leon-footwear.ttl"]


def main() -> None:
    naive = "naive rdflib and pySHACL, one case"
    reference = "clusterkg check --engine pyshacl"
    commands = {
        "clusterkg check one-case.ttl": [PROGRAM, "check", CASE[1]],
        "clusterkg check one-case.ttl --engine pyshacl": [PROGRAM, "check", CASE[1], "--engine", "pyshacl"],
        naive: [PYTHON, "-m", "benchmarks.naive_check", *CASE],
        "clusterkg check": [PROGRAM, "check"],
        reference: [PROGRAM, "check", "--engine", "pyshacl"],
        "clusterkg reason --case leon-footwear": [PROGRAM, "reason", "--case", "leon-footwear"],
        "clusterkg reason": [PROGRAM, "reason"],
    }
    rounds = once = 9
    print(table(commands, rounds=rounds, seldom={naive: once, reference: once, "clusterkg reason": 4}))


if __name__ == "__main__":
    main()
