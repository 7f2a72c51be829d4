"""How far a reply is believed and by what, as the history keeps it."""

from dataclasses import dataclass

from intake.authentication import REQUIRED, Level
from intake.desk import Desk
from journal.model import Letter
from reports.school import StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The level of evidence, and what it rests on: a code, never an address."""

    level: Level
    by: str

    @property
    def enough(self) -> bool:
        """Whether it may be written down: proven, or a person has asked the writer and says so."""
        return self.level >= REQUIRED or self.by == BY_HAND


BY_ITSELF = "reply"  # the evidence that the message brought
BY_HAND = "by-hand"  # `senim held release --as reply`
ROUND_TRIP = Belief(level=Level.L2, by="round-trip")  # an answer from the registered mailbox itself


def note_belief(belief: Belief, letter: Letter, member: StaffMember, desk: Desk) -> None:
    """Write down by what evidence somebody's words were taken as an answer to a letter."""
    detail: dict[str, str | int] = {"letter": letter.id, "level": int(belief.level), "by": belief.by}
    desk.journal.note("believed", on=desk.today, role=member.role, detail=detail)
