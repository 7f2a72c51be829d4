"""Files of an anonymous appeal, cleaned in the tests' own process."""

from collections.abc import Sequence

from intake.cleaning import Cleaned
from intake.cleaning import clean as clean_by
from intake.written_anew import written_anew
from journal.model import Attachment


def clean(files: Sequence[Attachment]) -> Cleaned:
    return clean_by(files, written_anew)
