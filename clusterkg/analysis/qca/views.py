"""A comparison as people and programs read it: sets, truth table, necessity, solution, cases left out."""

from __future__ import annotations

from string import ascii_uppercase

from clusterkg import rendering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from clusterkg.analysis.qca import Qca
    from clusterkg.analysis.qca.truth_table import Configuration

    Row = tuple[int, ...]
    Cells = tuple[list[str], list[tuple[Any, ...]]]

__all__ = ["PARTS", "to_csv", "to_json", "to_markdown", "to_text"]

PARTS = ("sets", "truth-table", "necessity", "solution", "left-out")
"""What a comparison is made of, each a table of its own."""

MODELS_SHOWN = 10
"""How many models are shown in full where there are more; JSON and CSV hold all that were looked for."""

TITLES = {
    "sets": "Sets",
    "truth-table": "Truth table",
    "necessity": "Necessity",
    "solution": "Solution",
    "left-out": "Left out",
}


def to_text(qca: Qca, width: int, part: str | None) -> str:
    """Return the parts for a terminal, under a title that says what is explained by what."""
    pieces = [] if part else [_title(qca) + "\n"]
    for name in [part] if part else PARTS:
        columns, rows = _shown(qca, name)
        if rows or part:
            notes = _notes(qca, name)
            pieces.append(rendering.as_text(columns, rows, title=TITLES[name], notes=notes, width=width))
        elif notes := _notes(qca, name):
            pieces.append(rendering.as_text((), (), title=TITLES[name], notes=("", *notes), width=width))
    return "\n".join(pieces)


def to_markdown(qca: Qca, part: str | None) -> str:
    """Return the parts as Markdown tables with their notes."""
    pieces = [] if part else [f"**{_title(qca)}**\n"]
    for name in [part] if part else PARTS:
        columns, rows = _shown(qca, name)
        if rows:
            pieces.append(rendering.as_markdown(columns, rows, title=TITLES[name], notes=_notes(qca, name)))
        elif notes := _notes(qca, name):
            pieces.append("\n".join([f"**{TITLES[name]}**", "", *(f"- {note}" for note in notes)]) + "\n")
    return "\n".join(pieces)


def to_csv(qca: Qca, part: str) -> str:
    """Return one part as CSV; cases are the ends of their IRIs, as ``clusterkg case`` takes them."""
    return rendering.as_csv(*_cells(qca, part))


def to_json(qca: Qca, part: str | None) -> str:
    """Return all parts under one object, or the rows of one part."""
    if part is not None:
        return rendering.as_json(rendering.named(*_cells(qca, part)))
    found = qca.comparison
    told: dict[str, Any] = {
        "study": qca.study,
        "group": qca.group,
        "outcome": found.outcome,
        "conditions": found.conditions,
        "solution": found.solution,
        "cases": len(found.cases),
        "rows_possible": len(qca.possible),
        "rows_observed": len(found.table.observed),
    }
    told |= {name.replace("-", "_"): rendering.named(*_cells(qca, name)) for name in PARTS if name != "solution"}
    told["why_none"] = found.why_none or None
    told["more_models"] = found.more_models
    told["models"] = [
        {
            "model": str(model),
            "consistency": _rounded(model.fit.consistency),
            "coverage": _rounded(model.fit.coverage),
            "terms": [
                {
                    "term": part.name,
                    "consistency": _rounded(part.fit.consistency),
                    "coverage": _rounded(part.fit.coverage),
                    "unique_coverage": _rounded(part.unique),
                    "with_outcome": _slugs(qca, part.fit.with_outcome),
                    "without_outcome": _slugs(qca, part.fit.without_outcome),
                    "sparql": qca.sparql(qca.terms.index(part.term) + 1),
                }
                for part in model.parts
            ],
            "assumptions": [
                {**dict(zip(found.conditions, row, strict=True)), "possible": row in qca.possible}
                for row in model.assumptions
            ],
        }
        for model in found.models
    ]
    return rendering.as_json(told)


