"""Print the lowest version of each dependency that pyproject.toml allows, as pip requirements."""

import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
wanted = project["dependencies"] + [line for line in extras["pandas"] if ">=" in line]
for requirement in wanted:
    print(requirement.replace(">=", "=="))
