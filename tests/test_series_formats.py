"""Files of series as users download them: each format knows its own, and tells what it cannot take."""

import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from series_files import GDP, GINI, HEADER, SERIES, WORLD_BANK, areas, made, read, zipped

from clusterkg.errors import FileError, UnknownName
from clusterkg.graph import Graph
from clusterkg.series.areas import Areas
from clusterkg.series.formats import FORMATS
from clusterkg.series.observations import number
from clusterkg.series.recognising import fingerprint, opened
from clusterkg.series.records import Record

BRAZIL_2002 = "509795273806.7151"


def test_a_world_bank_file_has_its_vintage_and_a_blank_is_no_observation() -> None:
    with opened(str(WORLD_BANK)) as source:
        assert source.format.NAME == "World Bank indicator CSV"
        assert source.format.about(source.head) == ("World Development Indicators", "2026-04-08")
    records, tally = read(WORLD_BANK)
    assert Record("BRA", "Brazil", "2002", GDP, "GDP (current US$)", BRAZIL_2002, 6) in records
    assert not [one for one in records if one.area == "BRA" and one.period == "1988"]
    assert (len(records), tally.missing) == (80, 40), "the comma at the end of a line makes no column"
    assert tally.ragged.n == 0


def test_the_bulk_file_is_read_inside_its_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "WDI_CSV.zip", "WDICSV.csv")
    records, _ = read(path)
    assert {one.indicator for one in records} == {GDP, GINI}
    assert records == read(SERIES / "WDICSV.csv")[0]
    assert [entry.name for entry in tmp_path.iterdir()] == ["WDI_CSV.zip"], "nothing is unpacked"


def test_the_zip_of_one_indicator_is_read_too(tmp_path: Path) -> None:
    assert read(zipped(tmp_path / "API.zip", WORLD_BANK.name))[0] == read(WORLD_BANK)[0]


@pytest.mark.parametrize("name", ["sdmx-1.0.csv", "sdmx-2.0.csv"])
def test_sdmx_gives_indicator_status_and_period(name: str) -> None:
    records, tally = read(SERIES / name)
    assert records[1][:6] == ("BR", "", "2002", "ACCOUNTS.GDP.USD.0", records[1].indicator_label, BRAZIL_2002)
    assert records[1].status == "P"
    assert "INDICATOR GDP" in records[1].indicator_label
    assert tally.missing == 1
    found, text = made(records)
    assert (found.n, str(found.tally.no_year)) == (6, "1 ('2002-Q1' in line 9)"), "a quarter is no year"
    assert "code#obsStatus-P" in text
    assert "code#obsStatus-A" not in text, "what is usual is not said"


def test_sdmx_with_labels_is_the_same_series() -> None:
    records, _ = read(SERIES / "sdmx-2.0-labels.csv")
    plain = [one for one in read(SERIES / "sdmx-2.0.csv")[0] if "Q" not in one.period]
    assert [one[2:4] + one[5:6] for one in records] == [one[2:4] + one[5:6] for one in plain]
    assert records[0].area_label == "Brazil"
    assert "Gross domestic product" in records[0].indicator_label


def test_eurostats_code_of_greece_is_greece() -> None:
    found, _ = made([one for one in read(SERIES / "sdmx-1.0.csv")[0] if one.area == "EL"])
    assert [iri.rpartition("/")[2] for iri in found.countries] == ["GRC"]


def test_another_unit_is_another_series(tmp_path: Path) -> None:
    text = (SERIES / "sdmx-1.0.csv").read_text("utf-8")
    (tmp_path / "a.csv").write_text(text.replace("USD,0", "USD,6"), encoding="utf-8")
    assert {one.indicator for one in read(tmp_path / "a.csv")[0]} == {"ACCOUNTS.GDP.USD.6"}


