"""How letters are drafted where no school is at hand."""

from collections.abc import Iterable, Iterator

from intake.draft import Draft, Habits
from intake.labels import OUT_OF_THE_BOX
from intake.message import Message, Unreadable
from intake.reader import Reader

HABITS = Habits(language="kk", staff=(), addresses=frozenset(), labels=OUT_OF_THE_BOX)


def messages(reader: Reader, raws: Iterable[bytes]) -> Iterator[Message | Unreadable]:
    for one in reader.drafts(raws, HABITS):
        yield one.message if isinstance(one, Draft) else one
