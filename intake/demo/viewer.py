"""A small window on the staff's mailboxes, for the demo: read the letter, reply to it, see the Journal.

It listens on this machine only and answers only its own pages: another site that is open in the same browser
can neither read it nor press its buttons.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from intake.demo.client import Opened
from intake.demo.ground import STAFF, Person
from intake.demo.pages import journal_page, mail_page
from intake.demo.postoffice import HOST
from intake.demo.stage import Stage, answer_now, letter, letters_now, people, reply
from intake.demo.visitor import NotSent, families_write
from intake.server import ServerFault
from journal.faults import DatabaseUnreachable
from reports.catalogue import LANGUAGES
from reports.shipped import templates

log = logging.getLogger(__name__)

_OWN_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# A letter brings its own style and may bring nothing else: no script, no picture from outside, no form.
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-same-origin"
)
_FILE_POLICY = "default-src 'none'; sandbox"


def create_viewer(stage: Stage) -> Starlette:
    """The viewer as an ASGI application."""
    mail = "/{language}/mail/{person}"
    viewer = Starlette(
        routes=[
            Route("/", _home),
            Route("/viewer.css", _stylesheet),
            Route("/fit.js", _script),
            Route("/{language}/mail", _first_mailbox),
            Route(mail, _mail),
            Route(mail + "/{uid:int}", _mail),
            Route(mail + "/{uid:int}/html", _letter_html),
            Route(mail + "/{uid:int}/file/{number:int}", _attachment),
            Route(mail + "/{uid:int}/reply", _reply, methods=["POST"]),
            Route("/{language}/send", _send, methods=["POST"]),
            Route("/{language}/visits", _visits, methods=["POST"]),
            Route("/{language}/journal", _journal),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"]),
            Middleware(BaseHTTPMiddleware, dispatch=_guard),
        ],
    )
    viewer.state.stage = stage
    return viewer


async def _guard(request: Request, go_on: RequestResponseEndpoint) -> Response:
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if request.method == "POST" and request.headers.get("origin", own) != own:
        return Response("This button belongs to another page.", 403)
    response = await go_on(request)
    response.headers.setdefault("Content-Security-Policy", _OWN_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


async def _home(request: Request) -> Response:
    wish = request.headers.get("accept-language", "")[:2].lower()
    language = wish if wish in LANGUAGES else _stage(request).config.school.languages[0]
    return RedirectResponse(f"/{language}/mail", 303)


async def _stylesheet(_request: Request) -> Response:
    return Response((templates() / "demo" / "viewer.css").read_bytes(), media_type="text/css")


async def _script(_request: Request) -> Response:
    return Response((templates() / "demo" / "fit.js").read_bytes(), media_type="text/javascript")


async def _first_mailbox(request: Request) -> Response:
    return RedirectResponse(f"/{_language(request)}/mail/{STAFF[0].key}?{request.url.query}", 303)


def _mail(request: Request) -> Response:
    opened = _opened(request) if "uid" in request.path_params else None
    page = mail_page(
        _stage(request),
        _person(request),
        opened,
        language=_language(request),
        here=request.url.path,
        told=request.query_params.get("told", ""),
    )
    return HTMLResponse(page)


def _letter_html(request: Request) -> Response:
    return HTMLResponse(_opened(request).html, headers={"Content-Security-Policy": _LETTER_POLICY})


def _attachment(request: Request) -> Response:
    files = _opened(request).attachments
    number = int(request.path_params["number"])
    if number >= len(files):
        raise HTTPException(404)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(files[number].name)}",
        "Content-Security-Policy": _FILE_POLICY,
    }
    return Response(files[number].content, media_type=files[number].media_type, headers=headers)


def _journal(request: Request) -> Response:
    page = journal_page(
        _stage(request),
        language=_language(request),
        here=request.url.path,
        told=request.query_params.get("told", ""),
    )
    return HTMLResponse(page)


async def _reply(request: Request) -> Response:
    person = _person(request)
    text = str((await request.form()).get("text", "")).strip()

    def send_it() -> None:
        reply(_stage(request), person, _opened(request), text, _clock())
        answer_now(_stage(request), _clock)

    return await _done(request, send_it, f"mail/{person.key}", "replied")


def _clock() -> datetime:
    return datetime.now(UTC)


async def _send(request: Request) -> Response:
    return await _done(request, lambda: letters_now(_stage(request), datetime.now(UTC)), "mail", "sent")


async def _visits(request: Request) -> Response:
    def write() -> None:
        families_write(_stage(request).page_url)
        answer_now(_stage(request), _clock)

    return await _done(request, write, "journal", "written")


async def _done(request: Request, work: Callable[[], object], place: str, told: str) -> Response:
    """Do it, then show where one sees what it did."""
    try:
        await run_in_threadpool(work)
    except (ServerFault, DatabaseUnreachable, NotSent) as fault:
        log.error("the viewer's button failed: %s", type(fault).__name__)
        told = "nothing"
    return RedirectResponse(f"/{_language(request)}/{place}?told={told}", 303)


def _stage(request: Request) -> Stage:
    stage = request.app.state.stage
    if not isinstance(stage, Stage):
        raise TypeError("the viewer was started without its stage")
    return stage


def _language(request: Request) -> str:
    language = str(request.path_params.get("language", ""))
    if language not in LANGUAGES:
        raise HTTPException(404)
    return language


def _person(request: Request) -> Person:
    person = people().get(str(request.path_params["person"]))
    if person is None:
        raise HTTPException(404)
    return person


def _opened(request: Request) -> Opened:
    opened = letter(_stage(request), _person(request), int(request.path_params["uid"]))
    if opened is None:
        raise HTTPException(404)
    return opened