def test_an_sdmx_observation_that_is_withdrawn_is_counted_and_not_read(tmp_path: Path) -> None:
    text = (SERIES / "sdmx-2.0.csv").read_text("utf-8")
    (tmp_path / "a.csv").write_text(text.replace(",I,A,GDP,BR,2001", ",D,A,GDP,BR,2001"), encoding="utf-8")
    records, tally = read(tmp_path / "a.csv")
    assert str(tally.deleted) == "1 (line 2)"
    assert len(records) == len(read(SERIES / "sdmx-2.0.csv")[0]) - 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_utf8_with_or_without_mark_and_then_latin1(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes((HEADER + "Perú,PER,2002,53.6\nCôte d'Ivoire,CIV,2002,41.3\n").encode(encoding))
    assert [one.area_label for one in read(path)[0]] == ["Perú", "Côte d'Ivoire"]
    with opened(str(path)) as source:
        list(source)
        assert source.latin == (2 if encoding == "latin-1" else 0)


def test_aggregates_are_tagged_and_join_nothing() -> None:
    found, text = made(read(WORLD_BANK)[0])
    assert (found.n, found.aggregates) == (80, 25)
    assert "<https://w3id.org/clusterkg/area/LCN>" in text
    assert "country-year/BRA/2002" in text
    assert not [code for code in ("LCN", "CHI", "XKX") if f"country-year/{code}" in text]
    assert "country/CHL" not in text, "CHI is no Chile"


def test_an_unknown_code_and_a_code_with_another_countrys_name_are_counted() -> None:
    records = [
        Record("QQQ", "Nowhere", "2002", GDP, "", "1", 2),
        Record("AUS", "Austria", "2002", GDP, "", "1", 3),
        Record("AUT", "Austria", "2002", GDP, "", "1", 4),
        Record("BRA", "Federative Republic", "2002", GDP, "", "1", 5),
    ]
    found, _ = made(records)
    assert found.n == 2
    assert str(found.tally.unknown) == "1 ('QQQ' Nowhere in line 2)"
    assert str(found.tally.unlike) == "1 ('AUS' Austria in line 3)"


def test_m49_codes_go_by_the_list_of_countries_with_or_without_leading_zeros(tmp_path: Path) -> None:
    text = (ROOT / "ontology/reference/countries.ttl").read_text("utf-8")
    folder = tmp_path / "ontology/reference"
    folder.mkdir(parents=True)
    added = text.replace('ckg:twoLetterCode "BR"', 'ckg:twoLetterCode "BR" ; ckg:numericForTest "076"')
    (folder / "countries.ttl").write_text(added, encoding="utf-8")
    known = Areas(Graph([str(tmp_path)]))
    assert known.find("076") == known.find("76") == known.find("BRA") is not None
    assert known.find("077") is None


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("58.1", "decimal"),
        ("-0.50", "decimal"),
        ("3521418059.923445", "decimal"),
        ("5.1e11", "double"),
        ("0.1234567890123456789", "double"),
        ("1" * 25, "double"),
    ],
)
def test_a_figure_keeps_its_digits(text: str, datatype: str) -> None:
    assert number(text) == f'"{text}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'


@pytest.mark.parametrize("text", ["1,234.5", "1 234", "12a", "0x1F", "inf", "٣", "1_000"])
def test_what_is_no_number_is_counted_and_not_guessed(text: str) -> None:
    found, _ = made([Record("BRA", "", "2002", GDP, "", text, 7)])
    assert found.n == 0
    assert str(found.tally.no_number) == f"1 ('{text}' in line 7)"


@pytest.mark.parametrize("text", ["1e400", "-1e999999999", "9" * 400, f"0.{'0' * 400}1", "1e-400"])
def test_a_figure_that_no_double_holds_is_neither_infinite_nor_zero(text: str) -> None:
    found, _ = made([Record("BRA", "", "2002", GDP, "", text, 7)])
    assert (found.n, found.tally.no_number.n) == (0, 1)
    assert len(str(found.tally.no_number)) < 120, "a long one is shown by its ends"


@pytest.mark.parametrize("text", ["0e400", f"0.{'0' * 400}", "1e-300", "9" * 300])
def test_a_zero_with_many_digits_and_a_figure_that_a_double_holds_are_taken(text: str) -> None:
    found, _ = made([Record("BRA", "", "2002", GDP, "", text, 7)])
    assert found.n == 1


