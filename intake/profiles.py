"""Knows how the large mail providers say whether a sender is real, and believes nothing else.

Each provider writes Authentication-Results in its own way (RFC 8601 leaves it free), and a forger writes
the same words. So a profile says: which field is the provider's own, where it must stand, and what it must
say. Exactly one own field; the word «dmarc» exactly once in it; DMARC passed for exactly the domain of From.
Which profile holds is the school's choice or follows from the mailbox's server, never from a letter's words.

Measured on real messages (2020 to 2026): Google seals each letter (ARC) above the Received of its edge and
writes its field below that; Microsoft writes no id, above the Received of its edge; Yandex writes no field
for some letters, and a mark right below it for all; Mail.ru writes always, but anywhere. What others claim
in ARC-Authentication-Results and the like never counts.

For `senim check --circle`: `of_host` and `proposed`.
"""

import re
from collections.abc import Callable, Mapping

from intake.authserv import Result, Results, read_results
from intake.message import Message
from intake.trace import is_received, written_by

NONE = ""

# What a sender brings: a field of the provider's own stands above all of it.
_BROUGHT = frozenset(
    {"from", "to", "cc", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to"}
)
_BROUGHT |= {"references", "mime-version", "content-type", "dkim-signature"}
_HOSTS = {
    "gmail": r"(?:imap|imap-mail)\.(?:gmail|googlemail)\.com",
    "microsoft": r"(?:outlook\.office365|imap-mail\.outlook|outlook\.office|imap\.outlook)\.com",
    "mailru": r"imap\.(?:mail|internet|bk|inbox|list)\.ru|imap\.mail\.kz",
    "yandex": r"imap\.(?:ya|yandex)\.(?:ru|com|kz|by|uz|net)|imap\.360\.yandex\.ru",
}
_IDS = {"gmail": "mx.google.com", "mailru": "mxs.mail.ru"}
_EDGE_OF_MICROSOFT = re.compile(r"[a-z0-9.-]+\.protection\.outlook\.com")
_HOST_OF_YANDEX = re.compile(r"[a-z0-9.-]+\.yandex\.net")
_Place = Callable[[tuple[str, ...], int, Results], bool]


def of_host(host: str) -> str:
    """The profile of the provider that runs this IMAP server; NONE for a server that we do not know."""
    known = [name for name, pattern in _HOSTS.items() if re.fullmatch(pattern, host.strip().lower())]
    return known[0] if known else NONE


def doubt(message: Message, address: str, profile: str, authserv_id: str) -> str:
    """Why the provider does not vouch for `address` as the sender; "" when it does."""
    if profile not in _PLACES:
        return "no-profile"
    own = [at for at, raw in enumerate(message.authentication_results) if _own(raw, profile, authserv_id)]
    if len(own) != 1:
        return "repeated-results" if own else "no-results"
    raw = message.authentication_results[own[0]]
    read = read_results(raw)
    if read is None:
        return "unclear-results"
    places = [at for at, line in enumerate(message.trace) if line == "authentication-results"]
    if len(places) != len(message.authentication_results):
        return "misplaced-results"
    if not _PLACES[profile](message.trace, places[own[0]], read):
        return "misplaced-results"
    return "" if _SAYINGS[profile](read, raw, address.lower()) else "results-say-no"


def proposed(fields: tuple[str, ...], host: str) -> str:
    """The profile that fits the Authentication-Results fields of a letter that truly came round; or NONE.

    A provider's profile is proposed only when the mailbox's server is that provider's by its name;
    `authserv-id` when there is exactly one field, which we understand, with an id: `proposed_id` tells it.
    """
    profile = of_host(host)
    if profile:
        return profile if sum(_own(raw, profile, "") for raw in fields) == 1 else NONE
    return "authserv-id" if proposed_id(fields) else NONE


def proposed_id(fields: tuple[str, ...]) -> str:
    """The id in the one field of a letter that truly came round: for `replies.trusted_authserv_id`."""
    read = read_results(fields[0]) if len(fields) == 1 else None
    return read.authserv_id if read else ""


def _own(raw: str, profile: str, authserv_id: str) -> bool:
    """Whether a field may be the provider's: also one that we cannot read, so that it is never overlooked."""
    read = read_results(raw)
    if profile == "microsoft":
        return read is None or not read.authserv_id
    if profile == "yandex":
        return "yandex" in raw.lower() if read is None else bool(_HOST_OF_YANDEX.fullmatch(read.authserv_id))
    name = _IDS.get(profile, authserv_id.lower())
    return bool(name) and (name in raw.lower() if read is None else name == read.authserv_id)


def _beside_the_edge_of_google(trace: tuple[str, ...], at: int, _: Results) -> bool:
    """Right below the Received of the server that took the letter in, whose own seal (ARC) stands above that.

    What is above the first such Received no sender can have brought: so Google looked at the letter.
    """
    edges = [place for place, line in enumerate(trace) if written_by(line)[0] == "mx.google.com"]
    if not edges or edges[0] != _received_above(trace, at):
        return False
    edge = edges[0]
    return set(trace[edge + 1 : at]) <= {"received-spf"} and "arc-authentication-results" in trace[:edge]


def _above_the_edge_of_microsoft(trace: tuple[str, ...], at: int, _: Results) -> bool:
    """Above the Received of the server that took the letter in, which is the first of its kind."""
    servers = [written_by(line)[0] for line in trace if is_received(line)]
    edges = [n for n, host in enumerate(servers) if _EDGE_OF_MICROSOFT.fullmatch(host)]
    above = sum(is_received(line) for line in trace[:at])
    return edges[:1] == [above] and not _BROUGHT & set(trace[:at])


def _anywhere(_trace: tuple[str, ...], _at: int, _: Results) -> bool:
    """Mail.ru puts its field below From and To: the place proves nothing, so the field must say more."""
    return True


def _beside_the_marks_of_yandex(trace: tuple[str, ...], at: int, read: Results) -> bool:
    """Between the Received of the same host and the one X-Yandex-Spam, which touch when it wrote no field."""
    edge = _received_above(trace, at)
    if edge is None or written_by(trace[edge])[0] != read.authserv_id:
        return False
    between = set(trace[edge + 1 : at]) - {"dkim-signature"}  # its own, on letters between its users
    return (
        all(name.startswith("x-yandex-") for name in between)
        and not _BROUGHT & set(trace[:edge])
        and trace.count("x-yandex-spam") == 1
        and trace[at + 1 : at + 2] == ("x-yandex-spam",)
    )


def _above_every_server(trace: tuple[str, ...], at: int, _: Results) -> bool:
    """Above the Received of the server that took the letter in; only local delivery may stand over it."""
    over = [line for line in trace[:at] if is_received(line)]
    local = all(written_by(line)[1].startswith("lmtp") for line in over)
    return local and not _BROUGHT & set(trace[:at])


def _received_above(trace: tuple[str, ...], at: int) -> int | None:
    above = [place for place, line in enumerate(trace[:at]) if is_received(line)]
    return above[-1] if above else None


def _dmarc(read: Results, raw: str) -> Result | None:
    """The one DMARC result, if it passed and the word stands nowhere else in the field."""
    found = read.of("dmarc")
    if len(found) != 1 or raw.lower().count("dmarc") != 1 or found[0].value != "pass":
        return None
    return found[0]


def _signed(read: Results, domain: str) -> bool:
    """A valid signature of the very domain.

    SPF alone makes DMARC pass too, and proves only a machine, which all customers of a provider share: SMTP
    smuggling lets one of them write in the name of another.
    """
    passed = [result for result in read.of("dkim") if result.value == "pass"]
    return any(
        domain in (result.named("header.d"), result.named("header.i").rpartition("@")[2]) for result in passed
    )


def _google_says(read: Results, raw: str, address: str) -> bool:
    """SPF asked, DMARC after it: a sender's words, which stand in the SPF result twice, would be seen twice.

    Since 2025 a «dara» with the recipient's domain comes last.
    """
    dmarc, domain = _dmarc(read, raw), _domain(address)
    methods = [result.method for result in read.results]
    last = methods[-2:-1] if methods[-1:] == ["dara"] else methods[-1:]
    if dmarc is None or last != ["dmarc"] or methods.count("spf") != 1 or methods.count("dara") > 1:
        return False
    return dmarc.about == (("header.from", domain),) and _signed(read, domain)


def _microsoft_says(read: Results, raw: str, address: str) -> bool:
    dmarc, domain = _dmarc(read, raw), _domain(address)
    methods = [result.method for result in read.results]
    if dmarc is None or methods[:1] + methods[-2:] != ["spf", "dmarc", "compauth"]:
        return False
    if set(methods[1:-2]) != {"dkim"} or [name for name, _ in dmarc.about] != ["action", "header.from"]:
        return False
    return dmarc.named("header.from") == domain and _signed(read, domain)


def _mailru_says(read: Results, raw: str, address: str) -> bool:
    """It names the whole address."""
    dmarc = _dmarc(read, raw)
    if dmarc is None or read.results[-1] != dmarc or len(read.of("spf")) != 1:
        return False
    return dmarc.about == (("header.from", address),) and _signed(read, _domain(address))


def _yandex_says(read: Results, raw: str, address: str) -> bool:
    """No DMARC in its field: the signature must be that of the sender's domain, and it stands last."""
    methods = [result.method for result in read.results]
    if methods not in (["spf", "dkim"], ["dkim"]) or raw.lower().count("dkim") != 1 or "dmarc" in raw.lower():
        return False
    signed = read.results[-1]
    return signed.value == "pass" and signed.about == (("header.i", f"@{_domain(address)}"),)


def _own_server_says(read: Results, raw: str, address: str) -> bool:
    """A server that tells only the outcome is believed; one that tells more must tell of a signature."""
    dmarc, domain = _dmarc(read, raw), _domain(address)
    if dmarc is None or any(
        name != "header.from" and not name.startswith("policy.") for name, _ in dmarc.about
    ):
        return False
    if dmarc.named("header.from") != domain:
        return False
    return _signed(read, domain) or not (read.of("dkim") or read.of("spf"))


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


_PLACES: Mapping[str, _Place] = {
    "gmail": _beside_the_edge_of_google,
    "microsoft": _above_the_edge_of_microsoft,
    "mailru": _anywhere,
    "yandex": _beside_the_marks_of_yandex,
    "authserv-id": _above_every_server,
}
_SAYINGS: Mapping[str, Callable[[Results, str, str], bool]] = {
    "gmail": _google_says,
    "microsoft": _microsoft_says,
    "mailru": _mailru_says,
    "yandex": _yandex_says,
    "authserv-id": _own_server_says,
}
