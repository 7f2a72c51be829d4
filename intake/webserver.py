"""Listens for the page's visitors, with everything off that would keep or tell something about them."""

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from intake.config import Config
from intake.page import PageSettings
from intake.submission import submit
from intake.webform import create_app

HEAD_PATIENCE = 20  # seconds until a connection that asks for nothing is closed
CONNECTIONS = 500


class CannotListen(Exception):
    """The page's address is taken, or is not of this machine."""


def make_server(settings: PageSettings, *, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Server:
    """uvicorn with everything off that would keep or tell something about a visitor."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host=host,
            port=port,
            http=_Patient,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=20,
        )
    )


def settings_of(config: Config) -> PageSettings:
    """What a school's config says about its page; letters go by its submission server."""
    server, box = config.submission, config.school.box
    return PageSettings(
        school=config.school,
        submit=lambda letter: submit(letter, server=server, sender=box, recipients=[box]),
        clock=lambda: datetime.now(UTC),
        attachment_count=config.form.attachment_count,
        attachment_megabytes=config.form.attachment_megabytes,
        helplines=config.form.helplines,
        site=config.form.site,
        keep_signed=config.settings.retention.signed,
        keep_anonymous=config.settings.retention.anonymous,
        keep_backups=timedelta(config.settings.backup.keep_days),
        spool=config.form.spool,
    )


def serve(config: Config) -> None:
    """Serve one school's page until SIGTERM or Ctrl-C; a letter on its way is sent before the end."""
    host, port = config.form.host, config.form.port
    settings = settings_of(config)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as fault:
        raise CannotListen(
            f"form.listen: {host}:{port}: {fault.strerror}; stop what listens there, or choose another port"
        ) from None
    with listener, _quiet_signals():
        make_server(settings, host=host, port=port).run(sockets=[listener])


class _Patient(H11Protocol):
    """Closes a connection on which no request comes; uvicorn alone would wait for ever."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_request()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect_request()

    def _expect_request(self) -> None:
        self.loop.call_later(HEAD_PATIENCE, self._close_unless_after, self.cycle)

    def _close_unless_after(self, cycle: object) -> None:
        if self.cycle is cycle and not self.transport.is_closing():
            self.transport.close()


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """uvicorn raises the signal that ended it once more; that would make a clean end look like a crash."""
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, was in before.items():
            signal.signal(one, was)
