"""Reads config.yaml, the one file in which a school says who it is, and finds every fault in it at once.

YAML 1.2 (`15:00` is a time, not 900). A fault names the place and what to do there, never what stood
there: it could be a password in the wrong line.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from stat import S_ISDIR

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError

from intake.config_faults import Fault, cross_faults, from_pydantic, written
from intake.config_values import (
    After,
    FormSettings,
    Replies,
    beside,
    database_file,
    to_after,
    to_form,
    to_journal_url,
    to_key_file,
    to_replies,
    to_school,
)
from intake.incoming import Folders
from intake.secret_files import SecretFault, SecretMissing, Sources, read_key, read_password
from intake.server import Security, Server
from intake.settings import ServerPart, Settings
from reports.school import School
from reports.shipped import sample_config

# RFC 8314 §7.3: TLS from the first byte; the others for STARTTLS, or loopback.
_PORTS = {
    "mailbox": {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143},
    "submission": {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 587},
}


class ConfigFault(Exception):
    """A config cannot be used; the message has one line for each fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One school's settings as the rest of Senim uses them. Secrets are read when they are needed."""

    path: Path
    settings: Settings = field(repr=False)
    sources: Sources = field(repr=False)
    school: School
    folders: Folders
    after: After
    replies: Replies
    journal_url: str = field(repr=False)  # may hold a database password
    key_file: Path
    form: FormSettings
    backup_folder: Path
    heartbeat_file: Path | None

    @property
    def name(self) -> str:
        """The school as logs may call it: the name of its file."""
        return self.path.stem

    @property
    def imap(self) -> Server:
        """The mailbox's server. Raises ConfigFault without a usable password."""
        return self._server(self.settings.mailbox.imap, "mailbox")

    @property
    def submission(self) -> Server:
        """The server that takes our letters. Raises ConfigFault without a usable password."""
        return self._server(self.settings.submission, "submission")

    @property
    def database_file(self) -> Path | None:
        """The Journal's own file; None where it is on a server."""
        return database_file(self.journal_url)

    def journal_key(self) -> bytes:
        """32 bytes. Raises KeyMissing or ConfigFault."""
        try:
            return read_key("journal_key", self.key_file, self.sources)
        except SecretMissing as fault:
            remedy = "put the school's copy back there or, for a new Journal, run `senim upgrade`"
            raise KeyMissing(f"{self.path}: the Journal's key: {fault}; {remedy}") from None
        except SecretFault as fault:
            raise ConfigFault(f"{self.path}: the Journal's key: {fault}") from None

    def secret_faults(self) -> list[str]:
        """What is wrong with any of the three secrets; empty when all can be used."""
        faults: list[str] = []
        for read in (lambda: self.imap, lambda: self.submission, self.journal_key):
            try:
                read()
            except ConfigFault as fault:
                faults.extend(fault.faults)
        return faults

    def _server(self, part: ServerPart, name: str) -> Server:
        place = "mailbox.imap" if name == "mailbox" else name
        file = beside(self.path, part.password_file)
        try:
            password = read_password(f"{name}_password", file, self.sources)
        except SecretFault as fault:
            raise ConfigFault(f"{self.path}: {place}.password_file: {fault}") from None
        return Server(
            host=part.host.strip("[]"),
            port=part.port or _PORTS[name][part.security],
            security=part.security,
            username=part.username,
            password=password,
            ca_file=beside(self.path, part.ca_file),
        )


class KeyMissing(ConfigFault):
    """There is no key yet: `senim upgrade` makes one for an empty Journal."""


def load(path: Path, environment: Mapping[str, str] | None = None) -> list[Config]:
    """The configs of one file, or of every *.yaml in a folder. Raises ConfigFault with all faults of all."""
    configs, faults = load_each(path, environment)
    if faults:
        raise ConfigFault(*faults)
    return configs


