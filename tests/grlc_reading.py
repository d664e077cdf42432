"""Print as JSON what grlc's own parser reads of query files; apart, for grlc prints and reads its folder's settings."""

import json
import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    import grlc.gquery

    logging.disable(logging.CRITICAL)
    read = {}
    for path in sys.argv[1:]:
        found = grlc.gquery.get_metadata(Path(path).read_text(encoding="utf-8"), "http://localhost/")
        found["variables"] = [str(name) for name in found.get("variables", ())]
        read[path] = {name: found.get(name) for name in found if name not in ("query", "original_query")}
    # The last line; what grlc prints stands above it.
    print("\n" + json.dumps(read, default=str))
