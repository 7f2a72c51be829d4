"""Serves the page on the school's site, and sends what a child or parent writes there to the box as a letter.

No cookies, no access log, no address of a visitor anywhere. The typed words come back with every answer that
is not «it has arrived», so that nobody has to write twice.
"""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intake.form import write_form
from intake.multipart import Body, Fault, Limits, Upload, patiently, read_body
from intake.page import (
    NAMES,
    PageSettings,
    Problem,
    Typed,
    choose_language,
    empty,
    find_problems,
    form_page,
    headers,
    note_page,
    privacy_page,
    read_typed,
    sent_page,
)
from intake.reader import Reader
from intake.submission import Refused
from journal.model import Attachment
from reports.catalogue import LANGUAGES

__all__ = ["PageSettings", "create_app"]

IDLE_PATIENCE = 30  # seconds between two pieces of a body
BODY_PATIENCE = 900  # seconds for a whole body: 20 MB from a village with 25 KB/s
MEGABYTE = 1_000_000

log = logging.getLogger(__name__)


def create_app(settings: PageSettings) -> Starlette:
    """The page of one school, as an ASGI application."""
    page = _Page(settings)
    app = Starlette(
        routes=[
            Route("/", page.write, methods=["GET", "POST"]),
            Route("/sent", page.sent, methods=["GET"]),
            Route("/privacy", page.privacy, methods=["GET"]),
        ],
        exception_handlers={HTTPException: page.note},
        middleware=[Middleware(_Guard, page=page)],
    )
    app.router.redirect_slashes = False  # it would build an absolute address from the visitor's Host field
    return app


