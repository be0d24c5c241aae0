"""A text file that somebody named on the command line."""

import sys
from pathlib import Path

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.parsing import WrongUsage


def text_of(file: str) -> str:
    """What the file says; "-" is the standard input. Raises WrongUsage when it cannot be read, or is no UTF-8."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as failed:
        why, remedy = failed.strerror or type(failed).__name__, "Name a file that is there."
    except UnicodeDecodeError as wrong:
        why, remedy = f"byte {wrong.start + 1} is no UTF-8", "Save it as UTF-8."
    raise WrongUsage(f"{output.line(file)} cannot be read: {why}.", remedy)
