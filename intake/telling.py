"""What the administrator is told, and when: of a trouble once when it has lasted, once when it is over.

A trouble that ends within its patience is never told. Should one come back on the same day it must last four
times as long as the time before: a server that falls over every hour makes three letters a day, and one that
stays down is never passed over in silence.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from intake.config import ConfigFault
from intake.owing import reader_of
from intake.server import LoginRefused
from journal.book import Journal
from journal.condition import Trouble
from journal.deliveries import last_held_told, late_since, notice_waiting, notices_owed, reword
from journal.letters import owe
from journal.model import LetterKind
from journal.troubles import begin, end, open_troubles, told
from reports.clock import local_day
from reports.foot import UNREAD, put_aside_as
from reports.school import School, StaffMember

PATIENCE = timedelta(minutes=15)
LATE = timedelta(minutes=20)  # after its hour: a letter of 15:00 that is not sent by 15:20
_LONGER = 4  # times, for each letter that a day has had of the same trouble
_FIRST = {
    Trouble.LETTERS: LATE,
    # These do not mend themselves: the second time is enough.
    Trouble.MAILBOX_LOGIN: timedelta(0),
    Trouble.LETTERS_LOGIN: timedelta(0),
    Trouble.DISK: timedelta(0),
    Trouble.BACKUP: timedelta(0),  # it has lasted for two days already (`intake.nightly`)
}


# What may not have been told because no letter could leave.
_OF_LETTERS = frozenset({Trouble.LETTERS, Trouble.LETTERS_LOGIN})


def patience(trouble: Trouble, told_today: int) -> timedelta:
    """How long a trouble must last until it is told. It is also never told the first time."""
    first = _FIRST.get(trouble, PATIENCE)
    return first if told_today == 0 else max(first, PATIENCE * _LONGER**told_today)


def has_begun(
    journal: Journal,
    school: School,
    trouble: Trouble,
    now: datetime,
    *,
    since: datetime | None = None,
    can_leave: bool = True,
) -> None:
    """Something does not work. `can_leave` is False while no letter at all can be sent: it is told later."""
    with journal.transaction():
        begin(journal, trouble, since or now)
        one = open_troubles(journal)[trouble]
        if one.told or school.administrator is None or not can_leave:
            return
        if _lasted(journal, school, trouble, one.since, now) and told(journal, trouble):
            owe_notice(
                journal,
                school.administrator,
                f"{_mark(journal, trouble, one.since)}-begun",
                now,
                notice_of(trouble, one.since),
            )


def are_over(journal: Journal, school: School, troubles: Iterable[Trouble], now: datetime) -> None:
    """These work, as far as anybody can see."""
    known = open_troubles(journal)
    for trouble in [one for one in known if one in set(troubles)]:
        with journal.transaction():
            one = open_troubles(journal).get(trouble)
            if one is None or not end(journal, trouble):
                continue
            kept_back = trouble in _OF_LETTERS and _lasted(journal, school, trouble, one.since, now)
            if one.told or kept_back:
                owe_end(journal, school, trouble, one.since, now)


def failing_since(
    journal: Journal, trouble: Trouble, related: Collection[Trouble], now: datetime
) -> datetime:
    """Since when nothing of a kind works, though each time for another reason."""
    if not patience(trouble, 0):
        return now  # it is told the second time that this very thing is seen
    untold = [one.since for one in open_troubles(journal).values() if one.kind in related and not one.told]
    return min([now, *untold])


def letters_judged(
    journal: Journal, school: School, now: datetime, *, faults: Sequence[Exception], accepted: bool
) -> bool:
    """Whether letters leave in time, after a pass over them. True if they do.

    `accepted`: the server took a letter, or refused one for a reason of that letter's own.
    """
    refused = any(isinstance(fault, LoginRefused | ConfigFault) for fault in faults)
    down = bool(faults) and not accepted
    if refused:
        has_begun(journal, school, Trouble.LETTERS_LOGIN, now, can_leave=False)
    elif accepted:
        are_over(journal, school, [Trouble.LETTERS_LOGIN], now)
    since = late_since(journal, now - LATE)
    if since is None:
        are_over(journal, school, [Trouble.LETTERS], now)
    elif not refused and Trouble.LETTERS_LOGIN not in open_troubles(journal):  # else that one says it all
        has_begun(journal, school, Trouble.LETTERS, now, since=since, can_leave=not down)
    return since is None and not refused


def owe_end(journal: Journal, school: School, trouble: Trouble, since: datetime, now: datetime) -> None:
    """Tell that it is over; in the letter of its beginning, where that one has not left yet."""
    if school.administrator is None:
        return
    data = {**notice_of(trouble, since), "until": now.isoformat()}
    reader = reader_of(school.administrator)
    mark = _mark(journal, trouble, since)
    if not reword(journal, kind=LetterKind.NOTICE, reader=reader, period=f"{mark}-begun", data=data):
        owe_notice(journal, school.administrator, f"{mark}-over", now, data)


def owe_unread(journal: Journal, school: School, now: datetime) -> None:
    """Name the messages that were put aside because they could not be read, at the hour of the daily letter.

    A letter at once would say to the minute when it came, and it may be an anonymous appeal.
    """
    if school.administrator is None:
        return
    reader = reader_of(school.administrator)
    waiting = notice_waiting(journal, reader, "held-")
    last = last_held_told(journal)
    fresh = [one for one in journal.held() if one.id > last and put_aside_as(one.reason) == UNREAD]
    if not fresh or (waiting and last_named(waiting.data) >= fresh[-1].id):
        return
    data = {"about": "held", "held": [[one.id, one.reason] for one in fresh]}
    if waiting:  # where it is just leaving, the next one names the rest
        reword(journal, kind=LetterKind.NOTICE, reader=reader, period=waiting.period, data=data)
        return
    due_at = _next_summary(school, now)
    owe_notice(journal, school.administrator, f"held-{local_day(school, due_at)}", due_at, data)


def _next_summary(school: School, now: datetime) -> datetime:
    today = datetime.combine(local_day(school, now), school.summary_at, tzinfo=school.time_zone)
    return today if now < today else today + timedelta(days=1)


def last_named(data: Mapping[str, object]) -> int:
    """The last held message that a notice tells of."""
    held = data.get("held")
    return max((int(number) for number, _ in held), default=0) if isinstance(held, list) else 0


def owe_notice(
    journal: Journal, member: StaffMember, period: str, due_at: datetime, data: Mapping[str, object]
) -> None:
    owe(
        journal,
        kind=LetterKind.NOTICE,
        reader=reader_of(member),
        period=period,
        due_at=due_at,
        data=data,
    )


def _lasted(journal: Journal, school: School, trouble: Trouble, since: datetime, now: datetime) -> bool:
    midnight = datetime.combine(local_day(school, now), time(), tzinfo=school.time_zone)
    told_today = notices_owed(journal, f"{trouble}-…-begun", midnight)
    return now > since and now - since >= patience(trouble, told_today)


def _mark(journal: Journal, trouble: Trouble, since: datetime) -> str:
    """Of one trouble, without its hour: a letter that could not be filed would have begun it."""
    return f"{trouble}-{journal.fingerprint('trouble', since.isoformat())[:16]}"


def notice_of(trouble: Trouble, since: datetime) -> dict[str, object]:
    """What `reports.notices` makes a letter of: that it has begun."""
    return {"about": "trouble", "trouble": trouble.value, "since": since.isoformat()}
