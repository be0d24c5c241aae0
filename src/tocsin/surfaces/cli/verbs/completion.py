"""`tocsin completion`: the script that completes verbs and options in your shell."""

import inspect
import sys
from importlib import import_module
from json import dumps
from typing import Annotated, Literal

from cyclopts import App, Parameter

from tocsin.surfaces.cli.commands import VERBS, Verb
from tocsin.surfaces.cli.parsing import Json, runner, verb

app = verb(
    "completion",
    "Print the completion script for your shell.",
    "tocsin completion bash > ~/.local/share/bash-completion/completions/tocsin",
    'tocsin completion zsh > "${fpath[1]}/_tocsin"',
    "tocsin completion fish > ~/.config/fish/completions/tocsin.fish",
)


@app.default
def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(name="SHELL", help="Which shell.")],
    /,
    *,
    json: Json = False,
) -> None:
    script = whole_program().generate_completion(prog_name="tocsin", shell=shell)
    sys.stdout.write(dumps({"shell": shell, "script": script}) + "\n" if json else script)


def whole_program() -> App:
    """Every verb below one program; only completion needs them all at once."""
    program = App(name="tocsin", version_flags=["--version"])
    for name, each in VERBS.items():
        program.command(_app_of(each), name=name)
    return program


def _app_of(each: Verb) -> App:
    """A verb's own App; one that is parsed without cyclopts lends its name, `assess` its options too."""
    if each.module is None:
        return App(help=each.summary, version_flags=[])
    module = import_module(f"tocsin.surfaces.cli.verbs.{each.module}")
    return module.app if hasattr(module, "app") else _app_of_facts(each.summary)


def _app_of_facts(summary: str) -> App:
    from tocsin.catalog.facts import CHOICES, WORDS
    from tocsin.catalog.profiles import DEFAULT, PRESETS
    from tocsin.surfaces.cli.verbs.assess import FACTS

    def option(name: str, kind: object, words: str, default: object) -> inspect.Parameter:
        annotation = Annotated[kind, Parameter(help=words)]
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)

    def assess(**_: object) -> None:
        """Only its signature counts."""

    options = [
        option(fact, Literal[CHOICES[fact]] if fact in CHOICES else str, WORDS[fact], None) for fact in FACTS
    ] + [option("profile", Literal[tuple(PRESETS)], "severity profile", DEFAULT), option("json", bool, "JSON", False)]
    assess.__signature__ = inspect.Signature(options)
    assess.__annotations__ = {each.name: each.annotation for each in options}
    lent = App(name="assess", help=summary, version_flags=[])
    lent.default(assess)
    return lent


main = runner(app)
