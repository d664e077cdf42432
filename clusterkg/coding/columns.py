"""The columns of a coder's spreadsheet: the one description of its layouts, which readers and writers share."""

from __future__ import annotations

from clusterkg.terms import BASE

__all__ = ["BY_SHEET", "CHAINS", "CONCEPT", "LONG", "OPTIONAL", "RATED", "SHEETS", "WIDE", "Column", "column"]

SHEETS = ("cases", "chains", "values")
"""The sheets of a workbook, in their order: the wide layout, the chains, the long layout."""

CONCEPT = BASE + "concept/"
"""What the IRIs of schemes and concepts begin with."""

DIMENSION = CONCEPT + "dimension/"
MODE = CONCEPT + "governance-mode/"


class Column:
    """One column of a sheet.

    Attributes:
        name: what its heading reads, as in ``sectoral_group``.
        sheet: one of `SHEETS`.
        kind: how its cells are read. ``slug``, ``text`` and ``longtext`` are words; ``country`` and
            ``iso3`` a country by name or code; ``code`` digits whose leading zeros count; ``industry``
            an industry of the list or a new one; ``concept`` a term of `scheme`; ``degree`` a rating
            by a term of `scheme`; ``score`` a rating from 0 to 3; ``governance`` 0, 1, 2 or 3 for the
            mode `concept`; ``sum`` the sum of the four upgrading scores; ``period`` a year, a range
            or a decade; ``citation`` short citations, joined by semicolons; ``effect`` what a chain
            does to the upgrading type `concept`; ``variable`` the name of one of `RATED`; ``value``
            what that variable's own column would hold.
        scheme: the IRI of the concept scheme that the cells choose from; empty where there is none.
        concept: the IRI of what the column codes, a dimension or a governance mode; empty for others.
        required: whether a row must fill it.
        heading: its name for people.
        explanation: what to write there, in one or two short sentences.
        example: what stands there in the example row, which is the footwear cluster of the Sinos Valley.
    """

    __slots__ = ("concept", "example", "explanation", "heading", "kind", "name", "required", "scheme", "sheet")

    def __init__(
        self,
        sheet: str,
        name: str,
        kind: str,
        heading: str,
        explanation: str,
        example: str = "",
        *,
        scheme: str = "",
        concept: str = "",
        required: bool = False,
    ) -> None:
        self.sheet, self.name, self.kind = sheet, name, kind
        self.heading, self.explanation, self.example = heading, explanation, example
        self.scheme = CONCEPT + scheme if scheme else ""
        self.concept, self.required = concept, required

    def __repr__(self) -> str:
        return f"Column({self.sheet!r}, {self.name!r}, {self.kind!r})"


def _score(name: str, dimension: str, heading: str, example: str = "") -> Column:
    return Column(
        "cases",
        name,
        "score",
        heading,
        "0 absent, 1 low, 2 medium, 3 high; half points are allowed. Where there is no figure, say why.",
        example,
        concept=DIMENSION + dimension,
    )


def _governance(name: str, mode: str, heading: str, example: str) -> Column:
    return Column(
        "cases",
        name,
        "governance",
        heading,
        "0 no such chain, 1 domestic chains, 2 global chains, 3 both. Where it is not known, say why.",
        example,
        concept=MODE + mode,
    )


def _effect(name: str, dimension: str, heading: str, example: str = "") -> Column:
    return Column(
        "chains",
        name,
        "effect",
        heading,
        "What the source says that the chain does to this type of upgrading; empty where it says nothing.",
        example,
        concept=DIMENSION + dimension,
    )


