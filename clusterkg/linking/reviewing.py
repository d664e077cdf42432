"""The table of mappings that a person reviews: made of proposals, and read again."""

from __future__ import annotations

from clusterkg.coding.sheets import Book, contents
from clusterkg.coding.texts import decoded
from clusterkg.errors import FileError
from clusterkg.linking.sssom import MATCHED, NO_TERM, Link, Origin, compact, read, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.linking.proposals import Proposal
    from clusterkg.linking.tables import Subject

__all__ = ["label_of", "read_review", "review_table"]


def review_table(proposals: Iterable[Proposal], origin: Origin) -> str:
    """Return the table of some proposals, in their order; a row for each candidate, or one that says there is none."""
    return text_of(origin, (link for proposal in proposals for link in _links(proposal, origin)))


def read_review(path: str) -> tuple[Origin, list[Link]]:
    """Return what a reviewed table was made from and its rows, in whatever encoding a spreadsheet has saved it.

    Raises:
        FileError: it cannot be read.
        DataError: it is no such table, or its header was changed.
    """
    book = Book(path)
    data = contents(book)
    text = decoded(book, data) if data is not None else None
    if text is None:
        problem = book.problems[0]
        fault = problem.message.removesuffix(".")
        raise FileError(fault[0].lower() + fault[1:], place=path, remedy=problem.fix)
    return read(text.lstrip("\ufeff"), path)


def label_of(subject: Subject) -> str:
    """Return what a subject is called, with where it lies.

    >>> from clusterkg.linking.tables import Subject
    >>> label_of(Subject("row:2.place", "place", "Ubá", "Brasil", "Minas Gerais"))
    'Ubá, Minas Gerais, Brasil'
    """
    return ", ".join(part for part in (subject.text, subject.region, subject.country) if part)


def _links(proposal: Proposal, origin: Origin) -> Iterator[Link]:
    subject = proposal.subject
    shared = {"subject_id": subject.id, "subject_label": label_of(subject), "mapping_justification": MATCHED}
    rows = f"; {len(subject.rows)} rows, the first {subject.rows[0]}" if len(subject.rows) > 1 else ""
    for candidate in proposal.candidates:
        is_class = subject.kind == "industry" and subject.id.startswith("cluster:")
        yield Link(
            {
                **shared,
                "predicate_id": "ckg:industryClass" if is_class else candidate.predicate,
                "object_id": compact(candidate.entry.iri, origin),
                "object_label": candidate.entry.name,
                "confidence": f"{candidate.score:.2f}",
                "comment": f"{proposal.status if candidate.exact else 'weak'}: {candidate.why}{rows}",
            }
        )
    if not proposal.candidates:
        # Nothing was found, which is no mapping of any confidence.
        exact = "skos:exactMatch"
        yield Link({**shared, "predicate_id": exact, "object_id": NO_TERM, "comment": f"none: {proposal.reason}{rows}"})
