"""The blameless check on the wire (PMT-4)."""

from collections.abc import Iterable

import msgspec

from tocsin.postmortems.blameless import Finding as Found
from tocsin.surfaces.wire.body import Body


class LintRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`text` is Markdown; `people` are names that are known beside those of the organisation and common given names."""

    text: str
    people: list[str] = msgspec.field(default_factory=list[str])


class LintFinding(msgspec.Struct, kw_only=True):
    """`line` and `column` count from 1, `length` is in characters; `words` is what stands there, `rewording` how to say
    it of the system: in place of the characters from `begins` up to `ends`, or as advice without `is_wording`."""

    line: int
    column: int
    length: int
    rule: str
    words: str
    why: str
    rewording: str
    begins: int
    ends: int
    is_wording: bool


class LintFindings(msgspec.Struct, kw_only=True):
    """In the order of the text; none: it blames nobody."""

    findings: list[LintFinding]


def finding(found: Found) -> LintFinding:
    return msgspec.convert(found, LintFinding, from_attributes=True)


def findings(found: Iterable[Found]) -> LintFindings:
    return LintFindings(findings=[finding(each) for each in found])