def _title(qca: Qca) -> str:
    where = f", {qca.group}" if qca.group else ""
    by, over = _counted(len(qca.conditions), "condition"), _counted(len(qca.comparison.cases), "case")
    return f"{qca.comparison.outcome} by {by}: {over}{where}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _cells(qca: Qca, part: str) -> Cells:
    """Return a part in full, as programs read it."""
    found = qca.comparison
    match part:
        case "sets":
            sets = [("outcome", qca.outcome), *(("condition", one) for one in qca.conditions)]
            columns = ["set", "role", "name", "cut", "reason", "in", "out", "not_coded"]
            return columns, [
                (one.notation, role, one.name, one.described(), one.reason, *_counts(qca, one)) for role, one in sets
            ]
        case "truth-table":
            columns = [*found.conditions, "outcome", "n", "with_outcome", "inclusion", "possible", "cases", "against"]
            rows = [
                (
                    *(*row.values, row.code, row.n, len(row.with_outcome), _rounded(row.inclusion), "yes"),
                    "; ".join(_slugs(qca, row.with_outcome)),
                    "; ".join(_slugs(qca, row.without_outcome)),
                )
                for row in found.table.observed
            ]
            rows += [
                (*row, "?", 0, 0, None, "yes" if row in qca.possible else "no", "", "")
                for row in found.table.remainders
            ]
            return columns, rows
        case "necessity":
            columns = ["condition", "n", "with_outcome", "consistency", "coverage", "relevance", "probability"]
            figures = ("consistency", "coverage", "relevance", "probability")
            return columns, [
                (one.name, one.n, one.both, *(_rounded(getattr(one, figure)) for figure in figures))
                for one in found.necessity
            ]
        case "solution":
            columns = ["model", "term", "number", "consistency", "coverage", "unique_coverage", "cases", "against"]
            return columns, [
                (
                    *(place, part_.name, qca.terms.index(part_.term) + 1, _rounded(part_.fit.consistency)),
                    *(_rounded(part_.fit.coverage), _rounded(part_.unique)),
                    "; ".join(_slugs(qca, part_.fit.with_outcome)),
                    "; ".join(_slugs(qca, part_.fit.without_outcome)),
                )
                for place, model in enumerate(found.models, 1)
                for part_ in model.parts
            ]
        case _:
            return ["case", "variable", "reason"], [
                (case.slug, variable, reason) for case, variable, reason in qca.left_out
            ]


def _shown(qca: Qca, part: str) -> Cells:
    """Return a part as people read it: sets by letter in the truth table, cases by name."""
    found = qca.comparison
    columns, rows = _cells(qca, part)
    letters = list(ascii_uppercase[: len(qca.conditions)])
    match part:
        case "sets":
            marks = ["", *letters]
            return ["", "set", "cut", "in", "out", "not_coded"], [
                (mark, row[0], row[3], *row[5:]) for mark, row in zip(marks, rows, strict=True)
            ]
        case "truth-table":
            return [*letters, "out", "n", "with", "cases"], [
                (*row.values, row.code, row.n, len(row.with_outcome), _named(qca, row)) for row in found.table.observed
            ]
        case "necessity":
            return ["condition", "n", "with", "consistency", "coverage", "relevance", "p"], rows
        case "solution":
            shown = [row for row in rows if row[0] <= MODELS_SHOWN]
            several = len(found.models) > 1
            names = iter([part_ for model in found.models for part_ in model.parts])
            cells = []
            for row in shown:
                part_ = next(names)
                cases = "; ".join(qca.names(part_.fit.with_outcome))
                against = "; ".join(qca.names(part_.fit.without_outcome))
                cases += f"; without it: {against}" if against else ""
                model = (f"M{row[0]}",) if several else ()
                cells.append((*model, row[2], row[1].replace("*", " * "), *row[3:6], cases))
            head = ["model"] if several else []
            return [*head, "no", "term", "cons.", "cov.", "unique", "cases"], cells
        case _:
            return columns, [(case.name, variable, reason) for case, variable, reason in qca.left_out]


