"""How far a reply is believed and by what, as the history keeps it."""

from dataclasses import dataclass

from intake.authentication import Level
from intake.desk import Desk
from journal.model import Letter
from reports.school import StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The level that was reached, and by what: a code, never an address."""

    level: Level
    by: str  # «provider», «round-trip», «by-hand»


ROUND_TRIP = Belief(level=Level.L2, by="round-trip")  # an answer from the registered mailbox itself
BY_HAND = Belief(level=Level.L2, by="by-hand")  # a person asked the writer and let it in


def note_belief(belief: Belief, letter: Letter, member: StaffMember, desk: Desk) -> None:
    """Write down by what evidence somebody's words were taken as an answer to a letter."""
    detail: dict[str, str | int] = {"letter": letter.id, "level": int(belief.level), "by": belief.by}
    desk.journal.note("believed", on=desk.today, role=member.role, detail=detail)
