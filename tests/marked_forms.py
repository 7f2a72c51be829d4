"""Anonymous letters of other sites' forms, with a canary for all that the site's mailer adds by itself."""

from tests.canaries import CANARIES
from tests.form_mailers import MAILERS, VISITOR, Typed, mailed
from tests.marked_letters import KEPT

_LANGUAGES = ("kk", "ru", "en")
_SAID = {"kk": "иә", "ru": "Да", "en": "on"}
_TRACES = {
    VISITOR: "e-mail",
    "Canarefox": "browser",
    "school.example/canary": "page",
    "9070605:8050403": "transaction",
    "rec987654321": "block",
    "Kanareika form": "form-name",
}
HEAD = """\
X-PHP-Script: school.example/{script}.php for 203.0.113.7\r
X-Mailer: {mailer}\r
X-WPCF7-Content-Type: {header}\r
Message-ID: <{message-id}@site.example>\r
Return-Path: <{return-path}@site.example>\r
Received: from {received}.example ([203.0.113.7]); Sun, 22 Nov 2026 23:59 +0545\r
"""


def form_letters() -> list[bytes]:
    """One of each mailer: the name and the e-mail were typed before «anonymous» was chosen."""
    return [_letter(number, mailer) for number, mailer in enumerate(MAILERS)]


def _letter(number: int, mailer: str) -> bytes:
    language = _LANGUAGES[number % len(_LANGUAGES)]
    place = f"form-{number}-{mailer.split()[0].lower()}"

    def c(what: str) -> str:
        return CANARIES[f"ru-{place}-{what}" if what == "name" else f"{place}-{what}"]

    typed = Typed(text=f"{number}-қабатта {KEPT}.", name=c("name"), mail=VISITOR, anonymous=_SAID[language])
    names = ("script", "mailer", "header", "message-id", "return-path", "received")
    head = HEAD.format(**{name: c(f"{name}-field") for name in names})
    raw = mailed(mailer, typed, language, head=head)
    raw = raw.replace(b"203.0.113.7", CANARIES["ip-address"].encode())
    raw = raw.replace(b"23:59:01", b"23:59").replace(b"23:59", CANARIES["time"].encode())
    for trace, what in _TRACES.items():
        if trace.encode() in raw:
            raw = raw.replace(trace.encode(), trace.replace(_last(trace), c(what)).encode())
    return raw


def _last(trace: str) -> str:
    """What of it only this visitor has."""
    return trace.rpartition("/")[2].partition("@")[0]
