"""Files and folders → one document, with every problem at once. The only part that opens files; no database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from tocsin.catalog.own_profiles import OwnProfile
from tocsin.config.document import Document, Item, Notice, SourceFile, Stored
from tocsin.config.fields import Fields, Place
from tocsin.config.problems import ConfigurationInvalid, Problem
from tocsin.config.sections import organisation
from tocsin.config.sections.alerting import read_integration, read_routing
from tocsin.config.sections.calendars import read_calendar
from tocsin.config.sections.digests import read_digest
from tocsin.config.sections.directory import read_chat, read_group, read_vendor
from tocsin.config.sections.later import LATER, read_entry
from tocsin.config.sections.maintenance import read_maintenance
from tocsin.config.sections.people import read_team, read_user
from tocsin.config.sections.policies import read_policy
from tocsin.config.sections.postmortem_templates import read_postmortem_template
from tocsin.config.sections.profiles import read_profile
from tocsin.config.sections.schedules import read_schedule
from tocsin.config.sections.services import read_service
from tocsin.config.yaml_text import MAX_BYTES, YamlText

ROUTING = ("routes", "default_route", "inhibitions")
_SUFFIXES = (".yaml", ".yml")


def load(paths: Sequence[Path], environ: Mapping[str, str], replaces: Iterable[str] = ()) -> Document:
    """The document of these files and folders. Raises ConfigurationInvalid with all that is wrong.

    A file given by itself is known by its name, one of a folder by its path within it: names decide who manages what,
    so they do not depend on where the command runs. `environ` answers `env:NAME`.
    """
    return load_texts(_read_files(paths), environ, replaces)


def load_profiles(paths: Sequence[Path]) -> tuple[str | None, tuple[OwnProfile, ...]]:
    """The severity profile that these files make active, None: they do not say, and those that they define.

    Nothing else of them is read, so no secret need be there. Raises ConfigurationInvalid.
    """
    files = [YamlText(name, text) for name, text in _read_files(paths).items()]
    reader = _Reader({})
    for file in files:
        reader.read_organisation(file)
        reader.read_profiles(file)
    problems = [problem for file in files for problem in file.problems] + reader.problems
    if problems:
        raise ConfigurationInvalid(problems)
    found = reader.document((), ())
    profiles = tuple(item.value for item in found.severity_profiles)
    return (found.organisation.value.severity_profile if found.organisation else None), profiles


def _read_files(paths: Sequence[Path]) -> dict[str, str]:
    """Texts by the names of their files. Raises ConfigurationInvalid."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name, path in _list_files(paths, problems):
        if name in texts:
            problems.append(_of_file(name, "Two files have this name.", "Rename one, or give their folder instead."))
            continue
        text = _read_file(name, path, problems)
        if text is not None:
            texts[name] = text
    if problems:
        raise ConfigurationInvalid(problems)
    return texts


def load_texts(texts: Mapping[str, str], environ: Mapping[str, str], replaces: Iterable[str] = ()) -> Document:
    """The document of texts by the names of their files. Raises ConfigurationInvalid."""
    files = [YamlText(name, text) for name, text in texts.items()]
    reader = _Reader(environ)
    for file in files:  # first of all: its zone is that of every schedule without one
        reader.read_organisation(file)
    for file in files:
        reader.read(file)
    problems = [problem for file in files for problem in file.problems] + reader.problems
    if problems:
        raise ConfigurationInvalid(problems)
    return reader.document(
        tuple(
            SourceFile(
                name=file.name,
                sha256=hashlib.sha256(texts[file.name].encode()).hexdigest(),
                sections=tuple(file.value or ()),
                lines=file.lines,
            )
            for file in files
        ),
        tuple(replaces),
    )


