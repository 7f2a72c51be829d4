"""Makes an appeal of a letter: signed or anonymous, in which language, about what in a few words."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from intake import own_words, signs
from intake.cleaning import Cleaned
from intake.form import SUBJECTS, FormFields
from intake.headers import plain_mailbox
from intake.machine_words import without_traces
from intake.message import Message, sole_address
from intake.text import plain_line, plain_text
from journal.model import Appeal, Applicant, Attachment, Channel, Term
from reports.names import split_name

MOST_CONTENT = 200
_KAZAKH = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_WORDS = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_KAZAKH_TYPED = "мен емес деп апай агай ағай туралы болды болып керек маган балам жатыр екен жок"
_RUSSIAN_TYPED = "и в не на что я с меня мне мы это как у по за он она они но а из мой моя"
_KAZAKH_WORDS, _RUSSIAN_WORDS = frozenset(_KAZAKH_TYPED.split()), frozenset(_RUSSIAN_TYPED.split())
_REPLY_MARK = re.compile(r"(?i)^\s*((re|fw|fwd|отв|ответ|пересл|на|жауап|қайта)(\[\d+\])?\s*:\s*)+")
_NO_SUBJECT = re.compile(r"(?i)\W*(no subject|без темы|тема жоқ|тақырыпсыз|тақырып жоқ|\(none\))?\W*")
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)|\n")

Clean = Callable[[Sequence[Attachment]], Cleaned]


def to_appeal(
    message: Message,
    fields: FormFields | None,
    *,
    term: Term,
    default_language: str,
    clean: Clean,
    form: Channel = Channel.PAGE,
    staff: Sequence[str] = (),
) -> Appeal:
    """The appeal in a form's letter (`fields` read from it) or in a plain letter (`fields` is None).

    `clean` is what an anonymous appeal's files go through: `intake.reader.Reader.clean`. `staff`: names of
    people of the school, who are more likely what a plain letter is about than its writers.
    """
    applicant = _applicant_of_form(fields) if fields else _applicant_of_letter(message, staff)
    if applicant is None:
        return anonymous(
            message, fields, term=term, default_language=default_language, clean=clean, form=form
        )
    subject, text = (fields.subject, fields.text) if fields else (own_subject(message.subject), message.text)
    return Appeal(
        applicant=applicant,
        term=term,
        channel=form if fields else Channel.LETTER,
        content=brief(subject, text),
        text=text,
        language=(fields.language if fields else "") or language_of(f"{subject} {text}", default_language),
        class_group=fields.class_group if fields else "",
        phone=fields.phone if fields else "",
        urgent=bool(fields and fields.urgent),
        attachments=message.attachments,
    )


def anonymous(
    message: Message,
    fields: FormFields | None,
    *,
    term: Term,
    default_language: str,
    clean: Clean,
    form: Channel,
) -> Appeal:
    """All that is kept of an anonymous appeal. What is not named here does not exist afterwards.

    Of the message: its own words and its files, written anew. Of a form: what was typed into these fields.
    """
    subject = fields.subject if fields else own_subject(message.subject)
    text = fields.text if fields else anonymous_text(message.text)
    if form is not Channel.PAGE or fields is None:
        text = without_traces(text)  # another site's mailer may have written where its visitor sat
    files = clean(message.attachments)
    return Appeal(
        applicant=None,
        term=term,
        channel=form if fields else Channel.LETTER,
        content=brief(subject, text),
        text=text,
        language=(fields.language if fields else "") or language_of(f"{subject} {text}", default_language),
        class_group=fields.class_group if fields else "",
        phone=fields.phone if fields else "",
        urgent=bool(fields and fields.urgent),
        attachments=files.kept,
        refused=files.refused,
    )


def anonymous_text(text: str) -> str:
    """The writer's own words, flowed anew."""
    return own_words.reflow(own_words.without_closing(own_words.own_lines(plain_text(text))))


def own_subject(subject: str) -> str:
    """The family's own subject: without «Re:», and "" when it says nothing (also our form's neutral one)."""
    bare = plain_line(_REPLY_MARK.sub("", subject), 300)
    if bare in SUBJECTS.values() or _NO_SUBJECT.fullmatch(bare) or signs.only_asks(bare):
        return ""
    return bare


def brief(subject: str, text: str) -> str:
    """The Journal's brief content: the subject, else the first sentences up to about 200 characters."""
    if subject:
        return subject
    if len(text) <= MOST_CONTENT:
        return plain_line(text)
    found = _SENTENCE_END.finditer(text, 0, MOST_CONTENT + 2)  # the character after an end must be seen
    ends = [one.end() for one in found if one.end() <= MOST_CONTENT]
    if ends and ends[-1] >= MOST_CONTENT // 4:
        return plain_line(text[: ends[-1]])
    words = plain_line(text[:MOST_CONTENT])
    return words.rpartition(" ")[0].rstrip(" ,;:–—-") + "…" if " " in words else words + "…"


def language_of(text: str, default: str) -> str:
    """kk, ru or en by letters and words; the school's own language where there are none.

    A Kazakh name or «7Ә» in a Russian sentence is not Kazakh yet; some type Kazakh without its own letters.
    """
    words = Counter(_WORDS.findall(text))  # a long text says most of its words more than once
    cyrillic = {word: times for word, times in words.items() if _CYRILLIC.match(word)}
    if 2 * sum(cyrillic.values()) < sum(words.values()):
        return "en"
    if not cyrillic:
        return default
    common = {word: times for word, times in cyrillic.items() if word[0].islower()} or cyrillic
    kazakh = sum(times for word, times in common.items() if _KAZAKH.search(word) or word in _KAZAKH_WORDS)
    russian = sum(times for word, times in cyrillic.items() if word.lower() in _RUSSIAN_WORDS)
    if not kazakh and not russian:
        return "kk" if _KAZAKH.search(text) else "ru"
    return "kk" if kazakh > russian and 6 * kazakh >= sum(common.values()) else "ru"


def _applicant_of_form(fields: FormFields) -> Applicant | None:
    if fields.anonymous or not (fields.surname or fields.given_name or fields.patronymic):
        return None
    return Applicant(
        surname=fields.surname,
        given_name=fields.given_name,
        patronymic=fields.patronymic,
        address=fields.address,
        email=fields.email,
    )


def _applicant_of_letter(message: Message, staff: Sequence[str]) -> Applicant | None:
    """Signed only when the letter bears a name. In doubt anonymous: a name can still be asked for."""
    lines = own_words.own_lines(message.text)
    if signs.says_anonymous(message.subject, lines):
        return None
    name = signs.name_in(lines) or _display_name(message)
    if name is None or any(_same_person(name, one) for one in staff):
        return None
    parts = split_name(name)
    return Applicant(
        surname=parts.surname,
        given_name=parts.given_name,
        patronymic=parts.patronymic,
        email=sole_address(message) or "",
    )


def _same_person(one: str, other: str) -> bool:
    """Two words in common: a given name and a surname, in any order."""
    return len(set(one.casefold().split()) & set(other.casefold().split())) > 1


def _display_name(message: Message) -> str | None:
    if len(message.from_fields) != 1:
        return None
    mailbox = plain_mailbox(message.from_fields[0])
    return mailbox[0] if mailbox and signs.is_person(mailbox[0]) else None
