"""`tocsin postmortem`: what was learnt. Each command is a module of its own; this one puts them together."""

from tocsin.surfaces.cli.parsing import runner, verb
from tocsin.surfaces.cli.verbs import (
    postmortem_change,
    postmortem_draft,
    postmortem_export,
    postmortem_impact,
    postmortem_lint,
    postmortem_measure,
    postmortem_read,
    postmortem_review,
    postmortem_templates,
    postmortem_wiki,
)

app = verb(
    "postmortem",
    "The postmortem of an incident: drafted from its record, with a question wherever the record does not know;\n"
    "edited, given to somebody, reviewed, published, exported, talked about.",
    "tocsin postmortem draft INC-1",
    "tocsin postmortem draft INC-1 --template deployment --layout sre --authors alice,bob -o INC-1.md",
    "tocsin postmortem edit INC-1 INC-1.md",
    "tocsin postmortem review INC-1 --ask bob",
    'tocsin postmortem comment INC-1 "Since when?" --on "Checkout failed"',
    "tocsin postmortem publish INC-1",
    "tocsin postmortem export --dir postmortems",
    "tocsin postmortem publish-to confluence INC-1",
    "tocsin postmortem list --state draft",
    "tocsin postmortem lint INC-1.md",
)
app.command(postmortem_draft.draft, name="draft")
app.command(postmortem_templates.templates, name="templates")
app.command(postmortem_read.show, name="show")
app.command(postmortem_read.read, name="read")
app.command(postmortem_read.list_postmortems, name="list")
app.command(postmortem_change.edit, name="edit")
app.command(postmortem_change.owner, name="owner")
app.command(postmortem_impact.impact, name="impact")
app.command(postmortem_measure.measure, name="measure")
app.command(postmortem_review.comment, name="comment")
app.command(postmortem_review.review, name="review")
app.command(postmortem_review.history, name="history")
app.command(postmortem_change.publish, name="publish")
app.command(postmortem_lint.lint, name="lint")
app.command(postmortem_export.export, name="export")
app.command(postmortem_wiki.publish_to, name="publish-to")
app.command(postmortem_export.meeting, name="meeting")

main = runner(app)
