"""Pull the plug on the way to the mailbox, at every word: no letter is lost, none comes twice."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from intake.pull import PullReport
from intake.server import ServerFault
from tests.faulty_line import Protocol
from tests.line_faults import (
    Fault,
    answered,
    changed,
    cut_after,
    cut_before,
    cut_within,
    delayed,
    in_a_literal,
    in_the_tag,
    silent,
    trickled,
)
from tests.tried import Tried, mostly

SIZES, BODIES, MARKS = rb"UID FETCH .*RFC822.SIZE", rb"UID FETCH .*BODY", rb"UID FETCH .*FLAGS"
ASKING = (rb"LOGIN", rb"NAMESPACE", rb"SELECT", rb"UID SEARCH", SIZES, BODIES)  # in this order
CHANGING = (rb"CREATE", rb"UID MOVE", rb"UID STORE", rb"UID EXPUNGE")


@contextmanager
def impatient(seconds: float = 0.6) -> Iterator[None]:
    """Time-outs are shortened: a test has no half minute for each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("intake.connection.TIMEOUT", seconds)
        yield


def befallen(
    tried: Tried, *faults: Fault, seconds: float = 0.0, hides: tuple[bytes, ...] = ()
) -> PullReport | Exception:
    """One pass over three letters on a line that suffers this; then all is well again."""
    line = tried.imap_line()
    line.hides = hides
    tried.receives()
    line.suffers(*faults)
    if seconds:
        with impatient(seconds):
            came_of_it = tried.pulls()
    else:
        came_of_it = tried.pulls()
    assert line.suffered, f"nothing like {[fault.word for fault in faults]} in {line.heard}"
    tried.holds()
    line.heals()
    tried.recovers()
    return came_of_it


@pytest.mark.parametrize("word", [*ASKING, *CHANGING, MARKS])
@pytest.mark.parametrize("cut", mostly(cut_before, cut_after, now=[cut_after]))
def test_a_line_that_breaks_before_or_after_a_command_loses_and_doubles_nothing(
    tried: Tried, cut: Callable[[bytes], Fault], word: bytes
) -> None:
    befallen(tried, cut(word))


@pytest.mark.parametrize(
    "word", mostly(rb"UID COPY", rb"UID STORE", rb"UID EXPUNGE", rb"SUBSCRIBE", now=[rb"UID COPY"])
)
@pytest.mark.parametrize("cut", mostly(cut_before, cut_after, now=[cut_after]))
def test_without_move_a_copy_that_breaks_off_loses_and_doubles_nothing(
    tried: Tried, cut: Callable[[bytes], Fault], word: bytes
) -> None:
    befallen(tried, cut(word), hides=(b"MOVE", b"IDLE"))


@pytest.mark.parametrize("place", [in_a_literal, in_the_tag])
def test_a_line_that_breaks_within_the_letters_takes_no_piece_of_one_for_the_whole(
    tried: Tried, place: Callable[[bytes], int]
) -> None:
    befallen(tried, cut_within(BODIES, place))


@pytest.mark.parametrize(
    "word", mostly(rb"UID SEARCH", SIZES, MARKS, rb"UID MOVE", rb"UID EXPUNGE", now=[rb"UID MOVE"])
)
def test_a_line_that_breaks_within_the_tag_of_an_answer_is_a_broken_line(tried: Tried, word: bytes) -> None:
    assert isinstance(befallen(tried, cut_within(word, in_the_tag)), ServerFault)


@pytest.mark.soak
@pytest.mark.parametrize("word", [*ASKING, *CHANGING, MARKS])
def test_a_line_may_break_after_every_tenth_byte_of_every_answer(tried: Tried, word: bytes) -> None:
    line = tried.imap_line()
    for at in range(0, 2_000, 10):
        tried.receives("signed", "anonymous")
        line.suffers(cut_within(word, lambda _, at=at: at))  # type: ignore[misc]
        tried.pulls()
        tried.holds()
        line.heals()
    tried.recovers()


@pytest.mark.parametrize("too_much", mostly(-200, -7, -1, 1, 7, 40, 5_000, 2**40, now=[40, 2**40]))
def test_a_letter_of_which_the_server_gives_a_wrong_length_is_never_kept_in_part(
    tried: Tried, too_much: int
) -> None:
    def lie(said: bytes) -> bytes:
        return re.sub(rb"\{(\d+)\}", lambda n: b"{%d}" % max(int(n[1]) + too_much, 0), said, count=1)

    befallen(tried, changed(BODIES, lie), seconds=0.6)


