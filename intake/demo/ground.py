"""Lays out a school for the demo: a folder of its own with config, passwords, certificate, key and Journal.

Everything in it is what a real school has; only the people are invented and the mail server is our own.
"""

import json
import secrets
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trustme

from intake.demo.postoffice import AUTHSERV_ID, HOST
from journal.model import Role
from journal.private import write_new

DOMAIN = "mektep.example"
BOX = f"senim@{DOMAIN}"
ADMINISTRATOR = f"informatika@{DOMAIN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented member of staff; `letter` says how much of each appeal their letter shows."""

    key: str
    name: str
    role: Role
    language: str
    letter: str

    @property
    def address(self) -> str:
        return f"{self.key}@{DOMAIN}"


STAFF = (
    Person(key="aigul", name="Айгүл Сейітқызы", role=Role.PSYCHOLOGIST, language="kk", letter="full"),
    Person(key="erlan", name="Ерлан Маратов", role=Role.SOCIAL_PEDAGOGUE, language="ru", letter="full"),
    Person(key="daniyar", name="Данияр Әлиев", role=Role.DEPUTY_DIRECTOR, language="en", letter="short"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The demo's folder and what a post office needs to open."""

    folder: Path
    accounts: dict[str, str]  # address → password
    ca_file: Path
    context: ssl.SSLContext

    @property
    def config_file(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def letters(self) -> Path:
        return self.folder / "letters"


class NoFolder(Exception):
    """The demo's folder cannot be made; the message says what to do."""


def new_folder(now: datetime) -> Path:
    """./senim-demo-<date-time>, or the same with a number behind it when that is taken."""
    stem = f"senim-demo-{now:%Y-%m-%d-%H%M%S}"
    for turn in range(100):
        folder = Path.cwd() / (f"{stem}-{turn}" if turn else stem)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        except OSError as fault:
            raise NoFolder(
                f"no folder can be made in {Path.cwd()} ({fault.strerror}): go to a folder of yours "
                "and run `senim demo` there"
            ) from None
        return folder
    raise NoFolder(f"{Path.cwd()} is full of senim-demo folders: remove the old ones")


def lay_out(folder: Path) -> Ground:
    """Make passwords and a certificate that is good for this machine only."""
    accounts = {address: secrets.token_urlsafe(12) for address in _addresses()}
    for address, password in accounts.items():
        write_secret(folder / "secrets" / address.partition("@")[0], password)
    authority = trustme.CA(organization_name="Senim demo")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    ground = Ground(folder=folder, accounts=accounts, ca_file=ca_file, context=context)
    ground.letters.mkdir(mode=0o700)
    return ground


def write_config(ground: Ground, *, imap_port: int, smtp_port: int, page: str) -> Path:
    """config.yaml as a school would write it. `page` is HOST:PORT."""
    login = f"username: {BOX}, password_file: secrets/senim, ca_file: ca.pem"
    staff = "\n".join(
        f"  - {{name: {_quoted(one.name)}, address: {one.address}, role: {one.role}, "
        f"language: {one.language}, detail: {one.letter}}}"
        for one in STAFF
    )
    ground.config_file.write_text(
        f"""# Written by `senim demo`. Every command works on it while the demo runs:
#   senim --config {ground.config_file} journal list
school:
  name: {{kk: "№ 1 үлгі мектеп", ru: "Образцовая школа № 1", en: "Sample School No. 1"}}
  time_zone: Asia/Almaty
  languages: [kk, ru, en]
mailbox:
  address: {BOX}
  imap: {{host: {HOST}, port: {imap_port}, security: tls, {login}}}
submission: {{host: {HOST}, port: {smtp_port}, security: tls, {login}}}
journal: {{url: "sqlite:///var/journal.db", key_file: var/journal.key}}
staff:
{staff}
administrator: {{address: {ADMINISTRATOR}, language: ru}}
replies: {{profile: authserv-id, trusted_authserv_id: {AUTHSERV_ID}}}
summary: {{at: "15:00", on: every-day}}
form:
  listen: {page}
  url: "http://{page}/"
""",
        encoding="utf-8",
    )
    return ground.config_file


def _addresses() -> tuple[str, ...]:
    return (BOX, ADMINISTRATOR, *(one.address for one in STAFF))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # JSON is YAML


def write_secret(path: Path, secret: str) -> None:
    """A file that only this user can read."""
    write_new(path, f"{secret}\n".encode())
