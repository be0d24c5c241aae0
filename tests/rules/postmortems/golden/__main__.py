"""Writes the drafts as they read now; what changed is to be read before it is committed."""

from tests.rules.postmortems.golden import FOLDER, drafts, page

for name, body in drafts().items():
    (FOLDER / f"{name}.txt").write_text(body, "utf-8")
(FOLDER / "confluence.xml").write_text(page(), "utf-8")
