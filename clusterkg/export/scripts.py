"""Short scripts that read the exported cases with the right types: one for R, one for Stata."""

from __future__ import annotations

from clusterkg.export.columns import CODES, DEGREES, REASONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.export.columns import Column

__all__ = ["r_script", "stata_script"]

R_TYPES = {"number": "numeric", "integer": "integer", "boolean": "logical", "code": "integer"}
NUMERIC = ("number", "integer", "code")


def r_script(columns: Sequence[Column]) -> str:
    """Return an R script that makes the data frame ``cases``; a missing value is NA, its reason in a column beside."""

    def quoted(words: Sequence[str]) -> str:
        return f"c({', '.join(_text(word) for word in words)})"

    types = ",\n  ".join(f"{one.name} = {_text(R_TYPES.get(one.kind, 'character'))}" for one in columns)
    lines = [
        "# Reads cases.csv from the folder that R works in. Base R is enough.",
        "# A missing value is NA; the column that ends in _reason says why.",
        f"types <- c(\n  {types}\n)",
        'cases <- read.csv("cases.csv", colClasses = types, na.strings = "", encoding = "UTF-8")',
        'for (name in c("sectoral_group", "country", "industry")) cases[[name]] <- factor(cases[[name]])',
    ]
    for one in columns:
        if one.kind == "degree":
            lines.append(f"cases${one.name} <- factor(cases${one.name}, levels = {quoted(DEGREES)}, ordered = TRUE)")
        elif one.kind == "code":
            lines.append(f"cases${one.name} <- factor(cases${one.name}, levels = 0:3, labels = {quoted(CODES)})")
    lines += [f'attr(cases${one.name}, "label") <- {_text(one.label)}' for one in columns]
    return "\n".join(lines) + "\n"


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def stata_script(columns: Sequence[Column]) -> str:
    """Return a Stata do-file that loads the cases; the stated reasons become the missing values .a to .d."""
    missing = dict(zip(REASONS, "abcd", strict=True))
    told = " ".join(f'.{letter} "{reason}"' for reason, letter in missing.items())
    codes = " ".join(f'{code} "{word}"' for code, word in enumerate(CODES))
    degrees = " ".join(f'{rank} "{word}"' for rank, word in enumerate(DEGREES, 1))
    lines = [
        "* Reads cases.csv from the folder that Stata works in.",
        f"* Missing: {', '.join(f'.{letter} {reason}' for reason, letter in missing.items())}; . nothing is said.",
        "version 14",
        'import delimited using "cases.csv", varnames(1) case(preserve) encoding("UTF-8") ///',
        "    bindquotes(strict) stringcols(_all) clear",
        f"label define reasons {told}",
        f"label define codes {codes} {told}",
        f"label define degrees {degrees} {told}",
    ]
    for one in columns:
        if one.kind in NUMERIC:
            lines.append(f"destring {one.name}, replace")
            lines += [
                f'replace {one.name} = .{letter} if {one.reason} == "{reason}"' for reason, letter in missing.items()
            ]
            labels = "codes" if one.kind == "code" else "degrees" if one.name.endswith("_rank") else "reasons"
            lines.append(f"label values {one.name} {labels}")
    lines += [f'label variable {one.name} "{one.label[:80]}"' for one in columns]
    return "\n".join(lines) + "\n"
