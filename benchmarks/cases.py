"""How long a page of all cases takes to be made: 40, 1,000 and 10,000 cases, by facets, words, order and page.

Run as ``python -m benchmarks.cases``. The page is made in this process, without HTTP: so it is what one clerk needs for
an address that nobody has asked for yet. The first page reads all cases once; the first search reads their names. The
times are of the processor, so that they hold on a machine that is busy; the goal is 150 ms at 10,000 cases.
"""

import statistics
import time
from urllib.parse import parse_qsl

from benchmarks.generated import generated
from clusterkg.graph import Graph
from clusterkg.server import frame
from clusterkg.server.views import cases
from clusterkg.server.views.view import Asked

SIZES = (40, 1_000, 10_000)
PAGES = {
    "all": "",
    "one facet": "group=complex-products",
    "two facets": "functional=not-available&mode=global-market&mode=global-quasi-hierarchy",
    "words": "q=sao",
    "sorted": "sort=product&desc=yes",
    "sorted and chosen": "country=MEX&sort=name",
}
ROUNDS = 9


def made(graph: Graph, query: str) -> float:
    """Return the milliseconds of the processor that a page takes."""
    asked = Asked("/cases", "", parse_qsl(query))
    start = time.process_time()
    frame.render(cases.show(graph, asked), asked)
    return (time.process_time() - start) * 1000


def main() -> None:
    found: dict[str, list[float]] = {}
    for size in SIZES:
        graph = generated(size).graph
        found.setdefault("first page of a process", []).append(made(graph, ""))
        found.setdefault("first search of a process", []).append(made(graph, "q=a"))
        for name, query in PAGES.items():
            found.setdefault(name, []).append(statistics.median(made(graph, query) for _ in range(ROUNDS)))
    print("| ms | " + " | ".join(f"{size:,} cases" for size in SIZES) + " |\n|---|" + "--:|" * len(SIZES))
    for name, times in found.items():
        print(f"| {name} | " + " | ".join(f"{one:,.1f}" for one in times) + " |")


if __name__ == "__main__":
    main()
