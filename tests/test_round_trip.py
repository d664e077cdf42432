"""From sheets to Turtle and back: what a coder typed in cases, chains and values is all there again."""

from collections.abc import Sequence
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pytest
from rows import GOOD, NAMES, Row, row, sheet

from clusterkg.coding.columns import BY_SHEET, CHAINS, OPTIONAL, WIDE
from clusterkg.coding.export import rows_of
from clusterkg.coding.importing import prepare
from clusterkg.coding.values import nothing, reason
from clusterkg.graph import Graph

EMPTY = {column.name: "" for column in (*WIDE, *OPTIONAL)}
SCORES = st.sampled_from(["", "0", "0.5", "1", "1.5", "2", "2.5", "3", "not reported", "not applicable", "N/A"])
TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"], exclude_characters="<>;\u2028\u2029"), max_size=30
)


@st.composite
def tidy_texts(draw: st.DrawFn) -> str:
    text = " ".join(draw(TEXTS).split()).lstrip("=+-@'#")
    # A mark for missing says nothing, and that is told.
    return "" if reason(text, nothing()) else text


@st.composite
def rows(draw: st.DrawFn) -> Row:
    codes = draw(
        st.one_of(st.lists(st.sampled_from("0123"), min_size=4, max_size=4), st.just([""] * 4), st.just(["N/A"] * 4))
    )
    components = [column.name for column in OPTIONAL[:-1]]
    drawn = {name: draw(SCORES) for name in ("product", "process", "functional", "intersectoral", *components)}
    abroad = any(one in ("2", "3") for one in codes)
    return {
        **EMPTY,
        **{name: GOOD[name] for name in ("case_id", "name", "place", "country", "iso3", "industry", "isic4", "source")},
        **drawn,
        "sectoral_group": "traditional-manufacturing",
        "source_basis": draw(st.sampled_from(["published-studies", "original-field-study"])),
        "collective_efficiency": draw(st.sampled_from(["", "low", "medium", "high", "not reported"])),
        **dict(zip(("market", "network", "quasi_hierarchy", "hierarchy"), codes, strict=True)),
        "lead_actor": draw(st.sampled_from(["", "German importers"])) if abroad else "",
        "period": draw(st.sampled_from(["", "1990s", "1988-2001", "1999"])),
        "locator": draw(st.sampled_from(["", "p. 3"])),
        "evidence": draw(tidy_texts()),
        "note": draw(tidy_texts()),
        "status": draw(tidy_texts()),
        "confidence": draw(st.sampled_from(["", "low", "high"])),
        "coder": draw(st.sampled_from(["", "ana", "Coder Two"])),
    }


MODES = ("market", "network", "quasi_hierarchy", "hierarchy")
SCORED = ["product", "process", "functional", "intersectoral", *(column.name for column in OPTIONAL[:-1])]
SOURCES = ["", "Nadvi (1999)", "Halder (2004)", "Nadvi (1999); Schmitz (1995)"]
EFFECTS = st.sampled_from(["", "enables", "hinders", "leaves unaffected"])