def _list_files(paths: Sequence[Path], problems: list[Problem]) -> Iterable[tuple[str, Path]]:
    for path in paths:
        if path.is_dir():
            found = sorted(
                one
                for one in path.rglob("*")
                if one.suffix in _SUFFIXES and one.is_file() and not _is_hidden(one.relative_to(path))
            )
            if not found:
                problems.append(_of_file(str(path), "The folder holds no .yaml file.", "Give the folder of the files."))
            for one in found:
                yield one.relative_to(path).as_posix(), one
        else:
            yield path.name, path


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _read_file(name: str, path: Path, problems: list[Problem]) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            problems.append(_of_file(name, f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB.", "Split it."))
            return None
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems.append(_of_file(name, "The file is not UTF-8.", "Save it as UTF-8."))
    except OSError as error:
        problems.append(_of_file(str(path), f"The file cannot be read: {error.strerror}.", "Check the path."))
    return None


def _of_file(name: str, message: str, remedy: str) -> Problem:
    return Problem(file=name, line=0, path="", message=message, remedy=remedy)


class _Reader:
    """Collects the parts of all files."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._zone: str | None = None
        self._singles: dict[str, Item[Any]] = {}
        self._lists: dict[str, list[Item[Any]]] = {}
        self._stored: list[Item[Stored]] = []
        self._notices: list[Notice] = []
        self._names: dict[tuple[str, str], Place] = {}
        self.problems: list[Problem] = []

    def read_organisation(self, file: YamlText) -> None:
        value = cast("dict[str, Any]", file.value).get("organisation") if isinstance(file.value, dict) else None
        if value is not None:
            place = Place(file, "organisation")
            read = organisation.read_organisation(value, place, self._environ)
            self._zone = read.time_zone
            self._single("organisation", "organisation", read, place)

    def read_profiles(self, file: YamlText) -> None:
        """Of a file only its severity profiles."""
        if isinstance(file.value, dict):
            fields = Fields(file.value, Place(file, ""), what="The file")
            self._list(fields, "severity_profiles", read_profile)

    def read(self, file: YamlText) -> None:
        if file.value is None:
            if not file.problems:
                file.problem("", "The file is empty.", "Begin with `organisation:` or `users:`.", line=0)
            return
        fields = Fields(file.value, Place(file, ""), what="The file")
        fields.raw("organisation")
        self._list(fields, "users", lambda value, at: read_user(value, at, self._environ))
        self._list(fields, "teams", read_team)
        self._list(fields, "groups", read_group)
        self._list(fields, "vendors", read_vendor)
        self._list(fields, "chats", lambda value, at: read_chat(value, at, self._environ))
        self._list(fields, "severity_profiles", read_profile)
        self._list(fields, "calendars", lambda value, at: read_calendar(value, at, self._environ))
        self._list(fields, "schedules", lambda value, at: read_schedule(value, at, self._zone))
        self._list(fields, "escalation_policies", lambda value, at: read_policy(value, at, self._environ))
        self._list(fields, "services", read_service)
        self._list(
            fields,
            "integrations",
            lambda value, at: read_integration(value, at, self._environ, self._notices),
        )
        self._list(fields, "maintenance", lambda value, at: read_maintenance(value, at, self._zone))
        self._list(fields, "digests", lambda value, at: read_digest(value, at, self._zone, self._environ))
        self._list(fields, "postmortem_templates", lambda value, at: read_postmortem_template(value, at, self._notices))
        routing = read_routing(fields)
        if any(key in fields for key in ROUTING):
            self._single("routing", next(key for key in ROUTING if key in fields), routing, Place(file, ""))
        for section in LATER:
            for index, (value, at) in enumerate(fields.items(section)):
                name, definition = read_entry(section, value, at, index, self._zone or "UTC")
                self._store(section, name, definition, at)
        fields.done()

    def _list(self, fields: Fields, section: str, read: Callable[[Any, Place], Any]) -> None:
        for value, place in fields.items(section):
            found = read(value, place)
            if found is not None and found.name:
                self._check_name(section, found.name, place)
                self._lists.setdefault(section, []).append(Item(value=found, file=place.file.name, path=place.path))

    def _single(self, name: str, shown: str, value: Any, place: Place) -> None:
        before = self._singles.get(name)
        if before is not None:
            place.file.problem(shown, f"{shown} is in {before.file} already.", "Keep it in one file.")
        self._singles[name] = Item(value=value, file=place.file.name, path=place.path)

    def _store(self, section: str, name: str, definition: Any, place: Place) -> None:
        self._check_name(section, name, place)
        stored = Stored(section=section, name=name, definition=definition, managed_by=place.file.name)
        self._stored.append(Item(value=stored, file=place.file.name, path=place.path))

    def _check_name(self, section: str, name: str, place: Place) -> None:
        first = self._names.setdefault((section, name), place)
        if first is not place:
            where = f"{first.file.name}:{first.file.lines.get(first.path, 0)}"
            place.problem(f"There are two {name!r} in {section} (the other is in {where}).", "Name each thing once.")

    def document(self, files: tuple[SourceFile, ...], replaces: tuple[str, ...]) -> Document:
        return Document(
            files=files,
            replaces=replaces,
            stored=tuple(self._stored),
            notices=tuple(self._notices),
            organisation=self._singles.get("organisation"),
            routing=self._singles.get("routing"),
            users=tuple(self._lists.get("users", ())),
            teams=tuple(self._lists.get("teams", ())),
            groups=tuple(self._lists.get("groups", ())),
            vendors=tuple(self._lists.get("vendors", ())),
            chats=tuple(self._lists.get("chats", ())),
            severity_profiles=tuple(self._lists.get("severity_profiles", ())),
            calendars=tuple(self._lists.get("calendars", ())),
            schedules=tuple(self._lists.get("schedules", ())),
            escalation_policies=tuple(self._lists.get("escalation_policies", ())),
            services=tuple(self._lists.get("services", ())),
            integrations=tuple(self._lists.get("integrations", ())),
            maintenance=tuple(self._lists.get("maintenance", ())),
            digests=tuple(self._lists.get("digests", ())),
            postmortem_templates=tuple(self._lists.get("postmortem_templates", ())),
        )