def _named(qca: Qca, row: Configuration) -> str:
    """Return the names of a row's cases, those that go against the rest set apart."""
    names = "; ".join(qca.names(row.with_outcome or row.without_outcome))
    both = row.with_outcome and row.without_outcome
    return f"{names}; without it: {'; '.join(qca.names(row.without_outcome))}" if both else names


def _notes(qca: Qca, part: str) -> list[str]:
    """Return what has to be known to read a part."""
    found, notes = qca.comparison, []
    if part == "sets" and qca.sets.study != qca.study:
        notes.append(f"The codebook of {qca.study} names no crisp set: these are those of {qca.sets.study}.")
    elif part == "truth-table":
        every = 2 ** len(found.conditions)
        seen, possible = len(found.table.observed), len(qca.possible)
        limits = f", {possible} of which can exist by what the sets mean" if possible < every else ""
        notes.append(
            f"Limited diversity: {_counted(seen, 'row')} observed of {every}{limits}. The rest are remainders."
        )
        if few := found.table.coded("?"):
            notes.append(f"?: too few cases, so a remainder ({_counted(sum(row.n for row in few), 'case')}).")
        if found.contradictions:
            many = _counted(len(found.contradictions), "case"), _counted(len(found.table.coded("C")), "row")
            notes.append(
                f"C: contradictory, cases with and without {found.outcome} in one row"
                f" ({' in '.join(many)}); no term may cover it."
            )
        still = [name for place, name in enumerate(found.conditions) if _fixed(found.cases.values(), place)]
        if still:
            notes.append(f"The same for every case, so that it explains nothing: {', '.join(still)}.")
    elif part == "necessity":
        notes.append("p: Fisher's exact probability of condition and outcome, two-sided.")
    elif part == "solution":
        notes += _solution_notes(qca)
    elif part == "left-out" and qca.left_out:
        count = len(found.left_out)
        notes.append(
            f"{count} {'case lacks' if count == 1 else 'cases lack'} a value, and count neither as in nor as out."
        )
    return notes


def _solution_notes(qca: Qca) -> list[str]:
    found = qca.comparison
    if found.why_none:
        return [f"No solution: {found.why_none}."]
    notes = []
    several = len(found.models) > 1
    if several:
        many = f"more than {len(found.models)}" if found.more_models else str(len(found.models))
        shown = f"; the first {MODELS_SHOWN} are shown" if len(found.models) > MODELS_SHOWN else ""
        notes.append(f"{many} models fit alike, and the data do not tell them apart{shown}.")
    for place, model in enumerate(found.models[:MODELS_SHOWN], 1):
        head = f"M{place}: " if several else ""
        told = f"{head}{found.solution} solution, consistency {_rounded(model.fit.consistency)}, coverage"
        notes.append(f"{told} {_rounded(model.fit.coverage)}: {str(model).replace('*', ' * ')}.")
        if found.solution == "parsimonious":
            impossible = sum(row not in qca.possible for row in model.assumptions)
            cannot = f", {impossible} of them of cases that cannot exist" if impossible else ""
            rows = "; ".join("".join(map(str, row)) for row in model.assumptions)
            letters = ascii_uppercase[: len(qca.conditions)]
            what = f" ({letters}): {rows}" if rows else ""
            notes.append(f"{head}{_counted(len(model.assumptions), 'simplifying assumption')}{cannot}{what}.")
    return notes


def _fixed(cases: Any, place: int) -> bool:
    return len({values[place] for values in cases}) == 1


def _counts(qca: Qca, one: Any) -> tuple[int, int, int]:
    """Return how many cases of the sample are in a set, out of it, and untold."""
    told = [qca.sets.membership(one, case) for case in qca.cases.values()]
    return told.count(1), told.count(0), told.count(None)


def _slugs(qca: Qca, cases: Sequence[str]) -> list[str]:
    return [qca.cases[case].slug for case in cases]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
