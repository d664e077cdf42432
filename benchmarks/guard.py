"""What the guard adds to a query: the bare engine against the same query in a child process, in one run.

Run as ``python -m benchmarks.guard``. Trust the ratios; the milliseconds added are held against a goal of 30.
"""

import statistics
import time
from collections.abc import Callable

import clusterkg
from clusterkg import library
from clusterkg.graph import guard

QUERIES = (
    "tables/governance",
    "tables/upgrading",
    "cases/index",
    "questions/functional-upgrading-in-quasi-hierarchies",
)
EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o }"
ROUNDS = 15


def measure(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    graph = clusterkg.load().graph
    texts = {name: library.read(name).bind({}) for name in QUERIES} | {"every triple": EVERYTHING}
    print("| query | × `store.query` | × in this process | ms added |\n|---|--:|--:|--:|")
    for name, text in texts.items():
        ways: dict[str, Callable[[], object]] = {
            "bare": lambda text=text: list(graph.store.query(text, use_default_graph_as_union=True)),
            "here": lambda text=text: graph.run(text),
            "guarded": lambda text=text: guard.run(graph, text),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for round_number in range(ROUNDS + 1):
            for way, work in ways.items():
                seconds = measure(work)
                if round_number:
                    times[way].append(seconds)
        bare, here, guarded = (statistics.median(times[way]) for way in ways)
        print(f"| `{name}` | {guarded / bare:.1f} | {guarded / here:.1f} | {(guarded - here) * 1000:.1f} |")


if __name__ == "__main__":
    main()
