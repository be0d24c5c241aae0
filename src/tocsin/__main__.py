"""`tocsin …` and `python -m tocsin …`."""

import sys
from importlib import import_module

from tocsin.kernel.errors import TocsinError

SERVER_VERBS = {"serve": "tocsin.serve.command", "web": "tocsin.serve.web", "worker": "tocsin.serve.worker"}


def main() -> int:
    try:
        return int(import_module(SERVER_VERBS[sys.argv[1]]).main(sys.argv[2:]))
    except TocsinError as refusal:
        print(f"tocsin: {refusal.message}\n  {refusal.remedy}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
