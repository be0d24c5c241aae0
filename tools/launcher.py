"""Let `tocsin` be found from any folder: a link to this checkout's program in a folder that is on PATH already.

Nothing that is there is replaced, but for a link whose checkout is gone.
"""

import os
import shutil
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / ".venv" / "bin" / "tocsin"


def own_folders(home: Path) -> list[Path]:
    """Where a person's own programs belong; for root, those of the machine's administrator."""
    mine = [home / ".local" / "bin", home / "bin"]
    return [Path("/usr/local/bin"), *mine] if os.geteuid() == 0 else mine


def link(program: Path, search_path: str, folders: list[Path]) -> str:
    """What was done, or what the reader can do, in one line; "" when `tocsin` is found already."""
    found = shutil.which("tocsin", path=search_path)
    if found is not None:
        is_ours = Path(found).resolve() == program.resolve()
        return "" if is_ours else f"`tocsin` on your PATH is {found}; this one is {program}"
    on_path = {Path(each) for each in search_path.split(os.pathsep) if each}
    for folder in folders:
        place = folder / "tocsin"
        is_free = not place.exists()  # true for a link that leads nowhere
        if folder in on_path and is_free and os.access(folder, os.W_OK):
            place.unlink(missing_ok=True)
            place.symlink_to(program)
            return f"`tocsin` works in every folder now: {place} leads to {program}"
    return f'To call `tocsin` from anywhere: export PATH="{program.parent}:$PATH"'


if __name__ == "__main__":
    said = link(PROGRAM, os.environ.get("PATH", ""), own_folders(Path.home()))
    if said:
        print(said, file=sys.stderr)
