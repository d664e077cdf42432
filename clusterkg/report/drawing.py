"""Specifications of figures and rows of data as SVG, drawn by Vega-Lite."""

from __future__ import annotations

import re

from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["draw"]


def draw(spec: str, rows: Sequence[Mapping[str, object]]) -> str:
    """Return a figure as an SVG element to stand inside a page.

    Colours are the page's own variables (``var(--ink)``), so that the figure follows light and dark.

    Args:
        spec: the name of a specification in ``specs/``, which draws the data called ``rows``.
        rows: the data.

    Raises:
        ModuleNotFoundError: the extra ``report`` is not installed.
    """
    import json
    import os

    import vl_convert

    path = os.path.join(os.path.dirname(__file__), "specs", f"{spec}.vl.json")
    specification = json.loads(read_text(path))
    with open(os.path.join(os.path.dirname(path), "config.json"), encoding="utf-8") as file:
        specification["config"] = json.load(file)
    specification["datasets"] = {"rows": list(rows)}
    svg = vl_convert.vegalite_to_svg(specification)
    # Beside a label of the whole, a screen reader has no use for the parts.
    svg = re.sub(r' (aria-[a-z]+|role|xmlns:xlink|version|pointer-events)="[^"]*"', "", svg)
    return re.sub(r'<path class="(?:fore|back)ground"[^>]*?(?:display="none"|d="M0,0h0v0h0Z")[^>]*/>', "", svg)
