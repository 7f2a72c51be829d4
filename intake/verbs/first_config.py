"""Writes a school's first config.yaml from what was answered."""

import json
from dataclasses import dataclass

from intake.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A member of staff as asked."""

    name: str
    address: str
    role: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All that was asked."""

    name: str
    box: str
    imap: Server
    submission: Server
    trash: str
    readers: tuple[Reader, ...]
    administrator: str


_TEXT = """\
# Senim: the settings of this school's Trust Box. Every other key, with its meaning, stands in the example
# config.yaml that comes with Senim and in docs/config.md. After a change: senim check

school:
  name: {{kk: {name}}}      # in other languages too: {{kk: "…", ru: "…", en: "…"}}
  time_zone: Asia/Almaty
  languages: [kk, ru]

mailbox:
  address: {box}
  imap: {imap}
{folders}
submission: {submission}

journal:
  url: "sqlite:///var/{prefix}journal.db"
  key_file: {key_file}

staff:
{staff}
{administrator}"""


def write_config(answers: Answers, prefix: str) -> str:
    """`prefix` keeps the files of several schools in one folder apart. Quoted as JSON, which YAML reads."""
    staff = (
        f"  - {{name: {_quoted(one.name)}, address: {_quoted(one.address)},"
        f" role: {one.role}, language: {one.language}}}"
        for one in answers.readers
    )
    administrator = f"administrator: {{address: {_quoted(answers.administrator)}}}\n"
    return _TEXT.format(
        name=_quoted(answers.name),
        box=_quoted(answers.box),
        imap=_server(answers.imap, prefix),
        submission=_server(answers.submission, prefix),
        folders=f"  folders: {{trash: {_quoted(answers.trash)}}}\n" if answers.trash else "",
        prefix=prefix,
        key_file=_quoted(f"var/{prefix}journal.key"),
        staff="\n".join(staff) + "\n",
        administrator=administrator if answers.administrator else "",
    )


def _server(server: Server, prefix: str) -> str:
    ca_file = f", ca_file: {_quoted(str(server.ca_file))}" if server.ca_file else ""
    password_file = _quoted(f"var/{prefix}mailbox.password")
    return (
        f"{{host: {_quoted(server.host)}, port: {server.port}, security: {server.security},"
        f" username: {_quoted(server.username)}, password_file: {password_file}{ca_file}}}"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