WIDE = (
    Column(
        "cases",
        "case_id",
        "slug",
        "Case",
        "Short name of the cluster: small letters, digits and hyphens. Empty: made from name and place.",
        "sinos-valley-footwear",
    ),
    Column("cases", "name", "text", "Name", "Name of the cluster in English.", "Sinos Valley footwear", required=True),
    Column(
        "cases", "place", "text", "Place", "Town or region; several joined by a semicolon.", "Vale do Rio dos Sinos"
    ),
    Column("cases", "country", "country", "Country", "Name of the country.", "Brazil", required=True),
    Column("cases", "iso3", "iso3", "Country code", "The country's ISO 3166-1 code of three letters.", "BRA"),
    Column("cases", "geonames_id", "code", "GeoNames number", "The place's number at geonames.org.", "3456068"),
    Column(
        "cases",
        "industry",
        "industry",
        "Industry",
        "What the cluster makes: a word of the list, or a new one.",
        "Footwear",
        scheme="industry",
        required=True,
    ),
    Column(
        "cases",
        "isic4",
        "code",
        "ISIC class",
        "Class of ISIC Rev. 4: four digits, leading zeros included.",
        "1520",
        scheme="isic4",
    ),
    Column(
        "cases",
        "sectoral_group",
        "concept",
        "Sectoral group",
        "One of the four groups.",
        "traditional-manufacturing",
        scheme="sectoral-group",
        required=True,
    ),
    Column(
        "cases",
        "collective_efficiency",
        "degree",
        "Collective efficiency",
        "low, medium or high. Where there is no degree, say why.",
        "high",
        scheme="degree",
        concept=DIMENSION + "collective-efficiency",
    ),
    _score("product", "product-upgrading", "Product upgrading", "3"),
    _score("process", "process-upgrading", "Process upgrading", "3"),
    _score("functional", "functional-upgrading", "Functional upgrading", "1.5"),
    _score("intersectoral", "intersectoral-upgrading", "Intersectoral upgrading", "0"),
    Column(
        "cases",
        "sum",
        "sum",
        "Sum of upgrading",
        "Sum of the four upgrading scores, as a check; it is not stored.",
        "7.5",
    ),
    _governance("market", "market", "Market", "3"),
    _governance("network", "network", "Network", "0"),
    _governance("quasi_hierarchy", "quasi-hierarchy", "Quasi-hierarchy", "2"),
    _governance("hierarchy", "hierarchy", "Hierarchy", "0"),
    Column(
        "cases",
        "lead_actor",
        "text",
        "Lead actor",
        "Who leads the most hierarchical global chain, as the source names it.",
        "US buyers",
    ),
    Column(
        "cases", "period", "period", "Period", "A year, a range (1988-2001) or a decade (1990s) that the case covers."
    ),
    Column(
        "cases",
        "source",
        "citation",
        "Source",
        "Short citation, as in Schmitz (1995); several joined by a semicolon.",
        "Giuliani, Pietrobelli, and Rabellotti (2005)",
        required=True,
    ),
    Column("cases", "locator", "text", "Place in the source", "Page, table or section.", "Table 3; Table 5"),
    Column(
        "cases",
        "evidence",
        "longtext",
        "Evidence",
        "What the source says, in your own words.",
    ),
    Column("cases", "note", "longtext", "Note", "Anything that a reader of the case should know."),
    Column(
        "cases",
        "confidence",
        "concept",
        "Confidence",
        "How sure you are of the row's values: low, medium or high.",
        scheme="confidence",
    ),
    Column("cases", "coder", "text", "Coder", "Your name or initials, the same in every row of yours."),
    Column("cases", "status", "longtext", "Status", "Where the work on the row stands, in your own words."),
)
"""The wide layout, a row a case: sheet ``cases``."""

OPTIONAL = (
    _score("specialised_labour_market", "specialised-labour-market", "Specialised labour market"),
    _score("local_inputs", "local-inputs", "Local inputs"),
    _score("information_access", "information-access", "Access to information"),
    _score("market_access", "market-access", "Market access"),
    _score("backward_linkage", "backward-linkage", "Backward vertical linkages"),
    _score("forward_linkage", "forward-linkage", "Forward vertical linkages"),
    _score("bilateral_horizontal_linkage", "bilateral-horizontal-linkage", "Bilateral horizontal linkages"),
    _score("multilateral_horizontal_linkage", "multilateral-horizontal-linkage", "Multilateral horizontal linkages"),
    Column(
        "cases",
        "source_basis",
        "concept",
        "Source basis",
        "What kind of source the case is coded from.",
        "published-studies",
        scheme="source-basis",
    ),
)
"""Columns that may follow `WIDE`: the components of collective efficiency, and the kind of source."""

