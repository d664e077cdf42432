"""What importing series and joining them cost, beside the engine's own load and the plain join, in one run.

Run as ``python -m benchmarks.series``. Trust the ratios. Goals: a third of the engine's rate, 500 MB for a file of 200,
the joined question five times as fast as the plain one. All files are generated, and removed.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from clusterkg.graph import Graph
from clusterkg.series.areas import Areas
from clusterkg.series.datasets import series_graph
from clusterkg.series.importing import Order, import_file
from clusterkg.series.store import graph_on

YEARS = range(1960, 2024)
ROUNDS = 7
PREFIXES = """
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
PERIODS = "VALUES (?year ?period) { " + " ".join(f'({y} "{y}"^^xsd:gYear)' for y in range(1995, 2006)) + " }"
JOINED = (
    PREFIXES
    + """SELECT ?case ?year ?value WHERE { ?case a ckg:CaseStudy ; ckg:country ?place . %s
?in_year ckg:country ?place ; ckg:year ?year ; <https://w3id.org/clusterkg/indicator/%s> ?value }"""
)
PLAIN = (
    PREFIXES
    + """SELECT ?case ?year ?value WHERE { ?case a ckg:CaseStudy ; ckg:country ?place . %s
?observation sdmx-dimension:refArea ?place ; sdmx-dimension:refPeriod ?period ;
  ckg:indicator <https://w3id.org/clusterkg/indicator/%s> ; sdmx-measure:obsValue ?value }"""
)


def wide(path: Path, codes: list[str], indicators: int, filled: int) -> int:
    """Write a file like WDI's, `filled` of ten cells with figures, and return how many figures it has."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(["Country Name,Country Code,Indicator Name,Indicator Code", *map(str, YEARS)]) + "\n")
        for code in codes:
            for indicator in range(indicators):
                cells = []
                for year in YEARS:
                    there = (year * 7 + indicator * 3) % 10 < filled
                    count += there
                    cells.append(f"{(indicator + 1) * year * 1.234567:.9f}" if there else "")
                file.write(f"Name,{code},Indicator number {indicator},IND.{indicator},{','.join(cells)}\n")
    return count


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def rate(folder: Path, codes: list[str]) -> None:
    """Compare an import with the engine's own load of the very same triples."""
    path = folder / "rate.csv"
    count = wide(path, codes, 12, 10)
    store = folder / "store"
    import_file(Order(str(path), name="warm"), str(folder / "warm"))
    whole = timed(lambda: import_file(Order(str(path), name="rate"), str(store)))
    lines = folder / "rate.nt"
    graph = graph_on(str(store))
    graph.store.dump(str(lines), ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(series_graph("rate")))
    triples = sum(1 for _ in lines.open("rb"))
    engine = ox.Store(str(folder / "engine"))
    bulk = timed(lambda: engine.bulk_load(path=str(lines), format=ox.RdfFormat.N_TRIPLES))
    print(
        f"| import of {count:,} observations, {triples:,} triples, beside `bulk_load` of these | {bulk / whole:.2f} |"
    )


def peak(arguments: list[str]) -> float:
    """Return the most memory that a command takes, in megabytes."""
    program = (
        "import resource, sys\nfrom clusterkg.cli import main\ncode = main(sys.argv[1:])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return float(done.stderr.split()[-1])


def memory(folder: Path, codes: list[str]) -> None:
    """Measure an import of some indicators of a file of 200 MB, and one of all of a smaller file."""
    path = folder / "WDICSV.csv"
    wide(path, codes, 1900, 4)
    size = path.stat().st_size / 1e6
    some = peak(["import", str(path), "--store", str(folder / "some"), "--indicator", "IND.7", "--indicator", "IND.9"])
    print(f"| {size:.0f} MB of WDI CSV, two indicators taken: peak of memory, MB | {some:.0f} |")
    path.unlink()
    count = wide(path, codes, 40, 4)
    every = peak(["import", str(path), "--store", str(folder / "every")])
    print(f"| {count:,} observations, all taken: peak of memory, MB | {every:.0f} |")


def join(folder: Path, codes: list[str]) -> None:
    """Compare the two ways to a figure over 500,000 observations, with the same answer."""
    path = folder / "join.csv"
    count = wide(path, codes, 39, 10)
    import_file(Order(str(path), name="join"), str(folder / "joined"))
    graph = graph_on(str(folder / "joined"))
    times: dict[str, list[float]] = {"joined": [], "plain": []}
    answers: dict[str, list[tuple[object, ...]]] = {}
    for _ in range(ROUNDS):
        for name, text in (("joined", JOINED), ("plain", PLAIN)):
            query = text % (PERIODS, "IND.5")
            start = time.perf_counter()
            answers[name] = sorted(graph.run(query).rows)
            times[name].append(time.perf_counter() - start)
    assert answers["joined"] == answers["plain"]
    assert answers["joined"]
    middle = {name: statistics.median(some) for name, some in times.items()}
    print(f"| joined question over {count:,} observations, times as fast as the plain join | ", end="")
    print(f"{middle['plain'] / middle['joined']:.1f} ({len(answers['plain'])} rows) |")


def main() -> None:
    codes = Areas(Graph()).names()[:200]
    codes = sorted({*codes, "BRA", "MEX", "COL", "PER", "CHL", "NIC", "CRI"})
    print("| what | |\n|---|--:|")
    for measure in (join, rate, memory):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), codes)
            sys.stdout.flush()
    print(f"| peak of this process, MB | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} |")


if __name__ == "__main__":
    main()
