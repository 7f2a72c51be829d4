"""The links of an appeal in a letter, which open a ready reply on any phone: «Шараны жазу», «Таныстым».

A link is a `mailto:` (RFC 6068) with a token of its own in the address, a subject, and the first line of the
reply. Programs differ in what they take over; the address and the first line are enough, and either names
the appeal. Where the box has no subaddresses the token stands in the last line of the reply instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from reports.reference import marker, new_token, reply_to
from reports.school import School
from reports.slip import write_slip
from reports.words import speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One link: what stands on it, and what it opens."""

    label: str
    href: str
    main: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The links of one letter: a token for each appeal in it that can be answered."""

    school: School
    language: str
    tokens: Mapping[int, str] = field(default_factory=dict)
    most: int = 2  # at one appeal: the measure, and that it was read

    def acts(self, number: int) -> tuple[Act, ...]:
        """What can be said of an appeal with one tap: a measure, or that it was read and no more."""
        if number not in self.tokens:
            return ()
        speech = speak(self.language)
        measure = Act(label=speech.gettext("Write the measure"), href=self.measure(number))
        said = speech.gettext("I have read it")
        read = Act(label=said[:1].upper() + said[1:], href=self._opens(number, said), main=False)
        return (measure, read)[: self.most]

    def measure(self, number: int) -> str:
        """The link under which a measure is written; empty where an appeal has none."""
        return self._opens(number, "") if number in self.tokens else ""

    def all_read(self, numbers: Sequence[int], line: str) -> tuple[Act, ...]:
        """One tap for several appeals: that they were read. `line` says so of all of them."""
        number = next((one for one in numbers if one in self.tokens), None)
        if number is None:
            return ()
        label = speak(self.language).gettext("I have read them all")
        return (Act(label=label, href=self._letter(number, speak(self.language).gettext("Trust Box"), line)),)

    def _opens(self, number: int, words: str) -> str:
        subject = f"№{number} — {speak(self.language).gettext('Trust Box')}"
        return self._letter(number, subject, write_slip(number, words))

    def _letter(self, number: int, subject: str, line: str) -> str:
        box, token = self.school.box, self.tokens[number]
        address = reply_to(box, token) if self.school.subaddress else box
        last = "" if address != box else f"\r\n\r\n{marker(token)}"
        # Also «+» is encoded: some programs take it for a space.
        return f"mailto:{quote(address, safe='@')}?subject={_encoded(subject)}&body={_encoded(line + last)}"


def new_links(school: School, language: str, numbers: Iterable[int], *, most: int = 2) -> Links:
    """Links for these appeals, with new tokens."""
    tokens = {number: new_token() for number in numbers}
    return Links(school=school, language=language, tokens=tokens, most=most)


def _encoded(words: str) -> str:
    return quote(words, safe="")