def back(folder: Path, sheets: dict[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Return the rows of sheets as they come out of the graph again."""
    folder.mkdir(exist_ok=True)
    paths = []
    for name, some in sheets.items():
        columns = NAMES if name == "cases" else [column.name for column in BY_SHEET[name]]
        (folder / f"{name}.csv").write_text(sheet(some, columns), encoding="utf-8")
        paths.append(str(folder / f"{name}.csv"))
    prepared = prepare(paths, "demo2026", str(folder / "out"), replace=True)
    assert prepared.conforms, prepared.problems.of_level("error")
    prepared.write()
    return rows_of(Graph([str(folder / "out")]), "demo2026")


def filled(rows: Sequence[Row], *names: str) -> list[Row]:
    """Return the cells that are filled, in the rows' order; those of some columns alone."""
    return [{name: text for name, text in one.items() if text and (not names or name in names)} for one in rows]


@hypothesis.settings(
    max_examples=25, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(rows())
def test_sheet_to_turtle_to_sheet_loses_nothing(tmp_path_factory: pytest.TempPathFactory, given: Row) -> None:
    work = tmp_path_factory.mktemp("round")
    (work / "cases.csv").write_text(sheet([given]), encoding="utf-8")
    prepared = prepare([str(work / "cases.csv")], "demo2026", str(work / "out"))
    assert prepared.conforms, prepared.problems.of_level("error")
    prepared.write()
    back = rows_of(Graph([str(work / "out")]), "demo2026")["cases"]
    assert len(back) == 1
    # A check of the other columns, not stored: it is worked out again.
    differing = {
        name: (given[name], back[0].get(name, ""))
        for name in given
        if name != "sum" and given[name] != back[0].get(name, "")
    }
    assert differing == {}


@st.composite
def chains(draw: st.DrawFn, given: Row) -> list[Row]:
    """Draw rows that tell of chains: some that the codes count, in one row or two, and some that none counts."""
    drawn: list[Row] = []
    for _ in range(draw(st.integers(0, 4))):
        mode, scope = draw(st.sampled_from(MODES)), draw(st.sampled_from(["domestic", "global"]))
        kind = {"governance_mode": mode.replace("_", "-"), "market_scope": scope}
        more = {
            "case_id": GOOD["case_id"],
            "lead_actor": draw(st.sampled_from(["", "US buyers", "German importers"])),
            "destination": draw(st.sampled_from(["", "Germany", "Germany; United States"])),
            **{column.name: draw(EFFECTS) for column in CHAINS if column.kind == "effect"},
            "locator": draw(st.sampled_from(["", "p. 7", "section 2"])),
        }
        drawn.append(kind | more)
    return drawn


@st.composite
def books(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Draw a case with its chains, and values by its coder and by another."""
    given = draw(rows()) | {"sum": "", "lead_actor": ""}
    given |= {"source": draw(st.sampled_from(SOURCES[1:]))}
    values = []
    for name in draw(st.lists(st.sampled_from(SCORED), unique=True, max_size=4)):
        for coder in draw(st.sampled_from([[""], ["ben"], ["", "ben"], ["ben", "Coder Three"]])):
            value = given[name] if not coder and given[name] else draw(SCORES.filter(bool))
            values.append(
                {
                    "case_id": GOOD["case_id"],
                    "variable": name,
                    "value": value,
                    "source": draw(st.sampled_from(SOURCES)),
                    "locator": draw(st.sampled_from(["", "p. 3", "Table 2"])),
                    "evidence": draw(tidy_texts()),
                    "confidence": draw(st.sampled_from(["", "low", "high"])),
                    "coder": coder or given["coder"],
                }
            )
    return {"cases": [given], "chains": draw(chains(given)), "values": values}


def facts(sheets: dict[str, list[Row]]) -> tuple[dict[tuple[str, ...], Row], list[Row]]:
    """Return what sheets say of each coder's values, and of the chains that they tell of.

    What a row of the sheet of values leaves blank, its coder's row of the sheet of cases says.
    """
    (case,) = sheets["cases"]
    said: dict[tuple[str, ...], Row] = {}
    base = {name: case.get(name, "") for name in ("source", "locator", "confidence")} | {"evidence": ""}
    for column in (*WIDE, *OPTIONAL):
        if column.kind in ("score", "degree") and case.get(column.name):
            said[column.name, case.get("coder", "")] = base | {"value": case[column.name]}
    for one in sheets["values"]:
        about = (one["variable"], one.get("coder") or case.get("coder", ""))
        # What a row says holds for its coder's values wherever they stand.
        own = base if about[1] == case.get("coder", "") else {"source": case["source"]}
        known = said.get(about, own)
        backing = ("value", "source", "locator", "evidence", "confidence")
        told = {name: one.get(name) or known.get(name, "") for name in backing}
        said[about] = told
    for told in said.values():
        told["source"] = "; ".join(sorted(told["source"].split("; ")))
    return said, chain_facts(sheets)


def chain_facts(sheets: dict[str, list[Row]]) -> list[Row]:
    (case,) = sheets["cases"]
    told = []
    for one in filled(sheets["chains"]):
        one.setdefault("locator", case.get("locator", ""))
        if "destination" in one:
            one["destination"] = "; ".join(sorted(one["destination"].split("; ")))
        told.append({name: text for name, text in one.items() if text})
    return sorted(told, key=lambda one: sorted(one.items()))


@hypothesis.settings(max_examples=15, deadline=None)
@hypothesis.given(books())
def test_chains_values_and_second_opinions_come_back(
    tmp_path_factory: pytest.TempPathFactory, book: dict[str, list[Row]]
) -> None:
    again = back(tmp_path_factory.mktemp("round"), book)
    (given,), (found,) = book["cases"], again["cases"]
    # What is worked out again, or follows from the chains, or stands for the values that have nothing of their own.
    worked_out = {"sum", "lead_actor", "locator", "confidence"}
    if book["chains"] and not given["market"]:
        worked_out |= set(MODES)
    # A value that rests on what its row says may come back in the row.
    worked_out |= {one["variable"] for one in book["values"] if one["coder"] in ("", given["coder"])}
    assert {name: found.get(name, "") for name in given.keys() - worked_out} == {
        name: given[name] for name in given.keys() - worked_out
    }
    assert facts(again) == facts(book)


def test_rows_come_back_in_the_order_of_their_sheet(tmp_path: Path) -> None:
    early, late = row(), row(period="2001-2005")
    others = [row(case_id=f"{name}-footwear", name=f"{name.title()} footwear") for name in ("zhob", "attock", "multan")]
    given = [others[0], early, others[1], late, others[2]]
    found = back(tmp_path, {"cases": given})["cases"]
    assert [(one["case_id"], one["period"]) for one in found] == [(one["case_id"], one["period"]) for one in given]


def test_a_further_period_never_comes_before_the_case_with_the_bare_name(tmp_path: Path) -> None:
    """Its row was moved up by hand: read again in that order, the two would change names."""
    back(tmp_path, {"cases": [row(), row(period="2001-2005"), row(case_id="multan-footwear", name="Multan footwear")]})
    path = tmp_path / "out/cases_ttl/demo2026/cases" / f"{GOOD['case_id']}.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("#cell=2,", "#cell=9,"), encoding="utf-8")
    found = rows_of(Graph([str(tmp_path / "out")]), "demo2026")["cases"]
    assert [one["period"] for one in found] == ["1990s", "1990s", "2001-2005"]
    assert found[0]["case_id"] == "multan-footwear"


def test_cases_that_no_sheet_brought_come_by_name() -> None:
    names = [one["case_id"] for one in rows_of(Graph(), "giuliani2005")["cases"]]
    assert names == sorted(names)
    assert len(names) == 40


def test_a_row_without_a_rating_keeps_its_coder(tmp_path: Path) -> None:
    scores = dict.fromkeys(("collective_efficiency", "product", "process", "functional", "intersectoral", "sum"), "")
    for coder in ("ana", ""):
        (found,) = back(tmp_path / (coder or "nobody"), {"cases": [row(**scores, coder=coder)]})["cases"]
        assert found.get("coder", "") == coder


def test_what_another_coder_gave_for_a_blank_stays_that_coders(tmp_path: Path) -> None:
    given = row(product="", process="", functional="", sum="")
    value = {"case_id": GOOD["case_id"], "source": GOOD["source"], "locator": GOOD["locator"], "confidence": "high"}
    values = [value | {"variable": name, "value": "2", "coder": "ben"} for name in ("product", "process", "functional")]
    again = back(tmp_path, {"cases": [given], "values": values})
    (found,) = again["cases"]
    assert (found["coder"], found.get("product"), found["intersectoral"]) == ("ana", None, "0")
    assert [(one["variable"], one["value"], one["coder"]) for one in again["values"]] == [
        ("product", "2", "ben"),
        ("process", "2", "ben"),
        ("functional", "2", "ben"),
    ]


def test_a_second_opinion_on_an_unnamed_coders_case_is_not_the_first_coders(tmp_path: Path) -> None:
    again = back(tmp_path / "one", {"cases": [row(coder=""), row(coder="ben", product="3", sum="6.5")]})
    assert {(one["value"], one["coder"]) for one in again["values"] if one["variable"] == "product"} == {("3", "ben")}
    assert back(tmp_path / "two", {name: some for name, some in again.items() if some}) == again
