"""What has happened in the review of a postmortem."""

from tocsin.incidents.events import IncidentEvent


class PostmortemCommented(IncidentEvent, frozen=True, kw_only=True):
    """Somebody said something about it; `n` is the comment."""

    n: int


class PostmortemCommentResolved(IncidentEvent, frozen=True, kw_only=True):
    """A comment is seen to."""

    n: int


class PostmortemReviewAsked(IncidentEvent, frozen=True, kw_only=True):
    """These people were asked to review it."""

    reviewers: tuple[str, ...]


class PostmortemReviewed(IncidentEvent, frozen=True, kw_only=True):
    """A reviewer has said what they think of this version."""

    user: str
    verdict: str
    version: int
