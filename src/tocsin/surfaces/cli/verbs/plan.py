"""`tocsin plan`: what a configuration would change."""

from tocsin.config.problems import ConfigurationInvalid
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.config_view import Files, Replaces, read_files, refused, tell
from tocsin.surfaces.cli.parsing import Json, runner, verb

app = verb(
    "plan",
    "What a configuration would change: what is added, changed and removed, and who is on call afterwards. "
    "Changes nothing.",
    "tocsin plan -f tocsin.yaml",
    "tocsin plan -f teams/",
)


@app.default
def plan(*, file: Files, replaces: Replaces = None, json: Json = False) -> int:
    try:
        document = read_files(file, replaces)
    except ConfigurationInvalid as wrong:
        if not json:
            raise
        return refused(wrong, file)
    return tell(Client().post("/config/plan", document), json)


main = runner(app)
