"""`tocsin admin rotate-key`: another key for what is sealed in the database."""

import getpass

from tocsin.auditor.rotation import Rotated, rotate
from tocsin.db.database import Database
from tocsin.kernel.resealing import Resealed
from tocsin.settings import load_here, with_secret_key
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.verbs.admin_users import in_database


def rotate_key(*, lost: bool, json: bool) -> int:
    """Print how far it is while it runs, and what came of it; the exit status is 1 when something cannot be read."""
    settings = with_secret_key(load_here())

    def told(so_far: Resealed) -> None:
        if not json and so_far.rows:
            output.say((f"  {so_far.name}: {so_far.rows} looked at", "dim"))

    async def work(db: Database) -> Rotated:
        return await rotate(settings, db, f"local:{getpass.getuser()}", told, lost=lost)

    rotated = in_database(settings, work)
    if json:
        output.print_document(
            {"key": rotated.key, "resumed": rotated.resumed, "columns": [each._asdict() for each in rotated.columns]}
        )
    else:
        _say(rotated)
    return 1 if any(each.unreadable for each in rotated.columns) else 0


def _say(rotated: Rotated) -> None:
    changed = sum(each.changed for each in rotated.columns)
    if rotated.resumed:
        output.say("A rotation that had not come to its end has done so now.")
    output.say(f"Everything that is sealed opens with the key {rotated.key}; sealed anew: {changed}.")
    for each in rotated.columns:
        if each.unreadable:
            output.say(
                (f"{each.unreadable} of {each.name} cannot be read: their key is missing.", "bold"),
                " Put it back and run this again, or apply the file that names the addresses.",
            )
    output.say(("Keep the keys in a backup of their own: secret.key and storage.keys of the data folder.", "dim"))
