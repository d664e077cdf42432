"""The formats in which series come, each a module that knows its own files and reads their records."""

from __future__ import annotations

from clusterkg.series.formats import long, sdmx_csv, wdi, world_bank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.series.records import Format

__all__ = ["FORMATS"]

FORMATS: tuple[Format, ...] = (world_bank, wdi, sdmx_csv, long)
"""In the order in which they are tried."""
