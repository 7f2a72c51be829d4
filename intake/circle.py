"""Sends marked letters from the box to itself, sees what becomes of them, and takes them away again.

So a school learns before the first family writes: whether letters come back at all, whether they land in
Junk, whether a reply to a letter's own address arrives, and what its provider says of who sent a letter.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from intake.circle_findings import Journey, Learned, findings
from intake.config import Config
from intake.gate import Unreadable
from intake.lookout import Found, Lookout
from intake.marked_letter import forged, id_of, new_mark, results, write_marked
from intake.message import Message
from intake.reader import Reader
from intake.school_key import open_journal
from intake.server import Finding, ServerFault
from intake.submission import OutcomeUnknown, Refused, submit
from reports.reference import reply_to

PATIENCE = 90  # seconds for one letter: a provider's own mail takes seconds, a scanned one up to a minute
WORKER_PATIENCE = 20  # seconds for the end of a pull that is under way
SWEEPS = 3  # a worker may be carrying one of our letters from folder to folder just now

Tell = Callable[[str], None]


def go_round(config: Config, now: datetime, *, tell: Tell) -> list[Finding]:
    """The whole check of one school. Raises ServerFault; whatever happens, its letters are taken away."""
    with _undisturbed(config, tell), Lookout.open(config.imap, config.folders) as lookout:
        circle = _Circle(config, now, lookout, tell)
        try:
            circle.run()
        except BaseException:
            with suppress(ServerFault):  # what stays is put aside by the worker as a letter of ours
                circle.clear()
            raise
        circle.clear()
    with Reader() as reader:
        return findings(circle.learned(reader))


@contextmanager
def _undisturbed(config: Config, tell: Tell) -> Iterator[None]:
    """Keeps a worker from pulling meanwhile, or the day's account to the staff would count our letters.

    It need not succeed: a worker puts them aside as letters of ours, and they are found there as well.
    """
    with ExitStack() as held:
        # Without a Journal there is no worker yet; `senim check` itself says what is missing.
        with suppress(Exception):
            journal = held.enter_context(open_journal(config))
            until = time.monotonic() + WORKER_PATIENCE
            while time.monotonic() < until and not held.enter_context(journal.lock("pull")):
                tell("waiting for a worker to end its pull")
                time.sleep(0.5)
        yield


@dataclass(slots=True, kw_only=True)
class _Letter:
    """One letter on its way. `sent_at` on the machine's own clock."""

    mark: str
    sent_at: float
    journey: Journey = Journey.UNDER_WAY
    took: float = 0
    found: Found | None = None


class _Circle:
    def __init__(self, config: Config, now: datetime, lookout: Lookout, tell: Tell) -> None:
        self._config = config
        self._box = config.school.box
        self._now = now
        self._lookout = lookout
        self._tell = tell
        self._marks: list[str] = []
        self._plain: _Letter | None = None
        self._tagged: _Letter | None = None  # to a subaddress
        self._forged: _Letter | None = None  # with planted Authentication-Results

    def run(self) -> None:
        """Send, and look until each letter has come, was refused, or took too long."""
        self._plain = self._send(self._box, refusable=True)
        mark = new_mark()
        if (address := reply_to(self._box, mark)) != self._box:
            self._tagged = self._send(address, mark=mark, refusable=True)
        pause, came = 0.25, None
        while under_way := self._under_way():
            self._look()
            if came is None and (came := self._plain.found) is not None:
                self._forged = self._send_forged(came)
            waited = time.monotonic() - min(one.sent_at for one in under_way)
            self._tell(f"{len(under_way)} letter(s) under way, {waited:.0f} of {PATIENCE} seconds")
            time.sleep(pause)
            pause = min(pause * 1.5, 3)

    def learned(self, reader: Reader) -> Learned:
        plain, tagged, forged_ = self._plain, self._tagged, self._forged
        config = self._config
        return Learned(
            box=self._box,
            host=config.imap.host,
            configured=config.settings.replies.profile,
            authserv_id=config.replies.trust.authserv_id,
            subaddress=config.school.subaddress,
            junk_configured=config.folders.junk is not None,
            plain=plain.journey if plain else Journey.LOST,
            patience=PATIENCE,
            took=plain.took if plain else 0,
            folder=plain.found.folder if plain and plain.found else "",
            junk=self._lookout.junk,
            tagged=tagged.journey if tagged else None,
            came=_read(plain, reader),
            planted=forged_.mark if forged_ else "",
            forgery=forged_.journey if forged_ else None,
            forged=_read(forged_, reader),
        )

    def clear(self) -> None:
        """Take the letters away, wherever they are by now."""
        for _ in range(SWEEPS):
            if not self._lookout.clear(self._marks):
                return

    def _send(
        self, to: str, *, mark: str = "", planted: tuple[str, ...] = (), refusable: bool = False
    ) -> _Letter:
        mark = mark or new_mark()
        self._marks.append(mark)
        letter = _Letter(mark=mark, sent_at=time.monotonic())
        message = write_marked(box=self._box, to=to, mark=mark, planted=planted, now=self._now)
        try:
            submit(message, server=self._config.submission, sender=self._box, recipients=[to])
        except Refused as refusal:
            if not (refusable and refusal.permanent):
                raise
            letter.journey = Journey.REFUSED
        except OutcomeUnknown:
            pass  # it may come all the same: that is what we are here to see
        return letter

    def _send_forged(self, came: Found) -> _Letter | None:
        """Once more, with results that only the provider may write, in the name that it wrote itself."""
        names = {id_of(field) for field in results(came.start)}
        if trusted := self._config.replies.trust.authserv_id:
            names.add(trusted)
        mark = new_mark()
        planted = tuple(forged(name, self._box, mark) for name in sorted(names))
        if not planted:
            return None  # the provider writes none, and none is trusted: there is nothing to forge
        # Refusing such a letter is as good as taking the forged field out.
        return self._send(self._box, mark=mark, planted=planted, refusable=True)

    def _under_way(self) -> list[_Letter]:
        now = time.monotonic()
        letters = [one for one in (self._plain, self._tagged, self._forged) if one is not None]
        for one in letters:
            if one.journey is Journey.UNDER_WAY and now - one.sent_at > PATIENCE:
                one.journey = Journey.LOST
        return [one for one in letters if one.journey is Journey.UNDER_WAY]

    def _look(self) -> None:
        by_mark = {one.mark: one for one in self._under_way()}
        for found in self._lookout.find(list(by_mark)):
            letter = by_mark[found.mark]
            letter.took = time.monotonic() - letter.sent_at
            if found.report:
                letter.journey = Journey.BOUNCED
            else:
                letter.journey, letter.found = Journey.ARRIVED, found
        tagged = self._tagged
        if tagged and tagged.journey is Journey.UNDER_WAY and self._lookout.folder_named(tagged.mark):
            tagged.journey = Journey.ASTRAY


def _read(letter: _Letter | None, reader: Reader) -> Message | None:
    """Our letter as it came back: it is small, and whole in what the look-out read of it."""
    if letter is None or letter.found is None:
        return None
    try:
        return reader.read(letter.found.start)
    except Unreadable:
        return None
