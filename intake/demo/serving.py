"""Serves the demo's web pages on this machine, each on its own port, in threads that end with the demo."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from intake.demo.postoffice import HOST

_USUAL = 8010  # the page's port when nobody asks for another one and it is free


class PortTaken(Exception):
    """Someone else has the port that was asked for; the message says what to do."""


def doors(port: int | None) -> tuple[socket.socket, socket.socket]:
    """Two listening sockets: the families' page and the viewer. Raises PortTaken."""
    if port is None:
        return _door(_USUAL) or _free_door(), _door(_USUAL + 1) or _free_door()
    first, second = _door(port), _door(port + 1)
    if first is None or second is None:
        raise PortTaken(
            f"port {port if first is None else port + 1} cannot be used (another program has it, or it needs "
            "root): name another one, or leave --port out"
        )
    return first, second


def address(door: socket.socket) -> str:
    """HOST:PORT of a listening socket."""
    host, port = door.getsockname()
    return f"{host}:{port}"


def viewer_server(app: Starlette) -> uvicorn.Server:
    """A web server for the viewer. Like the page's own it keeps no log of who looked."""
    settings = uvicorn.Config(
        app,
        log_config=None,
        log_level=logging.CRITICAL,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
    )
    return uvicorn.Server(settings)


@contextmanager
def served(server: uvicorn.Server, door: socket.socket) -> Iterator[None]:
    """Answers on this socket until the end of the block; then open connections get a moment and are cut."""
    thread = threading.Thread(target=server.run, args=([door],), name="page", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(2)
        server.force_exit = True
        thread.join(2)
        door.close()


def _free_door() -> socket.socket:
    door = _door(0)
    if door is None:
        raise PortTaken("this machine gives out no port on 127.0.0.1: is the loopback interface up?")
    return door


def _door(port: int) -> socket.socket | None:
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
        door.listen(64)
    except OSError:
        door.close()
        return None
    return door
