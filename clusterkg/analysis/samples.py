"""The values of a study's cases on its variables, as every analysis starts from them."""

from __future__ import annotations

from decimal import Decimal

from clusterkg import library
from clusterkg.errors import UnknownName, nearest
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from clusterkg.graph import Graph

__all__ = ["MODES", "Case", "Sample", "sample"]

MODES = ("market", "network", "quasi-hierarchy", "hierarchy")
"""The governance modes: of a case, either all of them have a code or none."""


class Case:
    """One case study of a sample.

    Attributes:
        iri: the case study's IRI; `slug` is its last part.
        name: by what people know it, with its period where a study has several of one cluster.
        sectoral_group: the English name of its sectoral group; `country` that of its country.
        values: variable to value: a score from 0 to 3, the rank of a degree (1 to 3), or a mode's code (0 to 3). A
            variable without a value has no entry.
        reasons: variable to the stated reason why there is no value.
    """

    def __init__(self, iri: str, name: str, sectoral_group: str, country: str) -> None:
        self.iri, self.name, self.sectoral_group, self.country = iri, name, sectoral_group, country
        self.values: dict[str, Decimal] = {}
        self.reasons: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Case({self.slug!r})"

    @property
    def slug(self) -> str:
        """The last part of the IRI."""
        return self.iri.rsplit("/", 1)[-1]

    @property
    def governance_coded(self) -> bool:
        """Whether its study codes the governance of the chains that it feeds into."""
        return any(mode in self.values for mode in MODES)

    @property
    def governance_reason(self) -> str:
        """Why its governance is not coded."""
        return next((self.reasons[mode] for mode in MODES if mode in self.reasons), "not coded")

    def reason(self, variable: str) -> str:
        """Return why the case has no value; ``not coded`` where nothing is said of the variable at all."""
        return self.reasons.get(variable, "not coded")


class Sample:
    """Cases of one study, in the order of their IRIs, and the variables that they may have values on.

    Attributes:
        study: the study's key.
        cases: the cases.
        variables: the notation of each variable to its English name, such as ``product-upgrading``.
    """

    def __init__(self, study: str, cases: Iterable[Case], variables: dict[str, str]) -> None:
        self.study, self.cases, self.variables = study, list(cases), variables

    def __len__(self) -> int:
        return len(self.cases)

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    @property
    def groups(self) -> list[str]:
        """The names of the sectoral groups that the cases belong to, in alphabetical order."""
        return sorted({case.sectoral_group for case in self})

    @property
    def countries(self) -> list[str]:
        """The names of the countries that the clusters lie in, in alphabetical order."""
        return sorted({case.country for case in self})

    def only(self, keep: Callable[[Case], bool]) -> Sample:
        """Return the sample of the cases that `keep` is true of."""
        return Sample(self.study, (case for case in self if keep(case)), self.variables)

    def of_group(self, name: str) -> Sample:
        """Return the cases of one sectoral group, named in English or by the end of its IRI.

        Raises:
            UnknownName: no case belongs to such a group; the nearest are offered.
        """
        slugs = {group.casefold().replace(" ", "-"): group for group in self.groups}
        group = slugs.get(name.strip().casefold().replace(" ", "-"))
        if group is None:
            raise UnknownName("no case is of such a sectoral group", place=name or "''", remedy=nearest(name, slugs))
        return self.only(lambda case: case.sectoral_group == group)

    def variable(self, name: str) -> str:
        """Return the notation of a variable that a person names by it or in English, with spaces or underscores.

        Raises:
            UnknownName: there is no such variable; the nearest are offered.
        """
        names = {label.casefold().replace(" ", "-"): notation for notation, label in self.variables.items()}
        names |= {notation: notation for notation in self.variables}
        names |= {notation.removesuffix("-upgrading"): notation for notation in self.variables}
        wanted = name.strip().casefold().replace(" ", "-").replace("_", "-")
        if wanted not in names:
            raise UnknownName("no such variable", place=name or "''", remedy=nearest(wanted, self.variables))
        return names[wanted]

    def coded(self, *variables: str) -> list[Case]:
        """Return the cases that have a value on every one of the variables."""
        return [case for case in self if all(variable in case.values for variable in variables)]

    def missing(self, *variables: str) -> list[tuple[Case, str, str]]:
        """Return what is missing: a case, the variable and the reason, for each value that there is not."""
        return [(case, name, case.reason(name)) for case in self for name in variables if name not in case.values]


def sample(graph: Graph, study: str = "giuliani2005", group: str | None = None) -> Sample:
    """Return the cases of a study with their accepted values, all of them or those of one sectoral group.

    Args:
        graph: the loaded graph; of one made for a coding, the values are that coding's.
        study: the study's key.
        group: a sectoral group, by name or by the end of its IRI.

    Raises:
        UnknownName: there is no such study or group; the nearest are offered.

    >>> import clusterkg
    >>> cases = sample(clusterkg.load().graph)
    >>> len(cases), len(cases.coded("product-upgrading", "collective-efficiency")), cases.variable("product")
    (40, 35, 'product-upgrading')
    >>> [(case.slug, reason) for case, _, reason in cases.missing("quasi-hierarchy")]
    [('campina-grande-footwear', 'not available')]
    """
    query = library.read("analysis/values", graph.folders)
    answer = graph.run(query.bind({"study": study_iri(study)}), query.path, needs=query.needs)
    cases: dict[str, Case] = {}
    variables: dict[str, str] = {}
    for row in answer:
        iri, variable, value = str(row["case"]), str(row["variable"]), row["value"]
        if iri not in cases:
            cases[iri] = Case(iri, str(row["name"]), str(row["sectoral_group"]), str(row["country"]))
        variables[variable] = str(row["variable_name"])
        if value is not None:
            cases[iri].values[variable] = Decimal(str(value))
        elif row["reason"] is not None:
            cases[iri].reasons[variable] = str(row["reason"])
    if not cases:
        studies = library.read("report/studies", graph.folders)
        known = {str(row["study"]).removeprefix(study_iri("")) for row in graph.run(studies.text, needs=studies.needs)}
        remedy = nearest(study, known) if study not in known else "code cases for it first"
        raise UnknownName("no such study with cases", place=study, remedy=remedy)
    found = Sample(study, cases.values(), dict(sorted(variables.items())))
    return found if group is None else found.of_group(group)
