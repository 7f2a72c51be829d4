"""Asks the few things that differ from school to school, tries each at once, and writes config.yaml."""

import argparse
import errno
import os
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from intake.config import load
from intake.config_types import as_address, as_line
from intake.faults import explain
from intake.incoming import Folders
from intake.presets import Preset, preset_for
from intake.server import Security, Server, ServerFault
from intake.verbs.first_config import Answers, Reader, write_config
from intake.verbs.output import say
from intake.verbs.questions import LANGUAGES, ask, language, words, yes
from intake.verbs.usage import default_config
from intake.verbs.values import WrongUsage
from journal.private import write_new

ROLES = {"1": "psychologist", "2": "social_pedagogue", "3": "deputy_director", "4": "director"}


def init(asked: argparse.Namespace) -> int:
    """Nothing is written before the last answer, and nothing is ever overwritten."""
    path: Path = asked.config
    if path.is_dir():
        raise WrongUsage(f"{path} is a folder; name the new file: senim --config {path / 'school.yaml'} init")
    prefix = "" if path.name == "config.yaml" else f"{path.stem}-"
    secret = path.parent / "var" / f"{prefix}mailbox.password"
    for file in (path, secret):
        if file.exists():
            raise FileExistsError(errno.EEXIST, "is there already", str(file))
    _need_writable(secret.parent)  # better now than after the last answer
    answers = _ask()
    write_new(secret, f"{answers.imap.password}\n".encode())
    try:
        write_new(path, write_config(answers, prefix).encode())
        load(path)
    except BaseException:
        secret.unlink()  # a second try must not stumble over it
        raise
    say("", f"wrote {path} and {secret}")
    option = "" if path == default_config() else f" --config {shlex.quote(str(path))}"
    say(f"next: senim{option} upgrade, then: senim{option} check --circle, then: senim{option} run")
    return 0


def _need_writable(folder: Path) -> None:
    """Raise PermissionError unless files can be made in this folder, or the folder itself."""
    there = next(one for one in (folder, *folder.parents, Path("/")) if one.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(there.absolute()))


def _ask() -> Answers:
    name = ask("school", read=_as_line)
    box = ask("box", read=_as_address)
    preset = preset_for(box)
    if preset is not None:
        say(f"  {preset.hint}")
        if not preset.supported:
            raise WrongUsage(f"{preset.name} mailboxes cannot be used yet: see the line above")
    imap, trash = _ask_imap(box, preset)
    submission = _ask_submission(box, preset, imap)
    readers = _ask_readers(box)
    administrator = ask("administrator", optional=True, read=_as_address)
    return Answers(
        name=name,
        box=box,
        imap=imap,
        submission=submission,
        trash=trash,
        readers=readers,
        administrator=administrator,
    )


def _ask_imap(box: str, preset: Preset | None) -> tuple[Server, str]:
    """The mailbox's server, tried; and Gmail's bin, through which letters are destroyed there."""
    while True:
        server = _ask_server("imap", "993", box, preset)
        server = replace(
            server, username=ask("username", default=box, read=_as_line), password=_ask_password(preset)
        )
        trash = _try_imap(server)
        if trash is not None or not yes("again"):
            return server, trash or ""


def _ask_submission(box: str, preset: Preset | None, imap: Server) -> Server:
    while True:
        server = _ask_server("smtp", "465", box, preset)
        server = replace(server, username=imap.username, password=imap.password)
        if _try_submission(server) or not yes("again"):
            return server


def _ask_server(kind: str, port: str, box: str, preset: Preset | None) -> Server:
    """993 and 465 are TLS from the first byte (RFC 8314); any other port is taken for STARTTLS."""
    ca_file = ""
    if preset is not None:
        host = preset.imap if kind == "imap" else preset.smtp
    else:
        host = ask(kind, default=f"{kind}.{box.rpartition('@')[2]}", read=_as_line)
        port = ask(f"{kind}_port", default=port, read=_as_port)
        ca_file = ask("ca_file", optional=True, read=_as_file)
    return Server(
        host=host,
        port=int(port),
        security=Security.STARTTLS if port in {"143", "587", "25", "2525"} else Security.TLS,
        username="",
        password="",
        ca_file=Path(ca_file) if ca_file else None,
    )


def _ask_password(preset: Preset | None) -> str:
    """Gmail shows its app passwords in four groups; the spaces are for the eye."""
    password = ask("password", secret=True)
    return password.replace(" ", "") if preset is not None and preset.name == "Gmail" else password


def _try_imap(server: Server) -> str | None:
    """Gmail's bin, or empty; None when the login failed."""
    from intake.mailbox import Mailbox

    say(f"  {words('trying')}: IMAP {server.host}:{server.port} …")
    try:
        with Mailbox.open(server, Folders()) as mailbox:
            findings = mailbox.probe()
    except ServerFault as fault:
        say(f"  ✗ {explain(fault)}")
        return None
    say(f"  ✓ IMAP {words('works')}")
    trash = ""
    for one in findings:
        # What the probe says to write is written: a Kazakh Gmail has no «Trash» but «Себет».
        _, told, name = one.remedy.partition("set mailbox.folders.trash to ")
        if told:
            trash = name
        elif not one.ok:
            say(f"  ✗ {one.name}: {one.remedy}")
    return trash


def _try_submission(server: Server) -> bool:
    from intake.submission import probe

    say(f"  {words('trying')}: SMTP {server.host}:{server.port} …")
    try:
        probe(server)
    except ServerFault as fault:
        say(f"  ✗ {explain(fault)}")
        return False
    say(f"  ✓ SMTP {words('works')}")
    return True


def _ask_readers(box: str) -> tuple[Reader, ...]:
    readers: list[Reader] = []
    while True:
        name = ask("reader", optional=True, read=_as_line)
        if not name and readers:
            return tuple(readers)
        if not name:
            say(f"  ✗ {words('at_least_one')}")
            continue
        taken = {box.casefold(), *(one.address.casefold() for one in readers)}

        def _as_new(text: str, taken: set[str] = taken) -> str:
            if _as_address(text).casefold() in taken:
                raise ValueError("this address is taken; the box and each reader need one of their own")
            return _as_address(text)

        address = ask("reader_address", read=_as_new)
        role = ROLES[ask("role", default="1", read=_one_of(*ROLES))]
        tongue = ask("language", default=_spoken(), read=_one_of(*LANGUAGES))
        readers.append(Reader(name=name, address=address, role=role, language=tongue))


def _spoken() -> str:
    """A server's terminal is often in English or in no language: letters are in Kazakh then."""
    return tongue if (tongue := language()) != "en" else LANGUAGES[0]


def _as_line(text: str) -> str:
    return str(as_line(text))


def _as_address(text: str) -> str:
    return str(as_address(text))


def _as_port(text: str) -> str:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ValueError("write a port, like 993")
    return text


def _as_file(text: str) -> str:
    file = Path(text).expanduser().absolute()
    if not file.is_file():
        raise ValueError("there is no such file")
    return str(file)


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"write one of: {', '.join(choices)}")
        return text

    return read