CHAINS = (
    Column(
        "chains",
        "case_id",
        "slug",
        "Case",
        "The case, as in the sheet cases.",
        "sinos-valley-footwear",
        required=True,
    ),
    Column(
        "chains",
        "governance_mode",
        "concept",
        "Governance mode",
        "How the chain is governed.",
        "quasi-hierarchy",
        scheme="governance-mode",
        required=True,
    ),
    Column(
        "chains",
        "market_scope",
        "concept",
        "Market scope",
        "domestic, or global for every market abroad.",
        "global",
        scheme="market-scope",
        required=True,
    ),
    Column("chains", "lead_actor", "text", "Lead actor", "Who leads the chain, as the source names it.", "US buyers"),
    Column(
        "chains", "destination", "country", "Destination", "Countries where the chain sells, joined by a semicolon."
    ),
    _effect("product_effect", "product-upgrading", "Effect on product upgrading", "enables"),
    _effect("process_effect", "process-upgrading", "Effect on process upgrading", "enables"),
    _effect("functional_effect", "functional-upgrading", "Effect on functional upgrading", "hinders"),
    _effect("intersectoral_effect", "intersectoral-upgrading", "Effect on intersectoral upgrading"),
    Column(
        "chains",
        "locator",
        "text",
        "Place in the source",
        "Page, table or section that tells of the chain.",
        "section 5(c)(i)",
    ),
)
"""The layout that says more of single chains, a row a chain: sheet ``chains``."""

LONG = (
    Column(
        "values",
        "case_id",
        "slug",
        "Case",
        "The case, as in the sheet cases.",
        "sinos-valley-footwear",
        required=True,
    ),
    Column(
        "values",
        "variable",
        "variable",
        "Variable",
        "The heading of a column of the sheet cases.",
        "functional",
        required=True,
    ),
    Column("values", "value", "value", "Value", "What that column would hold.", "1.5", required=True),
    Column(
        "values",
        "source",
        "citation",
        "Source",
        "Short citation; empty: the source of the case's row.",
        "Giuliani, Pietrobelli, and Rabellotti (2005)",
    ),
    Column(
        "values",
        "locator",
        "text",
        "Place in the source",
        "Page, table or section that gives this value.",
        "Table 5",
    ),
    Column(
        "values",
        "evidence",
        "longtext",
        "Evidence",
        "What the source says of this value, in your own words.",
        "Main buyers kept design and marketing to themselves; firms took them on for smaller markets.",
    ),
    Column(
        "values",
        "confidence",
        "concept",
        "Confidence",
        "How sure you are of this value: low, medium or high.",
        scheme="confidence",
    ),
    Column(
        "values", "coder", "text", "Coder", "Who coded it; another name than in the case's row is a second opinion."
    ),
)
"""The long layout, a row a value, for evidence of single values and for rival coders: sheet ``values``."""

BY_SHEET = {"cases": (*WIDE, *OPTIONAL), "chains": CHAINS, "values": LONG}
"""The columns of each sheet, the optional ones included."""

RATED = tuple(column for column in BY_SHEET["cases"] if column.kind in ("degree", "score"))
"""The columns whose cells become ratings, which are also the variables of the long layout."""


def column(sheet: str, name: str) -> Column:
    """Return the column of that name in a sheet.

    Raises:
        KeyError: the sheet has no such column.

    >>> column("cases", "product").concept
    'https://w3id.org/clusterkg/concept/dimension/product-upgrading'
    >>> column("cases", "collective_efficiency").scheme
    'https://w3id.org/clusterkg/concept/degree'
    >>> column("values", "product")
    Traceback (most recent call last):
    KeyError: 'product'
    """
    return {column.name: column for column in BY_SHEET[sheet]}[name]
