"""What importing series and joining them cost, beside the engine's own load and the plain join, in one run.

Run as ``python -m benchmarks.series``. Trust the ratios. Goals: a third of the engine's rate, 500 MB for a file of 200,
the joined question five times as fast as the plain one. All files are generated, and removed.
"""

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
ROUNDS = 3
PREFIXES = """
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
CASES = "{ SELECT ?case ?place ?year ?period { ?case a ckg:CaseStudy ; ckg:country ?place %s} } "
OWN = "; dcterms:source/dcterms:issued ?period . BIND(xsd:integer(STR(?period)) AS ?year) "
VALUE = "<https://w3id.org/clusterkg/indicator/IND.5>"
KEY = 'BIND(IRI(CONCAT("https://w3id.org/clusterkg/country-year/", STRAFTER(STR(?place), "country/"), "/", STR(?year)))'
JOIN = f"?in_year ckg:country ?place ; ckg:year ?year ; {VALUE} ?value"
PLAIN = (
    "?observation sdmx-dimension:refArea ?place ; sdmx-dimension:refPeriod ?period ; "
    f"ckg:indicator {VALUE} ; sdmx-measure:obsValue ?value"
)
KINDS = {
    "every year, as to find the nearest": (CASES % "" + JOIN, CASES % "" + PLAIN),
    "the years of the case's sources": (
        f"{CASES % OWN}{KEY} AS ?in_year) ?in_year {VALUE} ?value",
        CASES % OWN + PLAIN,
    ),
    "one year": (
        CASES % "" + JOIN.replace("?year", "2002"),
        CASES % "" + PLAIN.replace("?period", '"2002"^^xsd:gYear'),
    ),
}
"""Which figure of its country a question wants for each case: by the country's year, and by the observations."""


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
    """Return the most memory that a command takes, in megabytes, as Linux tells it of that program alone."""
    program = (
        "import re, sys\nfrom clusterkg.cli import main\ncode = main(sys.argv[1:])\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) / 1024, file=sys.stderr)\n"
        "sys.exit(code)"
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
    """Compare the two ways to a figure over 500,000 observations, with as many rows."""
    path = folder / "join.csv"
    count = wide(path, codes, 39, 10)
    import_file(Order(str(path), name="join"), str(folder / "joined"))
    graph = graph_on(str(folder / "joined"))
    for kind, ways in KINDS.items():
        times: list[list[float]] = [[], []]
        found: list[list[tuple[object, ...]]] = [[], []]
        for _ in range(ROUNDS):
            for way, pattern in enumerate(ways):
                text = f"{PREFIXES}SELECT ?case ?value WHERE {{ {pattern} }}"
                start = time.process_time()
                found[way] = sorted(graph.run(text).rows)
                times[way].append(time.process_time() - start)
        assert found[0] == found[1] != []
        ratio = statistics.median(times[1]) / statistics.median(times[0])
        print(f"| {count:,} observations, {kind}: joined by country's year, times as fast as plain | {ratio:.1f} |")


def main() -> None:
    codes = Areas(Graph()).names()[:200]
    codes = sorted({*codes, "BRA", "MEX", "COL", "PER", "CHL", "NIC", "CRI"})
    print("| what | |\n|---|--:|")
    for measure in (join, rate, memory):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), codes)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
