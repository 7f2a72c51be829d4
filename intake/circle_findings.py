"""Says in words what the letters of `senim check --circle` taught, and what to write into config.yaml."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from intake import profiles
from intake.message import Message
from intake.server import Finding

_BY_LETTER = "confirmed by a second letter"
_AT_ONCE = "recorded at once"


class Journey(StrEnum):
    """What became of one letter."""

    UNDER_WAY = "under way"
    ARRIVED = "arrived"
    REFUSED = "refused"  # by the server that was to send it on
    BOUNCED = "bounced"  # a report came instead
    ASTRAY = "astray"  # filed into a folder of its own, where nobody looks
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the check saw. Of `Message` only our own letters are here, as they came back."""

    box: str
    host: str  # of the mailbox's server
    configured: str  # replies.profile as it stands in config.yaml
    authserv_id: str  # replies.trusted_authserv_id
    subaddress: bool  # replies.subaddress
    junk_configured: bool
    plain: Journey
    patience: int
    took: float = 0
    folder: str = ""  # where the plain letter lay
    junk: str = ""  # the folder of unwanted mail, as configured or as the server names it
    tagged: Journey | None = None  # to a subaddress; None: the box's name is too long for one
    came: Message | None = None
    planted: str = ""  # the mark in the forged fields
    forgery: Journey | None = None  # of the letter with them; None: there was nothing to forge
    forged: Message | None = None

    @property
    def profile(self) -> str:
        """The profile in use, "" for none."""
        if self.configured == "auto":
            return profiles.of_host(self.host)
        return "" if self.configured == "none" else self.configured


def findings(learned: Learned) -> list[Finding]:
    """One for each question, and last what to write into config.yaml."""
    found = [_letter(learned)]
    lines: list[str] = []
    if learned.plain is Journey.ARRIVED:
        for finding, some in (_junk(learned), _subaddress(learned), _profile(learned)):
            found.append(finding)
            lines += some
    if lines:
        found.append(Finding("circle: config.yaml", True, "\n    ".join(["write there:", *_merged(lines)])))
    return found


_Answer = tuple[Finding, list[str]]


def _letter(learned: Learned) -> Finding:
    name = "circle: a letter to the box"
    match learned.plain:
        case Journey.ARRIVED:
            return Finding(name, True, f"came back after {max(1, round(learned.took))} s")
        case Journey.REFUSED:
            remedy = "the server does not take letters to the box's own address: is mailbox.address right?"
        case Journey.BOUNCED:
            remedy = "was returned as undeliverable: is mailbox.address right, is the mailbox full?"
        case _:
            remedy = (
                f"was sent and has not come within {learned.patience} seconds, to no folder that Senim looks "
                "into. Letters of families may be lost in the same way. Look into the mailbox with a "
                "browser: is there a filter, a forwarding, is it full? Then try again: senim check --circle"
            )
    return Finding(name, False, remedy)


def _junk(learned: Learned) -> _Answer:
    name = "circle: junk"
    if learned.folder != learned.junk:
        return Finding(name, True, "the letter was not taken for junk"), []
    not_spam = "Mark the box's own address as «not spam» there, with a filter that never sends it to spam"
    if learned.junk_configured:
        remedy = f"the letter landed in «{learned.junk}»: Senim finds it there and holds it for a person"
        return Finding(name, True, f"{remedy}. {not_spam}"), []
    remedy = (
        f"the letter landed in «{learned.junk}», and so will the letters of the form: nobody looks there yet"
    )
    return Finding(name, False, f"{remedy}. {not_spam}, and let Senim look there, too"), [
        "mailbox.folders.junk: " + json.dumps(learned.junk, ensure_ascii=False)
    ]


def _subaddress(learned: Learned) -> _Answer:
    name = "circle: subaddresses"
    works = (
        "Senim works without: a reply then comes to the plain address and finds its letter by its headers "
        "or by the line ⁂ in it"
    )
    match learned.tagged:
        case None:
            return Finding(name, True, f"the box's name leaves no room for them. {works}"), []
        case Journey.ARRIVED if learned.subaddress:
            return Finding(name, True, "letters to box+word@… arrive"), []
        case Journey.ARRIVED:
            remedy = "letters to box+word@… arrive: replies.subaddress may be true again"
            return Finding(name, True, remedy), ["replies.subaddress: true"]
    what, so = {
        Journey.REFUSED: ("are refused", "refused"),
        Journey.BOUNCED: ("come back as undeliverable", "returned"),
        Journey.ASTRAY: ("are put into folders of their own, where nobody looks", "lost"),
    }.get(learned.tagged, (f"do not arrive within {learned.patience} seconds", "lost"))
    if not learned.subaddress:
        return Finding(name, True, f"letters to box+word@… {what}, as config.yaml says already. {works}"), []
    remedy = f"letters to box+word@… {what}: a reply of staff would be {so}, too. {works}"
    return Finding(name, False, remedy), ["replies.subaddress: false"]


