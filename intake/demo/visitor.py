"""A family at the page: opens it in its language, fills it in, presses the button, as a browser does it."""

import re
import secrets
from html import unescape
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlencode, urljoin
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from intake.demo.people import Sample, samples

_SUBMISSION = re.compile(r'name="submission_id" value="([0-9a-f]{32})"')
_FORM = re.compile(r'<form[^>]*method="post"[^>]*>')
_ACTION = re.compile(r'action="([^"]*)"')


class NotSent(Exception):
    """The page did not take a letter."""


def families_write(page_url: str) -> int:
    """All the day's visits, one after the other. Returns how many letters went. Raises NotSent."""
    visits = samples()
    for visit in visits:
        write(page_url, visit)
    return len(visits)


def write(page_url: str, visit: Sample) -> None:
    """One visit. Raises NotSent."""
    browser = build_opener(ProxyHandler({}))  # the page is on this machine, whatever proxy is set
    opened = urljoin(page_url, "?" + urlencode({"lang": visit.language}))
    page = _read(browser, opened)
    submission, form = _SUBMISSION.search(page), _FORM.search(page)
    if submission is None or form is None:
        raise NotSent("the page has no form on it")
    action = _ACTION.search(form[0])
    target = urljoin(opened, unescape(action[1])) if action else opened
    body, media_type = _multipart(visit, submission[1])
    answer = _read(browser, Request(target, body, {"Content-Type": media_type}))  # noqa: S310 (our own page)
    if _FORM.search(answer):  # it came back with the form: something was not right
        raise NotSent("the page gave the letter back instead of sending it")


def _read(browser: OpenerDirector, asked: str | Request) -> str:
    try:
        with browser.open(asked, timeout=30) as response:
            return str(response.read().decode("utf-8"))
    except (URLError, HTTPException, OSError) as fault:
        raise NotSent(f"the page did not answer ({type(fault).__name__})") from None


def _multipart(visit: Sample, submission: str) -> tuple[bytes, str]:
    """multipart/form-data (RFC 7578)."""
    boundary = f"----page{secrets.token_hex(12)}"
    parts = [_part(boundary, name, value.encode()) for name, value in _fields(visit, submission).items()]
    for file in visit.attachments:
        extra = f'; filename="{file.name}"\r\nContent-Type: {file.media_type}'
        parts.append(_part(boundary, "files", file.content, extra))
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _fields(visit: Sample, submission: str) -> dict[str, str]:
    fields = {
        "submission_id": submission,
        "language": visit.language,
        "who": "anonymous" if visit.anonymous else "signed",
        "surname": visit.surname,
        "given_name": visit.given_name,
        "patronymic": visit.patronymic,
        "address": visit.address,
        "email": visit.email,
        "class_group": visit.class_group,
        "phone": visit.phone,
        "subject": visit.subject,
        "text": visit.text.replace("\n", "\r\n"),
    }
    return fields | ({"urgent": "1"} if visit.urgent else {})


def _part(boundary: str, name: str, content: bytes, extra: str = "") -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
    return head.encode() + content + b"\r\n"
