"""What a first start leaves for the person at the terminal: an administrator to be, and a command line that works."""

import shlex
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tocsin.accounts.sign_in import authenticate_token, bootstrap_administrator, create_local_token
from tocsin.db.database import Database
from tocsin.kernel.errors import Invalid, Unauthenticated
from tocsin.setting_readers import is_this_machine
from tocsin.settings import Settings
from tocsin.surfaces.cli.profile import Profile, find_profile, profile_path, write_profile


async def welcome(settings: Settings, db: Database) -> Sequence[str]:
    """The lines to print below the address."""
    return [*await invite_administrator(settings, db), await set_up_command_line(settings, db)]


async def invite_administrator(settings: Settings, db: Database) -> Sequence[str]:
    """Until the first administrator has signed in, each start prints a new link and ends the one before."""
    async with db.transaction() as tx:
        secret = await bootstrap_administrator(tx)
    if secret is None:
        return []
    link = f"{settings.public_url}/sign-in/{secret}"
    return ["Sign in as the first administrator (the link works once):", f"  {link}"]


async def set_up_command_line(settings: Settings, db: Database) -> str:
    """Write the profile when there is none that works; one that speaks to another machine's server is left alone."""
    found = read_existing()
    if found is not None and not is_of_this_machine(found.url):
        return f"Command line: speaks to {found.url}; for this server remove {profile_path()} and start again."
    if found is None or found.url != settings.profile_url or not await is_valid(db, found):
        async with db.transaction() as tx:
            token = await create_local_token(tx, socket.gethostname())
        try:
            write_profile(settings.profile_url, token.secret)
        except OSError as error:
            return (
                f"Command line: its profile {profile_path()} cannot be written ({error.strerror}). "
                "Make a token with `tocsin admin user token NAME`, and set TOCSIN_URL and TOCSIN_TOKEN."
            )
    return f"Command line: ready, try `{own_command()} list` ({profile_path()})"


def own_command() -> str:
    """`tocsin` where the shell finds this very program by that name, else its whole path."""
    own = Path(sys.executable).with_name("tocsin")
    found = shutil.which("tocsin")
    return "tocsin" if found is not None and Path(found).resolve() == own.resolve() else shlex.quote(str(own))


def read_existing() -> Profile | None:
    try:
        return find_profile()
    except Invalid:
        return None


def is_of_this_machine(url: str) -> bool:
    return is_this_machine(urlsplit(url).hostname or "")


async def is_valid(db: Database, profile: Profile) -> bool:
    async with db.connection() as conn:
        try:
            await authenticate_token(conn, profile.token, db.clock.now())
        except Unauthenticated:
            return False
    return True
