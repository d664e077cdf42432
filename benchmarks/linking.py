"""What a researcher with a long table waits for: ten thousand rows linked, a fifth of them misspelt.

Run as ``python -m benchmarks.linking``; needs the extras ``linking`` and ``places``. Memory is of this process.
"""

import csv
import random
import resource
import tempfile
import time
from pathlib import Path

from clusterkg.graph import Graph
from clusterkg.linking import gazetteer
from clusterkg.linking.project import Project
from clusterkg.linking.proposals import Lists, countries_of, propose
from clusterkg.linking.tables import read

ROWS = 10_000
COUNTRIES = {"BR": "BRA", "CL": "CHL", "CO": "COL", "MX": "MEX", "PE": "PER"}
INDUSTRIES = ("footwear", "furniture", "wine", "software", "tobacco products", "ceramic tiles", "1520")


def write(path: Path) -> None:
    """Write a table of towns, every fifth without one of its letters."""
    chance = random.Random(2005)
    towns = gazetteer.read(COUNTRIES, ())
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["town", "country", "industry"])
        for number in range(ROWS):
            town = chance.choice(towns)
            name = town.name
            if number % 5 == 0 and len(name) > 5:
                cut = chance.randrange(1, len(name) - 1)
                name = name[:cut] + name[cut + 1 :]
            writer.writerow([name, town.country, chance.choice(INDUSTRIES)])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "towns.csv")
        write(path)
        start = time.perf_counter()
        table = read(str(path), {"place": "town", "country": "country", "industry": "industry"})
        subjects = list(table.subjects().values())
        project = Project(Graph())
        lists = Lists(project, countries_of(subjects, project))
        ready = time.perf_counter()
        found = propose(subjects, lists)
        done = time.perf_counter()
    misspelt = sum(bool(one.candidates) and not one.candidates[0].exact for one in found)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{ROWS} rows, {len(subjects)} distinct things, {misspelt} found by similar names")
    print(f"reading and indexing {ready - start:.1f} s, matching {done - ready:.1f} s, memory {memory:.0f} MB")


if __name__ == "__main__":
    main()
