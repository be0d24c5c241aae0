"""How the program logs: to standard error, a line each – text for people or JSON for machines (OPS-1)."""

import logging
import os
import sys
from datetime import UTC, datetime

import msgspec

from tocsin.kernel.text import visible
from tocsin.settings import Settings


class JsonLines(logging.Formatter):
    """One object a line: at, level, process, logger, message and, of an exception, its traceback."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "pid": os.getpid(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


class TextLines(logging.Formatter):
    """`2026-03-02T10:00:00.000Z warning worker: …`, and a traceback indented below it. What was sent to us may be part
    of either, so nothing in them begins a line or moves a terminal (SEC-7).
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        line = f"{at}Z {record.levelname.lower()} {self.process}: {visible(record.getMessage())}"
        return "\n  ".join([line, *self._traceback(record)])

    def _traceback(self, record: logging.LogRecord) -> list[str]:
        told = self.formatException(record.exc_info) if record.exc_info else ""
        return [visible(each) for each in told.split("\n") if each]


def set_up_logs(settings: Settings, process: str) -> None:
    """`process` is serve, web or worker."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((JsonLines if settings.log_format == "json" else TextLines)(process))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # Not ours, and loud about what ours say better.
    for name in ("uvicorn", "psycopg.pool", "asyncio", "markdown_it", "litestar"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
