"""A wording as one text file, for editors and pipes: the subject in the first line, an empty line, the text. Pure."""

from tocsin.comms.model import Wording
from tocsin.kernel.errors import Invalid

_MARK = "Subject: "


def parse(text: str) -> Wording:
    """A wording as it is written in one file: `Subject: …`, an empty line, the text. Raises Invalid."""
    head, _, body = text.lstrip("\n").replace("\r\n", "\n").partition("\n")
    if not head.startswith(_MARK):
        raise Invalid(
            "The first line is no subject.", f"Begin with `{_MARK}…`, an empty line, and the text.", field="subject"
        )
    return Wording(head.removeprefix(_MARK).strip(), body.strip("\n"))


def written(wording: Wording) -> str:
    """The same as one file."""
    return f"{_MARK}{wording.subject}\n\n{wording.body}\n"
