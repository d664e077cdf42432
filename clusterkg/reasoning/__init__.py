"""What follows from the model: the defined classes that things belong to, by rule and by reasoner, and why."""

from __future__ import annotations

from clusterkg.reasoning.classes import (
    DefinedClass,
    cases_of,
    class_named,
    defined_classes,
    members,
    satisfying,
)
from clusterkg.reasoning.contradictions import Contradiction
from clusterkg.reasoning.judging import COLUMNS, Judgement, Verdict, judge
from clusterkg.reasoning.objects import to_owlready

__all__ = [
    "COLUMNS",
    "Contradiction",
    "DefinedClass",
    "Judgement",
    "Verdict",
    "cases_of",
    "class_named",
    "defined_classes",
    "judge",
    "members",
    "satisfying",
    "to_owlready",
]