@pytest.mark.parametrize("word", mostly(*ASKING, *CHANGING, now=[rb"UID STORE"]))
def test_a_server_that_says_goodbye_at_any_command_is_tried_again(tried: Tried, word: bytes) -> None:
    befallen(tried, answered(word, b"* BYE shutting down\r\n", cut=True))


@pytest.mark.parametrize(
    "code", mostly(b"UNAVAILABLE", b"INUSE", b"LIMIT", b"SERVERBUG", now=[b"UNAVAILABLE"])
)
@pytest.mark.parametrize("word", mostly(*ASKING, *CHANGING, MARKS, now=[BODIES, rb"UID MOVE"]))
def test_a_server_that_is_unwell_has_no_letter_held_or_lost(tried: Tried, word: bytes, code: bytes) -> None:
    came_of_it = befallen(tried, answered(word, b"{tag} NO [%s] not now\r\n" % code))
    assert isinstance(came_of_it, ServerFault) or (
        isinstance(came_of_it, PullReport) and not came_of_it.clean
    )


@pytest.mark.parametrize("word", mostly(*ASKING, *CHANGING, MARKS, now=[BODIES, rb"UID MOVE"]))
def test_a_server_that_falls_silent_is_given_up_and_tried_again(tried: Tried, word: bytes) -> None:
    came_of_it = befallen(tried, silent(word), seconds=0.6)
    assert isinstance(came_of_it, ServerFault) or word == BODIES  # letters are asked for once more, alone


@pytest.mark.parametrize("word", mostly(rb"UID SEARCH", BODIES, rb"UID MOVE", now=[BODIES]))
def test_a_server_that_answers_in_drops_does_not_hold_the_worker_for_ever(tried: Tried, word: bytes) -> None:
    came_of_it = befallen(tried, trickled(word, 0.05), seconds=0.4)
    assert isinstance(came_of_it, ServerFault) or word == BODIES


def test_a_letter_at_which_the_server_always_hangs_up_keeps_no_other_out(tried: Tried) -> None:
    """A server that falls over at one letter would else never again hand over another."""
    line = tried.imap_line()
    tried.receives("signed", "signed", "anonymous", "held", "signed")
    line.suffers(cut_before(rb"UID FETCH (.*[, ])?2[, ].*BODY", times=99))
    for _ in range(2):
        assert isinstance(tried.pulls(), ServerFault), "somebody must be told"
        assert len(tried.school.inbox()) == 1
        tried.holds()
    line.heals()
    tried.recovers()


def test_a_slow_server_is_waited_for(tried: Tried) -> None:
    came_of_it = befallen(tried, *(delayed(word, 0.15) for word in (*ASKING, rb"UID MOVE")))
    assert isinstance(came_of_it, PullReport)
    assert came_of_it.clean


GARBAGE: dict[str, Callable[[bytes], bytes]] = {
    "noise": lambda said: b"\x00\xff\xfe\r\n" * 3,
    "an endless line": lambda said: b"* " + b"x" * 1_100_000 + b"\r\n" + said,
    "the tag of another command": lambda said: re.sub(rb"(?m)^[A-Z]+\d+ OK", b"ZZZZ99 OK", said),
    "a turned-over answer": lambda said: b"\r\n".join(reversed(said.splitlines())) + b"\r\n",
    "every seventh byte turned over": lambda said: bytes(
        byte ^ 0xFF if at % 7 == 0 else byte for at, byte in enumerate(said)
    ),
    "half of it": lambda said: said[: len(said) // 2] + b"\r\n",
    "all of it twice": lambda said: said * 2,
    "BAD": lambda said: b"{tag} BAD no such thing\r\n",
}


@pytest.mark.parametrize("garbage", mostly(*GARBAGE, now=["half of it"]))
@pytest.mark.parametrize("word", mostly(rb"UID SEARCH", SIZES, MARKS, rb"UID MOVE", now=[SIZES]))
def test_answers_that_are_no_imap_lose_and_double_nothing(tried: Tried, word: bytes, garbage: str) -> None:
    befallen(tried, changed(word, GARBAGE[garbage], cut=True), seconds=0.6)


@pytest.mark.parametrize("letters", mostly(2, 40, now=[2]))
def test_a_line_that_breaks_after_so_many_bytes_under_tls(tried: Tried, letters: int) -> None:
    """Nobody can see into TLS: the line is cut by count, ever later, until a pass comes through."""
    line = tried.imap_line(Protocol.RAW)
    tried.receives(*["signed", "anonymous"] * (letters // 2))
    line.cut_after_bytes = 100
    while not isinstance(tried.pulls(), PullReport):
        tried.holds()
        line.cut_after_bytes += 700 * letters // 2
        assert line.cut_after_bytes < 400_000
    line.heals()
    tried.recovers()