@pytest.mark.parametrize("text", ["", "..", "NA", "n/a", "NaN", ":"])
def test_a_blank_is_missing_and_never_zero(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(f"{HEADER}Brazil,BRA,2002,{text}\nBrazil,BRA,2003,0\n", encoding="utf-8")
    records, tally = read(tmp_path / "a.csv")
    assert [(one.period, one.value) for one in records] == [("2003", "0")], "a zero is a figure"
    assert tally.missing == 1


def test_ragged_rows_are_counted_with_their_lines(tmp_path: Path) -> None:
    rows = 'Brazil,BRA,2002,1\nBrazil,BRA,2003\n\nBrazil,BRA,2004,1,2\n"Congo, Rep.",COG,2002,1\n'
    (tmp_path / "a.csv").write_text(HEADER + rows, encoding="utf-8")
    records, tally = read(tmp_path / "a.csv")
    assert [one.line for one in records] == [2, 6]
    assert str(tally.ragged) == "2 (line 3 has 3 of 4, line 5 has 5 of 4)"


def test_an_unknown_format_shows_its_first_line_and_names_the_formats(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("country,gini\nBrazil,58\n", encoding="utf-8")
    with pytest.raises(UnknownName, match="it begins 'country,gini'; there are: World Bank indicator CSV") as error:
        read(tmp_path / "a.csv")
    assert all(format.NAME in str(error.value) for format in FORMATS)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 no archive", "is a damaged zip archive"),
        (HEADER.encode("utf-16"), "is no text, or text in UTF-16"),
        (HEADER.encode() + b'Brazil,BRA,"2002,1\n', "is no CSV"),
        (b"x" * (1 << 20), "has a line of more than"),
        (HEADER.encode() + b"\x00\x01\x02", "is no text"),
    ],
)
def test_a_damaged_file_is_told_in_one_line(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    look = read if content else fingerprint
    with pytest.raises(FileError, match=fault):
        look(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path, fault in ((tmp_path / "none.csv", "no such file"), (tmp_path, "is no file")):
        with pytest.raises(FileError, match=fault):
            fingerprint(str(path))


def test_a_zip_that_is_damaged_within_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", "WDICSV.csv")
    data = bytearray(path.read_bytes())
    data[100:140] = bytes(40)
    path.write_bytes(data)
    with pytest.raises(FileError, match="is a damaged zip archive"):
        read(path)


def test_a_zip_of_several_tables_or_none_is_told(tmp_path: Path) -> None:
    for names, said in ((["a.csv", "b.csv"], "has 2 tables"), (["a.txt"], "has no tables")):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, HEADER)
        with pytest.raises(FileError, match=f"{said} of series, one is wanted: it holds a"):
            read(path)


def test_a_column_that_is_no_year_is_told(tmp_path: Path) -> None:
    text = (SERIES / "WDICSV.csv").read_text("utf-8").replace("2005", "2005 [YR2005]", 1)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"the column '2005 \[YR2005\]' is no year"):
        read(tmp_path / "a.csv")


def test_every_format_knows_its_own_files_alone() -> None:
    for path in SERIES.glob("*.csv"):
        with opened(str(path)) as source:
            assert [format for format in FORMATS if format.recognises(source.head)] == [source.format], path


def test_the_countries_of_cases_are_known_by_all_their_codes() -> None:
    known = areas()
    assert len(known.of_cases) == 7
    assert {known.find(code) for code in ("bra", " BR ", "BRA")} == {known.find("BRA")}
    assert known.country_of("Brasil") == known.country_of("BRAZIL") is not None


def test_a_zip_compressed_in_an_unknown_way_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", HEADER)
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):  # where the two records name the method
        start = content.index(mark) + at
        content[start : start + 2] = (97).to_bytes(2, "little")
    path.write_bytes(content)
    with pytest.raises(FileError, match="is compressed in a way that cannot be read here"):
        read(path)
