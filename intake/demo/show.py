"""Begins the demo and ends it: lays out the school, opens its post office and pages, stays or plays a day."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from socket import socket

import intake.demo.telling as telling
from intake.config import Config, load
from intake.demo.day import NotAsItShould, keep_letters, play_day
from intake.demo.ground import Ground, lay_out, new_folder, write_config, write_secret
from intake.demo.postoffice import PostOffice
from intake.demo.serving import address, doors, served, viewer_server
from intake.demo.stage import Stage
from intake.demo.viewer import create_viewer
from intake.demo.visitor import NotSent
from intake.verbs.output import complain, say
from intake.webserver import make_server, settings_of
from intake.worker import run
from journal.database import upgrade
from journal.sealing import new_key

INTERRUPTED = 130  # what a shell expects of a command that was ended by Ctrl-C


def play(port: int | None, once: bool) -> int:
    """Run the demo until Ctrl-C or SIGTERM, or play one day. Returns the exit status."""
    spoken = telling.languages(os.environ)
    try:
        with _sigterm_as_interrupt():
            front, back = doors(port)
            with front, back:
                return _play(front, back, once, spoken)
    except KeyboardInterrupt:
        return INTERRUPTED if once else 0


def _play(front: socket, back: socket, once: bool, spoken: tuple[str, ...]) -> int:
    ground = lay_out(new_folder(datetime.now()))  # noqa: DTZ005 (a name for people, in local time)
    say(telling.begun(spoken, ground.folder))
    with PostOffice(ground.accounts, ground.context) as post:
        stage = _open_school(ground, post, front)
        with served(make_server(settings_of(stage.config)), front):
            return _one_day(stage, spoken) if once else _stay(stage, back, spoken)


def _open_school(ground: Ground, post: PostOffice, front: socket) -> Stage:
    page = address(front)
    path = write_config(ground, imap_port=post.imap_port, smtp_port=post.smtp_port, page=page)
    # Without the environment: $SENIM_… of a real school must not reach into the demo.
    config = load(path, {})[0]
    _begin_journal(config)
    return Stage(ground=ground, config=config, post=post, page_url=f"http://{page}/")


def _begin_journal(config: Config) -> None:
    if config.key_file is not None:
        write_secret(config.key_file, new_key().hex())
    upgrade(config.journal_url)


def _one_day(stage: Stage, spoken: tuple[str, ...]) -> int:
    try:
        entries = play_day(stage, lambda name, count: telling.step(spoken, name, count))
    except (NotAsItShould, NotSent) as fault:
        complain(f"the day did not go as it should: {fault}")
        return 1
    telling.table(spoken, entries)
    telling.letters(spoken, keep_letters(stage))
    return 0


def _stay(stage: Stage, back: socket, spoken: tuple[str, ...]) -> int:
    with served(viewer_server(create_viewer(stage)), back):
        telling.welcome(spoken, page=stage.page_url, viewer=f"http://{address(back)}/")
        run([stage.config])
    return 0


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """SIGTERM closes everything in its order too; the worker, once it runs, sees to it itself."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
