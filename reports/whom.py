"""Whom of the school's staff the words of an appeal name.

Apart from `reports.conflict`, so that the process that reads letters has nothing of the Journal's database.
"""

from collections.abc import Sequence

from journal.model import Appeal, Entry
from reports.naming import named_among


def named_by(appeal: Appeal | Entry, staff: Sequence[str]) -> tuple[str, ...]:
    """Those of these names that the words of an appeal name. The applicant's own is not looked at."""
    parts = [appeal.content, appeal.text, appeal.class_group]
    if isinstance(appeal, Entry) and appeal.at_first is not None:  # a correction lets nobody see more
        parts += [appeal.at_first.content, appeal.at_first.class_group]
    if appeal.applicant is not None:  # of an anonymous appeal no file keeps its name
        parts += [one.name for one in appeal.attachments]
    found = named_among("\n".join(parts), staff)
    return tuple(name for name, said in zip(staff, found, strict=True) if said)