def load_each(path: Path, environment: Mapping[str, str] | None = None) -> tuple[list[Config], list[str]]:
    """The configs that can be used, and the faults of the others. Raises ConfigFault without any file."""
    environment = os.environ if environment is None else environment
    files = _files(path)
    if path.is_dir() and len(files) > 1:
        # One school's password must never be offered to another's server.
        environment = {name: value for name, value in environment.items() if not name.startswith("SENIM_")}
    configs: list[Config] = []
    faults: list[str] = []
    for file in files:
        try:
            configs.append(_load_one(file, environment))
        except ConfigFault as fault:
            faults.extend(fault.faults)
    return configs, faults


def _files(path: Path) -> list[Path]:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigFault(
            f"{path.absolute()}: there is no such file; run `senim init` or name yours: senim --config PATH …"
        ) from None
    except OSError as fault:
        raise ConfigFault(_unreadable(path, fault)) from None
    if S_ISDIR(mode):
        files = sorted(file for file in path.iterdir() if file.suffix in {".yaml", ".yml"} and file.is_file())
        if not files:
            raise ConfigFault(
                f"{path}: no .yaml file in this folder; put one config file there for each school"
            )
        return files
    return [path]


def _unreadable(path: Path, fault: OSError) -> str:
    remedy = "run this as the user who owns it: sudo -u senim …"
    return f"{path.absolute()}: cannot be read ({fault.strerror}); {remedy}"


def _load_one(path: Path, environment: Mapping[str, str]) -> Config:
    text = _text(path)
    read = _parse(path, text)
    if not isinstance(read, dict):
        raise ConfigFault(
            f"{path}: is empty or no list of keys; `senim init` writes one, {sample_config()} is an example"
        )
    data = {key: value for key, value in read.items() if value is not None}  # «form:» with nothing below
    if environment.get("SENIM_JOURNAL_URL") and isinstance(data.get("journal"), dict):
        data["journal"]["url"] = environment["SENIM_JOURNAL_URL"]  # it may bear the database's password
    faults: list[Fault] = cross_faults(data)
    settings = None
    try:
        settings = Settings.model_validate(data)
    except ValidationError as fault:
        faults.extend(from_pydantic(fault))
    if settings is None or faults:
        root = YAML(typ="safe", pure=True).compose(StringIO(text))
        raise ConfigFault(*(f"{path}: {line}" for line in written(faults, root)))
    return _config(path.absolute(), settings, environment)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigFault(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except OSError as fault:
        raise ConfigFault(_unreadable(path, fault)) from None


def _parse(path: Path, text: str) -> object:
    """The library's own messages quote the file, so only their place is told."""
    try:
        return YAML(typ="safe", pure=True).load(text)
    except DuplicateKeyError as fault:
        raise ConfigFault(f"{path}{_line(fault)}: the same key stands twice; remove one") from None
    except MarkedYAMLError as fault:
        remedy = "look for a missing quote, a tab, or a line that is not indented like its neighbours"
        raise ConfigFault(f"{path}{_line(fault)}: cannot be read as YAML; {remedy}") from None
    except (YAMLError, YAMLStreamError, ValueError, RecursionError):
        raise ConfigFault(
            f"{path}: cannot be read as YAML; compare it with the example config.yaml"
        ) from None


def _line(fault: MarkedYAMLError) -> str:
    return f", line {fault.problem_mark.line + 1}" if fault.problem_mark else ""


def _config(path: Path, settings: Settings, environment: Mapping[str, str]) -> Config:
    return Config(
        path=path,
        settings=settings,
        sources=Sources(environment=environment),
        school=to_school(settings),
        folders=Folders(**settings.mailbox.folders.model_dump()),
        after=to_after(settings),
        replies=to_replies(settings),
        journal_url=to_journal_url(path, settings.journal.url),
        key_file=to_key_file(path, settings),
        form=to_form(path, settings),
        backup_folder=path.parent / Path(settings.backup.folder).expanduser(),
        heartbeat_file=beside(path, settings.heartbeat_file),
    )