def _profile(learned: Learned) -> _Answer:
    name = "circle: how replies are believed"
    kept = [
        field
        for field in (learned.forged.authentication_results if learned.forged else ())
        if learned.planted and learned.planted in field
    ]
    if kept:
        return _profile_of_a_careless_provider(name, learned)
    if learned.forgery is Journey.LOST:
        remedy = "the letter with forged results has not come back, so nothing is proposed: try again later"
        return Finding(name, True, remedy), []
    results = learned.came.authentication_results if learned.came else ()
    if not results:
        return Finding(name, True, _nothing_learned(learned)), []
    return _proposal(name, learned, results)


def _profile_of_a_careless_provider(name: str, learned: Learned) -> _Answer:
    danger = (
        "this provider leaves in a letter what its sender forged as Authentication-Results, so nothing there "
        "can be believed"
    )
    means = f"each reply without a valid signature (DKIM) is {_BY_LETTER}"
    if not learned.profile:
        return Finding(name, True, f"{danger}: no profile is proposed, and {means}"), []
    remedy = f"{danger}, but replies.profile ({learned.configured}) believes it. Without a profile {means}"
    return Finding(name, False, remedy), ["replies.profile: none"]


def _nothing_learned(learned: Learned) -> str:
    said = "the provider writes no Authentication-Results into letters from its own mailboxes"
    if learned.profile:
        return (
            f"{said}: replies from there are {_BY_LETTER} unless their signature (DKIM) is valid, replies "
            f"from elsewhere are judged by the profile {learned.profile}"
        )
    return (
        f"{said}: there is no profile to propose. A reply with a valid signature (DKIM) is {_AT_ONCE}, any "
        f"other is {_BY_LETTER}"
    )


def _proposal(name: str, learned: Learned, results: tuple[str, ...]) -> _Answer:
    proposed = profiles.proposed(results, learned.host)
    authserv_id = profiles.proposed_id(results) if proposed == "authserv-id" else ""
    if not proposed:
        remedy = (
            "what the provider writes into Authentication-Results fits no profile that Senim knows: a reply "
            f"with a valid signature (DKIM) is {_AT_ONCE}, any other is {_BY_LETTER}"
        )
        return Finding(name, learned.configured in ("auto", "none"), remedy), []
    meaning = _meaning(learned, proposed, authserv_id)
    if (proposed, authserv_id) == (learned.profile, learned.authserv_id):
        return Finding(
            name, True, f"the profile {proposed} is in use, forged results are removed; {meaning}"
        ), []
    lines = ["replies.profile: " + ("auto" if profiles.of_host(learned.host) else proposed)]
    lines += [f"replies.trusted_authserv_id: {authserv_id}"] if authserv_id else []
    remedy = (
        "the provider writes Authentication-Results, and removes what others forge. With the lines below "
        f"{meaning}"
    )
    # Another profile than the school's own choice: that one waits for results which nobody writes.
    return Finding(name, learned.configured == "auto", remedy), lines


def _meaning(learned: Learned, profile: str, authserv_id: str) -> str:
    domain = learned.box.rpartition("@")[2]
    if learned.came and not profiles.doubt(learned.came, learned.box.lower(), profile, authserv_id):
        return f"replies from {domain} will be {_AT_ONCE}"
    return (
        f"replies from elsewhere will be {_AT_ONCE} where it says dmarc=pass; of {domain} itself it does not "
        f"say so: each reply from there will be {_BY_LETTER} unless its signature (DKIM) is valid"
    )


def _merged(lines: list[str]) -> Iterator[str]:
    """«a.b: value» lines as YAML, each key once."""
    open_: list[str] = []
    for line in sorted(lines, key=lambda one: one.split(": ")[0].split(".")[:-1]):
        path, value = line.split(": ", 1)
        *above, key = path.split(".")
        shared = 0
        while shared < min(len(above), len(open_)) and above[shared] == open_[shared]:
            shared += 1
        for depth in range(shared, len(above)):
            yield f"{'  ' * depth}{above[depth]}:"
        open_ = above
        yield f"{'  ' * len(above)}{key}: {value}"
