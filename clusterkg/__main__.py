"""``python -m clusterkg``: the command line."""

from __future__ import annotations

import sys

from clusterkg.cli import main

sys.exit(main())
