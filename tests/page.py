"""A school's page for the tests, and a visitor who asks it without a socket between."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from html import unescape
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.types import Message

from intake.form import PART_NAME, FormFields, read_form
from intake.webform import PageSettings, create_app
from journal.model import Role
from reports.school import Detail, School, StaffMember

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # a Monday, 11:30 in Almaty
BOUNDARY = "----family"


def member(name: str, role: Role, detail: Detail = Detail.FULL) -> StaffMember:
    return StaffMember(name=name, address=f"{role}@school.example", role=role, language="kk", detail=detail)


SCHOOL = School(
    names={"kk": "№ 12 мектеп", "ru": "Школа № 12", "en": "School No. 12"},
    time_zone=ZoneInfo("Asia/Almaty"),
    languages=("kk", "ru"),
    box="box@school.example",
    staff=(
        member("Айгүл Сейітқызы", Role.PSYCHOLOGIST),
        member("Ерлан Маратов", Role.SOCIAL_PEDAGOGUE),
        member("Данияр Әлиев", Role.DIRECTOR, Detail.NUMBERS),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as a browser uploads it."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the page answered."""

    status: int
    headers: Mapping[str, str]
    body: str
    unread: int  # chunks that nobody took

    def value(self, name: str) -> str:
        """What stands in a field of the form."""
        if name == "text":
            found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", self.body, re.DOTALL)
        else:
            found = re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', self.body)
        assert found, f"no field {name} on the page"
        return unescape(found[1])

    def checked(self, element: str) -> bool:
        found = re.search(rf'<input[^>]* id="{element}"[^>]*>', self.body)
        assert found, f"no {element} on the page"
        return " checked" in found[0]

    @property
    def words(self) -> str:
        """All that a person reads, in one line."""
        seen = re.sub(r"<(style|script|title)>.*?</\1>", " ", self.body, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", seen)).split())


@dataclass(slots=True)
class Desk:
    """The page of the school, and the letters that it submitted."""

    settings: PageSettings | None = None
    letters: list[EmailMessage] = field(default_factory=list)
    fault: Exception | None = None  # what the mail server answers

    def submit(self, letter: EmailMessage) -> None:
        if self.fault:
            raise self.fault
        parsed = message_from_bytes(letter.as_bytes(policy=SMTP), policy=default)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)

    def with_(self, **changes: object) -> "Desk":
        plain = PageSettings(school=SCHOOL, submit=self.submit, clock=lambda: NOW)
        self.settings = replace(self.settings or plain, **changes)  # type: ignore[arg-type]
        return self

    def ask(
        self,
        method: str = "GET",
        path: str = "/",
        headers: Mapping[str, str] | None = None,
        chunks: Sequence[bytes | None] = (),
    ) -> Answer:
        """One request. A chunk that is None is a visitor who goes away."""
        settings = self.settings or self.with_().settings
        assert settings
        return asyncio.run(_ask(create_app(settings), method, path, headers or {}, chunks))

    def post(
        self, fields: Mapping[str, str], *files: File, query: str = "", cut: int | None = None
    ) -> Answer:
        """The form as a browser sends it; `cut`: only so many bytes of it arrive."""
        body = multipart(fields, files)[:cut]
        kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self.ask(
            "POST", f"/{query}", kind, [body[at : at + 65536] for at in range(0, len(body), 65536)]
        )

    def post_plain(self, fields: Mapping[str, str], charset: str = "utf-8") -> Answer:
        """The form of another site, urlencoded."""
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.ask("POST", "/", kind, [urlencode(fields, encoding=charset).encode()])


def multipart(fields: Mapping[str, str], files: Sequence[File] = ()) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + value.encode("utf-8", "surrogatepass")
        + b"\r\n"
        for name, value in fields.items()
    ]
    for file in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{file.name}"\r\n'
        parts.append(f"{head}Content-Type: {file.media_type}\r\n\r\n".encode() + file.content + b"\r\n")
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def form_of(letter: EmailMessage) -> FormFields:
    """The fields of the form's letter, as the pipeline reads them."""
    part = next(one for one in letter.iter_attachments() if one.get_filename() == PART_NAME)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return read_form(content)


def files_of(letter: EmailMessage) -> list[tuple[str, str, bytes]]:
    """Name, type and bytes of what was attached."""
    found = []
    for part in letter.iter_attachments():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename() != PART_NAME:
            found.append((part.get_filename() or "", part.get_content_type(), content))
    return found


async def _ask(
    app: Callable[..., object],
    method: str,
    path: str,
    headers: Mapping[str, str],
    chunks: Sequence[bytes | None],
) -> Answer:
    bare, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": bare, "raw_path": bare.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("203.0.113.7", 4711), "server": ("school.example", 80), "state": {},
    }  # fmt: skip
    waiting = list(chunks)
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            return {"type": "http.request", "body": b"", "more_body": False}
        chunk = waiting.pop(0)
        if chunk is None:
            return {"type": "http.disconnect"}
        if chunk == b"(silence)":
            await asyncio.Event().wait()
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)  # type: ignore[misc]
    head = sent[0]
    body = b"".join(one.get("body", b"") for one in sent[1:])
    named = {name.decode().lower(): value.decode("latin-1") for name, value in head["headers"]}
    return Answer(status=head["status"], headers=named, body=body.decode(), unread=len(waiting))
