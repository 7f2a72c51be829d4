"""One day of a school, played by itself and checked at every step: six families, letters, two measures."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image

from intake.demo.client import Opened, open_letter
from intake.demo.ground import BOX, STAFF, Person
from intake.demo.people import GPS, Sample, photo, samples
from intake.demo.stage import Stage, entries, letters_now, mailbox, reply
from intake.demo.visitor import families_write
from intake.pull import pull
from intake.send import send
from intake.verbs.opening import open_journal
from journal.model import Applicant, Attachment, Entry, LetterKind
from journal.private import replacing

Tell = Callable[[str, int], None]  # (step, how many)
_PSYCHOLOGIST = STAFF[0]
_MEASURES = {
    1: "сынып жетекшісімен және сыныппен әңгіме өткізілді",
    4: "телефон арқылы сөйлестік, қақпаға кезекші қойылды",
}


class NotAsItShould(Exception):
    """A step of the day did not come to what it should; the message says which, and what was found."""


def play_day(stage: Stage, tell: Tell) -> list[Entry]:
    """Play the day; `tell` hears of every step that truly happened. Raises NotAsItShould, NotSent."""
    families = samples()
    tell("written", _write(stage))
    tell("recorded", _take_in(stage, families))
    tell("cleaned", _look_at_the_photo(stage, families))
    tell("sent", _send_letters(stage, families))
    tell("measures", _reply(stage))
    tell("confirmed", _confirm(stage))
    _nothing_twice(stage)
    tell("verified", _verify(stage))
    return entries(stage)


def keep_letters(stage: Stage) -> list[Path]:
    """Write every letter that the staff got as HTML, to be looked at in a browser."""
    kept = []
    for person in STAFF:
        for number, found in enumerate(stage.post.folder(person.address), 1):
            opened = open_letter(found.raw)
            path = stage.ground.letters / f"{person.key}-{number}-{opened.kind}-{person.language}.html"
            with replacing(path) as stream:
                stream.write(opened.html.encode())
            kept.append(path)
    return kept


def _write(stage: Stage) -> int:
    written = families_write(stage.page_url)
    _same("letters in the box", len(stage.post.folder(BOX)), written)
    return written


def _take_in(stage: Stage, families: tuple[Sample, ...]) -> int:
    report = pull(stage.config, datetime.now(UTC))
    _same("appeals recorded by pull", report.recorded, len(families))
    _same("letters left in the box", len(stage.post.folder(BOX)), 0)
    signed = sum(not one.anonymous for one in families)
    journaled = stage.post.folder(BOX, stage.config.folders.journaled)
    _same("letters kept on the server: those of signed appeals", len(journaled), signed)
    found = entries(stage)
    _same("numbers", [one.number for one in found], list(range(1, len(families) + 1)))
    for entry, family in zip(found, families, strict=True):
        _same(f"entry {entry.number}", _essence(entry), _expected(family))
    return len(found)


def _look_at_the_photo(stage: Stage, families: tuple[Sample, ...]) -> int:
    number = next(at for at, one in enumerate(families, 1) if one.anonymous and one.attachments)
    kept = _attachments(stage, number)
    _same(f"files of entry {number}", [one.media_type for one in kept], ["image/jpeg"])
    _same("the test photo's GPS", bool(Image.open(BytesIO(photo())).getexif().get_ifd(GPS)), True)
    exif = Image.open(BytesIO(kept[0].content)).getexif()
    _same("hidden data in the stored photo", (dict(exif), exif.get_ifd(GPS)), ({}, {}))
    _same("the telephone's name in the stored photo", b"Telephone of a pupil" in kept[0].content, False)
    signed = next(at for at, one in enumerate(families, 1) if not one.anonymous and one.attachments)
    document = families[signed - 1].attachments[0]
    _same(
        f"the document of entry {signed}",
        [one.content for one in _attachments(stage, signed)],
        [document.content],
    )
    return len(kept)


def _send_letters(stage: Stage, families: tuple[Sample, ...]) -> int:
    report = letters_now(stage, datetime.now(UTC))
    daily = min(report.sent, len(STAFF))  # those of urgent appeals come on top
    _same("letters (sent, put off, refused)", (daily, report.deferred, report.failed), (len(STAFF), 0, 0))
    for person in STAFF:
        opened = _letters(stage, person, [LetterKind.DAILY])[0]
        for number in range(1, len(families) + 1):
            _same(f"№{number} in the letter to {person.key}", f"№{number}" in _plain(opened), True)
    whole = _plain(_letters(stage, _PSYCHOLOGIST, [LetterKind.DAILY])[0])
    for number, family in enumerate(families, 1):
        last = _squeeze(family.text)[-40:]
        _same(f"the whole text of №{number} in the psychologist's letter", last in whole, True)
    return len(STAFF)


def _reply(stage: Stage) -> int:
    opened = _letters(stage, _PSYCHOLOGIST, [LetterKind.DAILY])[0]
    text = "\n".join(f"№{number}: {words}" for number, words in _MEASURES.items())
    reply(stage, _PSYCHOLOGIST, opened, text, datetime.now(UTC))
    report = pull(stage.config, datetime.now(UTC))
    _same("replies understood by pull", (report.updated, report.held), (1, 0))
    _same("letters left in the box", len(stage.post.folder(BOX)), 0)
    found = {
        entry.number: [(one.text, one.by) for one in entry.measures]
        for entry in entries(stage)
        if entry.measures
    }
    _same("measures", found, {number: [(words, _PSYCHOLOGIST.name)] for number, words in _MEASURES.items()})
    return sum(len(measures) for measures in found.values())


def _confirm(stage: Stage) -> int:
    send(stage.config, datetime.now(UTC))
    said = _plain(_letters(stage, _PSYCHOLOGIST, [LetterKind.DAILY, LetterKind.CONFIRMATION])[-1])
    for number, words in _MEASURES.items():
        _same(f"№{number} in the confirmation", f"№{number}" in said and words in said, True)
    for person in STAFF[1:]:
        _letters(stage, person, [LetterKind.DAILY])
    return 1


def _nothing_twice(stage: Stage) -> None:
    again, now = pull(stage.config, datetime.now(UTC)), datetime.now(UTC)
    _same(
        "messages at a second pull", (again.recorded, again.updated, again.ignored, again.held), (0, 0, 0, 0)
    )
    _same("letters at a second sending", send(stage.config, now).sent, 0)


def _verify(stage: Stage) -> int:
    with open_journal(stage.config) as journal:
        verified = journal.verify()
    _same("the Journal's history", (verified.ok, verified.events > 0), (True, True))
    return verified.events


def _essence(entry: Entry) -> tuple[object, ...]:
    text = _squeeze(entry.text)
    return (text, entry.applicant, entry.class_group, entry.phone, entry.language, entry.urgent)


def _expected(family: Sample) -> tuple[object, ...]:
    applicant = None
    if not family.anonymous:
        applicant = Applicant(
            surname=family.surname,
            given_name=family.given_name,
            patronymic=family.patronymic,
            address=family.address,
            email=family.email,
        )
    text = _squeeze(family.text)
    return (text, applicant, family.class_group, family.phone, family.language, family.urgent)


def _letters(stage: Stage, person: Person, kinds: list[LetterKind]) -> list[Opened]:
    """Without those of urgent appeals: how many there are goes by the hour at which the demo is played."""
    every = [open_letter(kept.raw) for kept in reversed(mailbox(stage, person))]
    opened = [one for one in every if one.kind != LetterKind.URGENT.value]
    _same(f"letters in {person.key}'s mailbox", [one.kind for one in opened], [kind.value for kind in kinds])
    return opened


def _attachments(stage: Stage, number: int) -> list[Attachment]:
    with open_journal(stage.config) as journal:
        return journal.attachments(number)


def _plain(opened: Opened) -> str:
    return _squeeze(opened.text).replace("№ ", "№")


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise NotAsItShould(f"{what}: {found!r} instead of {wanted!r}")
