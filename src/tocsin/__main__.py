"""`tocsin …` and `python -m tocsin …`: the server's own verbs, and the command line for all the others."""

import sys

from tocsin.surfaces.cli.start import command_line

SERVER_VERBS = {
    "serve": "tocsin.serve.command",
    "web": "tocsin.serve.web",
    "worker": "tocsin.serve.worker",
    "demo": "tocsin.demo.command",
}
"""They stand above every surface, so the command line is told where they are and imports none of them."""


def main() -> int:
    return command_line(sys.argv[1:], SERVER_VERBS)


if __name__ == "__main__":
    sys.exit(main())
