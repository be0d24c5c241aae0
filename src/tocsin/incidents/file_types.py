"""What a file is, by its content and not by what its sender calls it, and a name for it that is safe to save (SEC-7).

Pure. What is in no list is refused: a type that nobody has thought about is none that a browser should be handed.
"""

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec

from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import one_line

MAX_NAME = 120

_ALLOWED = "png, jpeg, gif, webp, pdf, plain text, log, csv, json, gz"
_TEXT = "text/plain"
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b\x08", "application/gzip"),
)
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "application/gzip": (".gz", ".tgz"),
    "application/json": (".json",),
    "text/csv": (".csv",),
    _TEXT: (".txt", ".log", ".md", ".out", ".diff", ".patch", ".sql", ".yaml", ".yml", ".toml", ".conf"),
}
SHOWN_IN_PAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""A browser draws these and runs nothing of them; every other type is only ever saved."""

_UNSAFE = re.compile(r"[^\w.()+ -]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


class FileType(msgspec.Struct, frozen=True):
    media_type: str

    @property
    def is_shown(self) -> bool:
        return self.media_type in SHOWN_IN_PAGES


def read_type(content: bytes, name: str) -> FileType:
    """By the first bytes; text by being UTF-8 throughout, and only then by the ending of its name.

    Raises Invalid for an empty file and for every other type.
    """
    if not content:
        raise Invalid("The file is empty.", "Choose another one.", field="file")
    for sign, media_type in _SIGNS:
        if content.startswith(sign):
            return FileType(media_type)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileType("image/webp")
    text = _as_text(content)
    if text is None:
        raise Invalid(
            f"{one_line(name, 60)!r} is of no type that may be attached.",
            f"Attach one of {_ALLOWED}; pack anything else with gzip.",
            field="file",
        )
    return FileType(_type_of_text(text, name))


def safe_name(name: str, file_type: FileType) -> str:
    """Its last part without what a shell, a header or a file system takes for something else; it ends as its content
    does, so that a page that was sent as text is not opened as one: `page.html` → `page.html.txt`.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _UNSAFE.sub("_", one_line(last)).strip(" .-") or "file"
    endings = _ENDINGS[file_type.media_type]
    if not cleaned.lower().endswith(endings):
        return cleaned[: MAX_NAME - len(endings[0])] + endings[0]
    ending = "." + cleaned.rpartition(".")[2]
    return cleaned[: -len(ending)][: MAX_NAME - len(ending)] + ending


def _as_text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _type_of_text(text: str, name: str) -> str:
    if name.lower().endswith(".csv"):
        return "text/csv"
    if name.lower().endswith(".json"):
        try:
            json.loads(text)
        except (ValueError, RecursionError):  # nested deeper than anybody reads
            return _TEXT
        return "application/json"
    return _TEXT
