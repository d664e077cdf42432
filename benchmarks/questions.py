"""What the library adds to the engine: each ready question, and the same text put to the bare engine.

Processor time, since other work runs beside. Run as ``python -m benchmarks.questions [CASES …]``; 40, 1,000 and 10,000
cases where none are named; questions about all pairs of cases, and those that join other data sets, are not put to the
last. The bare engine gets the query's text with its parameters bound, and every term of every row is read. The ground
and the evidence are worked out when they are asked for, and are no part of this.
"""

import gc
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import pyoxigraph as ox

from benchmarks.generated import generated
from clusterkg import library
from clusterkg.resources import query_paths

PAIRS = 1_000
"""The most cases that are set against one another pair by pair."""

ENOUGH = 0.5
"""Seconds that a question is asked for, at least once each way."""


def bare(store: ox.Store, text: str) -> int:
    """Ask the engine and read each term, as any caller must."""
    return sum(
        1 for row in store.query(text, use_default_graph_as_union=True) for term in row if term is None or term.value
    )


def ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Return how much longer the one takes than the other, in turns, and the seconds of the other."""
    took: dict[bool, list[float]] = {True: [], False: []}
    started = time.process_time()
    while not took[True] or (time.process_time() - started < ENOUGH and len(took[True]) < 50):
        for mine in (True, False):
            before = time.process_time()
            (ours if mine else theirs)()
            took[mine].append(time.process_time() - before)
    least = min(took[False])
    return statistics.median(took[True]) / statistics.median(took[False]), least


def about_pairs(query: library.Query) -> bool:
    """Tell whether a question sets every case against every other: its answer grows with the square of the cases."""
    return "other_case" in str(query.header["columns"]) and "case" not in query.parameters


def main() -> None:
    for cases in [int(word) for word in sys.argv[1:]] or [40, PAIRS, 10_000]:
        kg = generated(cases)
        gc.collect()
        gc.freeze()
        ratios = {}
        for name in query_paths():
            query = library.read(name)
            if not name.startswith("questions/"):
                continue
            if cases > PAIRS and (about_pairs(query) or name.startswith("questions/linked/")):
                continue
            text = query.bind({})
            kg.query(name)
            ratios[name], seconds = ratio(partial(kg.query, name), partial(bare, kg.graph.store, text))
            short = name.removeprefix("questions/")
            print(f"{cases:6} {short:60} {seconds * 1000:9.1f} ms x {ratios[name]:.2f}", flush=True)
        worst = max(ratios, key=lambda name: ratios[name])
        middle = statistics.median(ratios.values())
        told = f"{cases} cases: {len(ratios)} questions, x {middle:.2f} in the middle"
        print(f"{told}, x {ratios[worst]:.2f} at most ({worst})", flush=True)


if __name__ == "__main__":
    main()
