"""What may befall one command on a line to a server: cut, silent, slow, answered by somebody else."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

# The server's whole answer → bytes, and seconds of silence.
Change = Callable[[bytes], "Iterable[bytes | float]"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """What befalls one command. `word`: how it begins, a pattern (after an IMAP tag; «[.]» is SMTP's dot)."""

    word: bytes
    forwarded: bool  # whether the server hears the command at all
    change: Change  # what we hear instead of its answer (of b"" when it heard nothing)
    cut: bool = True  # the line breaks after that
    skip: int = 0  # so many such commands pass unharmed before
    times: int = 1  # and so many suffer
    suffered: int = 0

    def befalls(self, command: bytes) -> bool:
        if not re.match(self.word, command, re.IGNORECASE):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.suffered >= self.times:
            return False
        self.suffered += 1
        return True


def cut_before(word: bytes, *, skip: int = 0, times: int = 1) -> Fault:
    """The line breaks on the way there: the server never hears the command."""
    return Fault(word=word, forwarded=False, change=lambda _: (), skip=skip, times=times)


def cut_after(word: bytes, *, skip: int = 0, times: int = 1) -> Fault:
    """The server does what it was told, and the line breaks before it can say so."""
    return Fault(word=word, forwarded=True, change=lambda _: (), skip=skip, times=times)


def cut_within(word: bytes, keep: Callable[[bytes], int]) -> Fault:
    """The line breaks after so many bytes of the answer."""
    return Fault(word=word, forwarded=True, change=lambda said: [said[: keep(said)]])


def answered(word: bytes, answer: bytes, *, cut: bool = False, times: int = 1) -> Fault:
    """The command is answered by us. `{tag}` stands for its tag."""
    return Fault(word=word, forwarded=False, change=lambda _: [answer], cut=cut, times=times)


def changed(
    word: bytes, change: Callable[[bytes], bytes], *, cut: bool = False, skip: int = 0, times: int = 1
) -> Fault:
    """The server's answer comes through as something else."""
    return Fault(
        word=word, forwarded=True, change=lambda said: [change(said)], cut=cut, skip=skip, times=times
    )


def silent(word: bytes, *, times: int = 1) -> Fault:
    """The server does what it was told; no answer ever comes, and the line stays open."""
    return Fault(word=word, forwarded=True, change=lambda _: [3600.0], times=times)


def delayed(word: bytes, seconds: float) -> Fault:
    return Fault(word=word, forwarded=True, change=lambda said: [seconds, said], cut=False)


def trickled(word: bytes, seconds: float) -> Fault:
    """A «slow loris»: one byte at a time."""

    def drop_by_drop(said: bytes) -> Iterable[bytes | float]:
        for at in range(len(said)):
            yield said[at : at + 1]
            yield seconds

    return Fault(word=word, forwarded=True, change=drop_by_drop, cut=False)


def in_a_literal(said: bytes) -> int:
    """In the middle of the first literal of an IMAP answer (RFC 9051 §4.3)."""
    found = re.search(rb"\{(\d+)\}\r\n", said)
    return len(said) // 2 if found is None else found.end() + int(found[1]) // 2


def in_the_tag(said: bytes) -> int:
    """One byte into the last line."""
    return said.rstrip(b"\r\n").rfind(b"\r\n") + 3