class _Page:
    """The answers to each request."""

    def __init__(self, settings: PageSettings) -> None:
        self._settings = settings
        self._reader = Reader()  # writes files anew in a process apart
        # Two letters with files at a time, so that the memory for their files stays bounded.
        self._heavy = ThreadPoolExecutor(2, "letter-with-files")
        self._light = ThreadPoolExecutor(8, "letter")
        files = settings.attachment_megabytes * MEGABYTE
        self._limits = Limits(
            names=NAMES, files=settings.attachment_count, file_bytes=files, body=5 * files + 4 * MEGABYTE
        )
        self.headers = [
            (name.lower().encode(), value.encode()) for name, value in headers(settings.site).items()
        ]

    async def write(self, request: Request) -> Response:
        """GET: an empty page. POST: the page as it was filled in."""
        if request.method != "POST":
            language = self._language(request)
            return HTMLResponse(form_page(self._settings, language, empty(language)))
        body = Body()
        content_type = request.headers.get("content-type", "")
        chunks = patiently(request.stream(), idle=IDLE_PATIENCE, whole=BODY_PATIENCE)
        try:
            await read_body(content_type, chunks, self._limits, body, self._settings.spool)
            return await self._take(request, body)
        except TimeoutError:
            return self._not_sent(request, body, {"page": Problem.BROKEN}, 408)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        finally:
            body.close()

    async def sent(self, request: Request) -> Response:
        return HTMLResponse(sent_page(self._settings, self._language(request)))

    async def privacy(self, request: Request) -> Response:
        return HTMLResponse(privacy_page(self._settings, self._language(request)))

    async def note(self, request: Request, fault: Exception) -> Response:
        """No such address, or a method that we do not serve."""
        status = fault.status_code if isinstance(fault, HTTPException) else 500
        allow = fault.headers if isinstance(fault, HTTPException) else None
        root = "../" * (request.url.path.count("/") - 1) or "./"
        return HTMLResponse(note_page(self._settings, self._language(request), status, root), status, allow)

    async def _take(self, request: Request, body: Body) -> Response:
        typed = self._typed(request, body)
        switch = body.values.get("switch", "")
        if switch in LANGUAGES:
            kept = replace(typed, fields=replace(typed.fields, language=switch))
            return HTMLResponse(form_page(self._settings, switch, kept, lost_files=body.brought_files))
        if Fault.TOO_MUCH in body.faults:
            files = {"files": Problem.FILES_LARGE} if body.brought_files else {"page": Problem.TEXT_LONG}
            return self._not_sent(request, body, files, 413)
        if Fault.BROKEN in body.faults:
            return self._not_sent(request, body, {"page": Problem.BROKEN}, 400)
        problems = find_problems(typed.fields)
        if Fault.MANY_FILES in body.faults:
            problems["files"] = Problem.FILES_MANY
        if Fault.LARGE_FILES in body.faults:
            problems["files"] = Problem.FILES_LARGE
        if problems:
            return self._not_sent(request, body, problems, 422)
        try:
            lane = self._heavy if body.uploads else self._light
            unclean = await asyncio.get_running_loop().run_in_executor(lane, self._send, typed, body.uploads)
        except Refused as fault:
            log.error("a letter of the page was refused with code %d", fault.code)
            if fault.permanent and body.uploads:  # too large for this server, or a kind that it does not take
                return self._not_sent(request, body, {"files": Problem.FILES_REFUSED}, 422)
            return self._not_sent(request, body, {"page": Problem.SERVER_DOWN}, 503)
        except Exception as fault:  # whatever happened, the family gets its words back
            log.error("a letter of the page was not submitted: %s", type(fault).__name__)
            return self._not_sent(request, body, {"page": Problem.SERVER_DOWN}, 503)
        if unclean:
            return self._not_sent(request, body, {"files": Problem.FILES_UNCLEAN}, 422, unclean)
        return Response(status_code=303, headers={"Location": f"sent?lang={typed.fields.language}"})

    def _send(self, typed: Typed, uploads: list[Upload]) -> tuple[str, ...]:
        """Submit the letter; or only say which kinds of files cannot go along with an anonymous one."""
        settings, fields = self._settings, typed.fields
        files = tuple(
            Attachment(name=one.name, media_type=one.media_type, content=one.read()) for one in uploads
        )
        if fields.anonymous:
            # Whatever its type is called, somebody chose it: nothing is left out without a word here.
            chosen = [replace(file, media_type="application/octet-stream") for file in files]
            cleaned = self._reader.clean(chosen)
            if cleaned.refused:
                return cleaned.refused
            files = cleaned.kept
        now, box = settings.clock(), settings.school.box
        settings.submit(write_form(fields, files, box=box, submission_id=typed.submission_id, now=now))
        return ()

    def _not_sent(
        self,
        request: Request,
        body: Body,
        problems: dict[str, Problem],
        status: int,
        unclean: Sequence[str] = (),
    ) -> Response:
        typed = self._typed(request, body)
        page = form_page(
            self._settings,
            typed.fields.language,
            typed,
            problems=problems,
            unclean=unclean,
            lost_files=body.brought_files,
        )
        # After 408 and 413 the rest of the body is still on the way: nobody reads it any more.
        more = {408: {"Connection": "close"}, 413: {"Connection": "close"}, 503: {"Retry-After": "300"}}
        return HTMLResponse(page, status, more.get(status))

    def _typed(self, request: Request, body: Body) -> Typed:
        accepted = request.headers.get("accept-language", "")
        language = choose_language(body.values.get("language", ""), accepted, self._settings.school)
        return read_typed(body.values, language)

    def _language(self, request: Request) -> str:
        asked = request.query_params.get("lang", "")
        return choose_language(asked, request.headers.get("accept-language", ""), self._settings.school)


class _Guard:
    """The same headers on every answer; and a fault of ours is a calm page, with no content in the log."""

    def __init__(self, app: ASGIApp, page: _Page) -> None:
        self._app, self._page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *self._page.headers]
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except Exception as fault:
            log.error("the page failed: %s", type(fault).__name__)
            if not started:
                answer = await self._page.note(Request(scope), fault)
                await answer(scope, receive, send_guarded)
