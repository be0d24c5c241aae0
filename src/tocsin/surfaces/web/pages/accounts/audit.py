"""The audit log for administrators: who did what from where, looked through, kept as a file, its chain verified."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.accounts import audit_log
from tocsin.accounts.audit_model import AuditFilter, Chain, Deed
from tocsin.accounts.model import Permission
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import whole_number
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.audit import audit_csv, json_lines

PATH = "/settings/audit"
FIELDS = ("person", "words", "since", "until", "refused")


class AuditView(msgspec.Struct, frozen=True, kw_only=True):
    """`asked` is what the form says; `chain` None: it was not walked. `older` and the files' addresses keep what was
    asked. `hidden`: entries about private incidents that the viewer is no member of.
    """

    deeds: tuple[Deed, ...]
    asked: dict[str, str]
    hidden: int
    older: str
    lines: str
    table: str
    verify: str
    chain: Chain | None


@get(PATH)
async def show_audit(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """A page of it; `?verify=1` walks the chain."""
    viewer, asked = viewer_of(visit), _asked(request)
    async with db.connection() as conn:
        page = await audit_log.list_deeds(conn, viewer, read_filter(asked, _before(request)))
        view = AuditView(
            deeds=page.deeds,
            asked=asked,
            hidden=await audit_log.count_hidden(conn, viewer),
            older=_address(PATH, asked, before=page.next_before) if page.next_before is not None else "",
            lines=_address(f"{PATH}.jsonl", asked),
            table=_address(f"{PATH}.csv", asked),
            verify=_address(PATH, asked, verify=1),
            chain=await audit_log.verify(conn) if "verify" in request.query_params else None,
        )
    return pages.page("accounts/audit.html", visit, view=view)


@get(f"{PATH}.jsonl")
async def download_audit_lines(request: AnyRequest, visit: GivenVisit, db: GivenDb) -> Response[bytes]:
    """What was asked for, one JSON document a line."""
    return _file("audit.jsonl", "application/jsonl", json_lines(await _all(request, visit, db)))


@get(f"{PATH}.csv")
async def download_audit_table(request: AnyRequest, visit: GivenVisit, db: GivenDb) -> Response[bytes]:
    """The same for a spreadsheet."""
    return _file("audit.csv", "text/csv", audit_csv(await _all(request, visit, db)).encode())


async def _all(request: AnyRequest, visit: GivenVisit, db: GivenDb) -> list[Deed]:
    viewer = viewer_of(visit)
    viewer.require(Permission.ADMINISTER, "read the audit log")
    async with db.connection() as conn:
        return [deed async for deed in audit_log.iterate_deeds(conn, viewer, read_filter(_asked(request)))]


def _file(name: str, media_type: str, content: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _asked(request: AnyRequest) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in FIELDS}


def _before(request: AnyRequest) -> int | None:
    """The cursor; what is none shows the first page."""
    return whole_number(request.query_params.get("before", ""))


def read_filter(asked: dict[str, str], before_id: int | None = None) -> AuditFilter:
    """What the form means: days are whole days of UTC, the last one included. Raises Invalid."""
    until = _day(asked, "until")
    return AuditFilter(
        person=asked["person"] or None,
        words=asked["words"] or None,
        since=_day(asked, "since"),
        until=until + timedelta(days=1) if until else None,
        refused_only=bool(asked["refused"]),
        before_id=before_id,
    )


def _day(asked: dict[str, str], field: str) -> datetime | None:
    if not asked[field]:
        return None
    try:
        day = date.fromisoformat(asked[field])
    except ValueError:
        raise Invalid(f"{asked[field][:40]!r} is not a day.", "Write it as 2026-11-21.", field=field) from None
    if not 1970 <= day.year < 9000:
        raise Invalid(f"{field} is in the year {day.year}.", "Ask for a day of this century.", field=field)
    return datetime.combine(day, time(), UTC)


def _address(path: str, asked: dict[str, str], **more: object) -> str:
    query = urlencode({name: value for name, value in {**asked, **more}.items() if value})
    return f"{path}?{query}" if query else path
