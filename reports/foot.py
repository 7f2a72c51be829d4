"""The small print of a daily letter: what became of every message, so that nobody need wonder."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from journal.model import Disposition
from reports.catalogue import short_date
from reports.news import LastLook, News, Occasion
from reports.words import speak

_DIGEST_SHOWN = 16
_OTHER = "other"
# The reasons that stand in the Journal, as the groups that a letter names.
_PASSED_OVER = {
    "automatic": "automatic",
    "out-of-office": "out-of-office",
    "delivery-report": "delivery-report",
    "repeat": "repeat",
    "our-letter": "our-letter",
}
_PUT_ASIDE = {
    "list-or-bulk": "list",
    "spam-marked": "spam",
    "junk": "spam",
    "no-valid-token": "doubtful",
    "no-from": "doubtful",
    "repeated-from": "doubtful",
    "odd-from": "doubtful",
    "other-sender": "doubtful",
    "foreign-sender-field": "doubtful",
    "reader-left": "doubtful",
    "unconfirmed-too-many": "doubtful",
    "not-to-the-box": "doubtful",
    "no-sender": _OTHER,
    "empty": _OTHER,
}
UNREAD = "unread"


def put_aside_as(reason: str) -> str:
    """The group of a reason for holding a message. What no question of ours named could not be read."""
    return _PUT_ASIDE.get(reason, UNREAD)


def foot(news: News, language: str, occasion: Occasion) -> dict[str, object]:
    """What came since the reader's last letter, what still lies in the mailbox, and the Journal's code."""
    counts = {kind: _of(news.counts, kind) for kind in Disposition}
    # In groups of four: it is read aloud over the telephone when someone compares it.
    digest = "\u00a0".join(
        news.digest[at : at + 4] for at in range(0, min(len(news.digest), _DIGEST_SHOWN), 4)
    )
    return {
        "counts": _came(news, counts, language, occasion),
        "held": speak(language).gettext("The administrator looks through what was put aside.")
        if counts[Disposition.HELD].total()
        else "",
        "mailbox": _mailbox(news.looked, language, occasion) if news.looked else "",
        "digest": digest,
    }


def _of(counts: Mapping[tuple[Disposition, str], int], wanted: Disposition) -> Counter[str]:
    found: Counter[str] = Counter()
    for (kind, reason), count in counts.items():
        if kind is wanted:
            found[reason] += count
    return found


def _came(news: News, counts: Mapping[Disposition, Counter[str]], language: str, occasion: Occasion) -> str:
    speech = speak(language)
    days = {
        "since": short_date(news.counted_from, language),
        "until": short_date(occasion.today, language),
    }
    arrived = sum(count.total() for count in counts.values())
    if not arrived:
        return speech.gettext("Nothing new came to the box (%(since)s – %(until)s).") % days
    said = speech.gettext(
        "Messages that came to the box (%(since)s – %(until)s) — %(arrived)s: recorded as appeals — "
        "%(recorded)s, your answers entered — %(updated)s, passed over — %(ignored)s, put aside — %(held)s."
    )
    ignored, held = counts[Disposition.IGNORED], counts[Disposition.HELD]
    return said % {
        **days,
        "arrived": arrived,
        "recorded": counts[Disposition.RECORDED].total(),
        "updated": counts[Disposition.UPDATED].total(),
        "ignored": f"{ignored.total()}{_reasons(_grouped(ignored, _PASSED_OVER, _OTHER), language)}",
        "held": f"{held.total()}{_reasons(_grouped(held, _PUT_ASIDE, UNREAD), language)}",
    }


def _grouped(found: Counter[str], groups: Mapping[str, str], unknown: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for reason, count in found.items():
        sums[groups.get(reason, unknown)] += count
    return sums


def _reasons(sums: Counter[str], language: str) -> str:
    """« (repeats — 2, automatic mail — 1)», the most first."""
    if not sums:
        return ""
    said = _words(language)
    ordered = sorted(sums.items(), key=lambda one: (-one[1], list(said).index(one[0])))
    return f" ({', '.join(f'{said[group]} — {count}' for group, count in ordered)})"


def _words(language: str) -> dict[str, str]:
    speech = speak(language)
    return {
        "repeat": speech.gettext("repeats"),
        "out-of-office": speech.gettext("out-of-office answers"),
        "delivery-report": speech.gettext("delivery reports"),
        "automatic": speech.gettext("automatic mail"),
        "our-letter": speech.gettext("our own letters"),
        "doubtful": speech.gettext("doubtful replies"),
        UNREAD: speech.gettext("not readable"),
        "spam": speech.gettext("spam"),
        "list": speech.gettext("mailing lists"),
        _OTHER: speech.gettext("other"),
    }


def _mailbox(looked: LastLook, language: str, occasion: Occasion) -> str:
    speech = speak(language)
    since = looked.unread_since
    if looked.standing is None:
        return speech.gettext("The mailbox has not been read yet.")
    if since is None:
        return speech.gettext("Still in the mailbox — %(count)s.") % {"count": looked.standing}
    said = [f"{since:%H:%M}"] if isinstance(since, datetime) else []
    day = since.date() if isinstance(since, datetime) else since
    if day != occasion.today:
        said.insert(0, short_date(day, language))
    return speech.gettext("The mailbox is not being read just now; it was last read at %(time)s.") % {
        "time": ", ".join(said)
    }
