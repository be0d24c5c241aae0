"""`tocsin postmortem`: what was learnt. Each command is a module of its own; this one puts them together."""

from tocsin.surfaces.cli.parsing import runner, verb
from tocsin.surfaces.cli.verbs import postmortem_change, postmortem_draft, postmortem_lint, postmortem_read

app = verb(
    "postmortem",
    "The postmortem of an incident: drafted from its record, with a question wherever the record does not know;\n"
    "edited, given to somebody, published.",
    "tocsin postmortem draft INC-1",
    "tocsin postmortem draft INC-1 --template deployment --layout sre --authors alice,bob -o INC-1.md",
    "tocsin postmortem edit INC-1 INC-1.md",
    "tocsin postmortem publish INC-1",
    "tocsin postmortem list --state draft",
    "tocsin postmortem lint INC-1.md",
)
app.command(postmortem_draft.draft, name="draft")
app.command(postmortem_read.show, name="show")
app.command(postmortem_read.list_postmortems, name="list")
app.command(postmortem_change.edit, name="edit")
app.command(postmortem_change.owner, name="owner")
app.command(postmortem_change.publish, name="publish")
app.command(postmortem_lint.lint, name="lint")

main = runner(app)
