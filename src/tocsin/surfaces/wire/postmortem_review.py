"""What is said of a postmortem on the wire (PMT-5, PMT-7): comments, reviews, versions, exports, the meeting."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.kernel.difference import compare, in_text, shortened, tally
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.meeting import GROUND_RULES, TURNS, Planned
from tocsin.postmortems.model import Postmortem
from tocsin.postmortems.model import Reader as StoredReader
from tocsin.postmortems.model import Version as StoredVersion
from tocsin.postmortems.publishing import Gap as FoundGap
from tocsin.postmortems.review_model import Comment as StoredComment
from tocsin.postmortems.review_model import Reviewer as StoredReviewer
from tocsin.surfaces.wire.body import Body


class Comment(msgspec.Struct, kw_only=True):
    """`quote` is the passage that it is about, empty: the whole. `resolved_by` null: it is open."""

    n: int
    by: str
    at: datetime
    text: str
    quote: str
    resolved_by: str | None
    resolved_at: datetime | None
    answer: str


class CommentList(msgspec.Struct, kw_only=True):
    """In the order in which they were made."""

    incident: str
    comments: list[Comment]


class CommentRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`quote` is a passage as it stands in the text; without one the comment is on the whole."""

    text: str
    quote: str = ""


class ResolveRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What is answered, if anything."""

    answer: str = ""


class Reviewer(msgspec.Struct, kw_only=True):
    """`verdict` is asked, approved or wants-changes; `version` is the one that it is about."""

    user: str
    asked_by: str
    asked_at: datetime
    verdict: str
    note: str
    version: int | None
    said_at: datetime | None


class Gap(msgspec.Struct, kw_only=True):
    """What is missing before it is published: `kind` is questions, blame, comments, changes or review."""

    kind: str
    what: str
    remedy: str


class Review(msgspec.Struct, kw_only=True):
    """Who was asked, what they said, and what is missing; `version` is the latest."""

    incident: str
    state: str
    version: int
    reviewers: list[Reviewer]
    gaps: list[Gap]


class AskRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Names of users."""

    reviewers: list[str]
    note: str = ""


class VerdictRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`verdict` is approved or wants-changes; then `note` says which. `version` is the one that was read."""

    verdict: str
    version: int
    note: str = ""


class PublishRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`reason` is needed where something is missing."""

    reason: str = ""


class Version(msgspec.Struct, kw_only=True):
    """One version without its text."""

    version: int
    by: str
    at: datetime
    note: str


class VersionList(msgspec.Struct, kw_only=True):
    """The oldest first."""

    incident: str
    versions: list[Version]


class VersionText(Version, kw_only=True):
    """One version; `changes` are the lines that differ from version `since` (0: from nothing), with a sign in front."""

    incident: str
    body: str
    since: int
    tally: str
    changes: list[str]


class Reader(msgspec.Struct, kw_only=True):
    """Somebody who says that they have read it; `version` is the one that they read."""

    name: str
    version: int
    read_at: datetime


class ReaderList(msgspec.Struct, kw_only=True):
    incident: str
    readers: list[Reader]


class ChartFile(msgspec.Struct, kw_only=True):
    """An SVG that Markdown names; it belongs beside it."""

    name: str
    text: str


class File(msgspec.Struct, kw_only=True):
    """An export: what the file is called, and what is in it; `charts` go with Markdown."""

    incident: str
    name: str
    text: str
    charts: list[ChartFile]


class Part(msgspec.Struct, kw_only=True):
    """One part of the agenda, from minute `begins` on."""

    begins: int
    minutes: int
    title: str
    hint: str


class Turn(msgspec.Struct, kw_only=True):
    """What is heard, what to say then, and why."""

    heard: str
    say: str
    why: str


class Meeting(msgspec.Struct, kw_only=True):
    """`starts_at` null: there is no appointment."""

    incident: str
    starts_at: datetime | None
    invited: list[str]
    agenda: list[Part]
    ground_rules: list[str]
    turns: list[Turn]


class InviteRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`people` come beside everybody who took part."""

    starts_at: datetime
    people: list[str] = msgspec.field(default_factory=list[str])


def comment(stored: StoredComment) -> Comment:
    return msgspec.convert(stored, Comment, from_attributes=True)


def comments(postmortem: Postmortem, found: Sequence[StoredComment]) -> CommentList:
    return CommentList(incident=incident_ref(postmortem.incident_number), comments=[comment(each) for each in found])


def review(postmortem: Postmortem, reviewers: Sequence[StoredReviewer], gaps: Sequence[FoundGap]) -> Review:
    return Review(
        incident=incident_ref(postmortem.incident_number),
        state=postmortem.state.value,
        version=postmortem.version,
        reviewers=[_reviewer(each) for each in reviewers],
        gaps=[Gap(kind=gap.kind, what=gap.what, remedy=gap.remedy) for gap in gaps],
    )


def versions(postmortem: Postmortem, found: Sequence[StoredVersion]) -> VersionList:
    return VersionList(
        incident=incident_ref(postmortem.incident_number),
        versions=[Version(version=each.version, by=each.by, at=each.at, note=each.note) for each in found],
    )


def version_text(postmortem: Postmortem, shown: StoredVersion, since: StoredVersion | None) -> VersionText:
    lines = compare(since.body if since is not None else "", shown.body)
    return VersionText(
        incident=incident_ref(postmortem.incident_number),
        version=shown.version,
        by=shown.by,
        at=shown.at,
        note=shown.note,
        body=shown.body,
        since=since.version if since is not None else 0,
        tally=tally(lines).words,
        changes=list(in_text(shortened(lines))),
    )


def meeting(postmortem: Postmortem, planned: Planned) -> Meeting:
    begins = 0
    parts: list[Part] = []
    for item in planned.agenda:
        parts.append(Part(begins=begins, minutes=item.minutes, title=item.title, hint=item.hint))
        begins += item.minutes
    return Meeting(
        incident=incident_ref(postmortem.incident_number),
        starts_at=planned.starts_at,
        invited=list(planned.invited),
        agenda=parts,
        ground_rules=list(GROUND_RULES),
        turns=[Turn(heard=turn.heard, say=turn.say, why=turn.why) for turn in TURNS],
    )


def _reviewer(stored: StoredReviewer) -> Reviewer:
    return msgspec.convert(stored, Reviewer, from_attributes=True)


def readers(postmortem: Postmortem, found: Sequence[StoredReader]) -> ReaderList:
    return ReaderList(
        incident=incident_ref(postmortem.incident_number),
        readers=[Reader(name=each.name, version=each.version, read_at=each.read_at) for each in found],
    )
