"""A name server on loopback that answers what the test lets it."""

import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Answers = Mapping[str, tuple[str, ...]]
"""By name in lower case: «TXT "…"» or «CNAME other.name.» each, as a zone file has them."""


class NameServer:
    """Answers by UDP from its own thread; a name that it does not have does not exist. `silent`: never."""

    def __init__(self, answers: Answers, *, silent: bool = False, garbled: bool = False) -> None:
        self._answers = answers
        self._silent = silent
        self._garbled = garbled
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, asker = self._socket.recvfrom(4096)
            if not data:
                return
            question = dns.message.from_wire(data)
            name = str(question.question[0].name).rstrip(".").lower()
            self.asked.append(name)
            if not self._silent:
                answer = b"\xff" * 40 if self._garbled else self._answer(question, name)
                self._socket.sendto(answer, asker)

    def _answer(self, question: dns.message.Message, name: str) -> bytes:
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if name not in self._answers:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        while name in self._answers:
            kind, _, first = self._answers[name][0].partition(" ")
            contents = [one.partition(" ")[2] for one in self._answers[name]]
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *contents))
            name = first.rstrip(".") if kind == "CNAME" else ""
        return answer.to_wire()
