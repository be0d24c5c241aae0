"""What somebody tried on a page and may not is written on the audit log (SEC-8), after the answer has left."""

from collections.abc import Callable

from litestar.background_tasks import BackgroundTask
from litestar.response import Response

from tocsin.accounts import service as accounts
from tocsin.accounts import sign_in
from tocsin.accounts.refusals import deed
from tocsin.db.database import Database
from tocsin.incidents.privacy import scope_of
from tocsin.kernel.errors import Forbidden
from tocsin.surfaces.web.problems import ProblemPages
from tocsin.surfaces.web.security import AnyRequest, shown_path
from tocsin.surfaces.web.site import Site
from tocsin.surfaces.web.visits import client_address


def noting(problems: ProblemPages, db: Database, site: Site) -> Callable[[AnyRequest, Forbidden], Response[str]]:
    """Answers what is forbidden as the other problems are answered, and takes note of who tried. A function, since
    Litestar copies whatever else it is given.
    """

    def refused(request: AnyRequest, error: Forbidden) -> Response[str]:
        answer = problems.refused(request, error)
        answer.background = BackgroundTask(note_refusal, db, site, request)
        return answer

    return refused


async def note_refusal(db: Database, site: Site, request: AnyRequest) -> None:
    """Nothing is written of a guest: a form from elsewhere may be anybody's."""
    async with db.transaction() as tx:
        session = await sign_in.find_session(tx.conn, request.cookies.get(site.session_cookie, ""), tx.now)
        if session is None:
            return
        scope_id = await scope_of(tx.conn, session.viewer, request.path_params.get("ref"))
        action, client = f"tried {deed(request.method, shown_path(request))}", client_address(request)
        await accounts.audit(tx, session.viewer.actor, action, outcome="refused", client=client, scope_id=scope_id)
