"""`clusterkg analyse`: a comparative analysis of the cases of a study, by its kind."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from types import ModuleType

__all__ = ["KINDS", "fill", "run"]

KINDS: dict[str, tuple[str, str]] = {
    "association": (
        "relate two variables, in each sectoral group and without each case and country",
        "clusterkg analyse association collective-efficiency product-upgrading",
    ),
    "contrast": (
        "set the cases that meet conditions against the others",
        "clusterkg analyse contrast functional-upgrading --where quasi-hierarchy=2",
    ),
    "profiles": (
        "say which types of upgrading cases reached together, and which never alone",
        "clusterkg analyse profiles --least 2",
    ),
    "qca": (
        "which configurations of conditions an outcome goes with",
        "clusterkg analyse qca functionally-upgraded --solution parsimonious",
    ),
    "fragility": (
        "the fewest half points, or cases left out, that turn the verdict on a finding",
        "clusterkg analyse fragility s5c1-08",
    ),
}
"""The kinds of analysis, each in a module of `clusterkg.cli.analyses`: what it does and an example."""


def fill(parser: argparse.ArgumentParser) -> None:
    """Add a command for each kind of analysis."""
    kinds = parser.add_subparsers(title="kinds", metavar="KIND", required=True)
    for name, (help_line, example) in KINDS.items():
        kind = kinds.add_parser(
            name,
            help=help_line,
            description=help_line[0].upper() + help_line[1:] + ".",
            epilog=f"Example: {example}",
            formatter_class=parser.formatter_class,
        )
        _module(name).fill(kind)
        kind.set_defaults(kind=name)


def run(options: argparse.Namespace) -> int:
    """Run one kind of analysis and return its exit code."""
    code: int = _module(options.kind).run(options)
    return code


def _module(kind: str) -> ModuleType:
    import importlib

    return importlib.import_module(f"clusterkg.cli.analyses.{kind}")
