"""The school's answer as a family gets it: short, in the language of the appeal, and never the appeal itself.

A telephone may be shared, and a child's letter is nobody's business: the subject and the sender's name say
that the school has written, and not what about.
"""

from collections.abc import Mapping

from journal.book import Journal
from reports.catalogue import long_date
from reports.render import Draft, render
from reports.school import School
from reports.words import plain, role_named, speak

# By which way an answer goes: to the address that the family gave; it lies ready for the family; it lies
# ready because the address is none to which we may write.
MAILED, KEPT, UNUSABLE = "mailed", "kept", "unusable"


def write_answer(journal: Journal, school: School, data: Mapping[str, object]) -> Draft:
    """The letter. Its words are those of the deed that `data` names."""
    entry = journal.entry(int(str(data["number"])))
    deed = next(one for one in entry.deeds if one.ordinal == int(str(data["deed"])))
    language = entry.language
    speech = speak(language)
    subject = speech.gettext("A letter from the school")
    context = {
        "subject": subject,
        "school": school.name(language),
        "day": "",
        "number": entry.number,
        "received": long_date(entry.term.received_on, language),
        "lines": plain(deed.words).strip().split("\n"),
        "by": deed.by,
        "role": role_named(deed.role, language),
        "private": False,
    }
    text, html = render("answer", language, context)
    return Draft(subject=subject, text=text, html=html, language=language)
