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
        text = Path(path).read_text(encoding="utf-8")
        header = grlc.gquery.get_yaml_decorators(text)
        found = grlc.gquery.get_parameters(text, "http://localhost/", header)
        read[path] = {**{key: told for key, told in header.items() if key != "query"}, "parameters": found}
    # The last line; what grlc prints stands above it.
    print("\n" + json.dumps(read, default=str))
