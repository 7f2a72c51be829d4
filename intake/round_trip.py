"""Asks the registered address whether a reply was truly its owner's, and takes the answer.

A reply without proof (level L1) records nothing. What it would record goes to the reader's own mailbox with
a token that only this letter has: whoever answers it with «иә» reads that mailbox, and that is the proof.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, cast

from intake import grave_acts
from intake.belief import ROUND_TRIP
from intake.carrying_out import carry_out
from intake.deeds import Deeds, from_data, to_data
from intake.desk import Desk, Outcome, ignored, updated
from intake.owing import owe_to, reader_of
from journal import questions
from journal.letters import revoke
from journal.model import Filing, Letter, LetterKind
from reports.said import Answer
from reports.school import StaffMember

MOST_A_DAY = 5  # questions to one reader: a flood of forged replies must not become a flood of ours
TOO_MANY = "unconfirmed-too-many"


def too_many(member: StaffMember, desk: Desk) -> bool:
    """Whether this reader was asked often enough today."""
    midnight = datetime.combine(desk.today, time(), tzinfo=desk.school.time_zone)
    return questions.asked_since(desk.journal, reader_of(member), midnight) >= MOST_A_DAY


def ask_back(deeds: Deeds, letter: Letter, fingerprint: str, member: StaffMember, desk: Desk) -> Outcome:
    """Owe the question what exactly may be recorded. `fingerprint` is that of the reply to `letter`."""
    data = {**to_data(deeds, member, desk), "letter": letter.id, "reply": fingerprint}
    owe_to(LetterKind.CONFIRM, member, fingerprint[:32], desk, data)
    return updated("unconfirmed")


def take_answer(said: Answer | None, asked: Letter, member: StaffMember, desk: Desk) -> Outcome | None:
    """What an answer to our question comes to; None when it is neither yes nor no.

    However often the question was asked, and whatever is answered afterwards: the first clear answer counts.
    """
    if said not in (Answer.YES, Answer.NO):
        return None
    data = cast("Mapping[str, Any]", asked.data)
    if not questions.settle(desk.journal, asked, desk.today):
        return ignored("repeat", Filing.EXPUNGED)
    deeds = from_data(data)
    if said is Answer.YES:
        carry_out(deeds, asked, data["reply"], member, ROUND_TRIP, desk)
        return updated("confirmed")
    # Somebody has a letter of this reader, or its token: it takes no reply any more.
    revoke(desk.journal, data["letter"], desk.now)
    desk.journal.note("disowned", on=desk.today, role=member.role, detail={"letter": data["letter"]})
    grave_acts.disown(deeds.numbers, data["reply"][:32], member, desk)
    return updated("disowned")


def ask_again(asked: Letter, member: StaffMember, desk: Desk) -> Outcome:
    """The answer was not clear: the same question once more, at most once a day."""
    data = cast("Mapping[str, Any]", asked.data)
    if not questions.is_settled(desk.journal, asked):
        period = f"{data['reply'][:32]}-{desk.today.isoformat()}"
        owe_to(LetterKind.CONFIRM, member, period, desk, data)
    return updated("unconfirmed")
