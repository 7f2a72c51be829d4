"""Writes an appeal into the register under the next number, and the measures taken on it.

Called by `journal.book`; the other half is `journal.reading`.
"""

import json
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from journal import history
from journal.model import Appeal, Applicant, Attachment, Measure, Recorded, Status
from journal.reading import NoSuchEntry, Purged, entry_seal
from journal.sealing import Seal
from journal.standing import MEASURE, RECORDED, standing_values
from journal.store import Head, Store, Writing
from journal.tables import attachments, deeds, entries, fingerprints, measures

_SAME_MESSAGE = select(func.min(fingerprints.c.number)).where(
    fingerprints.c.identity == bindparam("identity"), fingerprints.c.whole == bindparam("whole")
)
_SAME_WORDS = select(func.min(fingerprints.c.number)).where(fingerprints.c.words == bindparam("words"))
_ALIKE = select(_SAME_MESSAGE.scalar_subquery(), _SAME_WORDS.scalar_subquery())
# Made once: SQLAlchemy then finds them again among what it has compiled.
_NEW_ENTRY, _NEW_FINGERPRINTS, _NEW_ATTACHMENT = insert(entries), insert(fingerprints), insert(attachments)


def record(store: Store, appeal: Appeal, *, identity: str) -> Recorded:
    """Give an appeal its number, unless this very message was recorded before."""
    marks = _fingerprints(store, appeal, identity)
    with store.writing() as writing:
        original, repeats = _alike(writing, marks)
        if original is not None:
            return Recorded(number=original, repeat=True, anonymous=appeal.applicant is None)
        head = writing.head
        number = head.number + 1
        seal, wrapped = store.keys.new_appeal(store.place("entries", "data_key", number))
        row = _row(store, seal, number, appeal) | {"data_key": wrapped, "repeats": repeats}
        writing.add(_NEW_ENTRY, row)
        writing.add(_NEW_FINGERPRINTS, {"number": number, **marks})
        files = [_file(store, seal, number, i, file) for i, file in enumerate(appeal.attachments, 1)]
        for file in files:
            writing.add(_NEW_ATTACHMENT, file)
        writing.head = Head(number=number, event=head.event, digest=head.digest)
        digests = [history.attachment_digest(file["line"], file["content"]) for file in files]
        history.append(
            writing,
            RECORDED,
            on=appeal.term.registered_on,
            number=number,
            detail={"row": history.entry_digest(row, digests)},
        )
        return Recorded(number=number, repeat=False, anonymous=appeal.applicant is None)


def add_measure(store: Store, number: int, measure: Measure) -> int:
    """Add a note on measures taken and return its place among them. Nothing is ever taken away."""
    with store.writing() as writing:
        run = writing.connection.execute
        entry = run(select(entries.c.data_key).where(entries.c.number == number)).first()
        if entry is None:
            raise NoSuchEntry(number)
        if entry.data_key is None:
            raise Purged(number)
        taken = run(
            select(func.count()).select_from(measures).where(measures.c.number == number)
        ).scalar_one()
        ordinal = taken + 1
        seal = entry_seal(store, number, entry.data_key)
        at = f"{number}.{ordinal}"
        row = {
            "number": number,
            "ordinal": ordinal,
            "role": measure.role.value,
            "recorded_on": measure.recorded_on,
            "person": seal.seal_text(measure.by, place=store.place("measures", "person", at)),
            "text": seal.seal_text(measure.text, place=store.place("measures", "text", at)),
        }
        run(insert(measures).values(row))
        stand(writing, number)
        history.append(
            writing,
            MEASURE,
            on=measure.recorded_on,
            number=number,
            role=measure.role,
            detail={"ordinal": ordinal, "row": history.measure_digest(row)},
        )
        return ordinal


def stand(writing: Writing, number: int) -> None:
    """Put into the entry's row what its measures and deeds that were not taken back come to."""
    run = writing.connection.execute
    considered = run(select(entries.c.considered_by).where(entries.c.number == number)).scalar_one()
    taken = run(
        select(measures.c.role)
        .where(measures.c.number == number, measures.c.undone_on.is_(None))
        .order_by(measures.c.ordinal)
    ).all()
    kept = run(
        select(deeds.c.kind, deeds.c.role, deeds.c.code, deeds.c.recorded_on)
        .where(deeds.c.number == number, deeds.c.undone_on.is_(None))
        .order_by(deeds.c.ordinal)
    ).all()
    values = standing_values(considered, [one.role for one in taken], kept)
    run(update(entries).where(entries.c.number == number).values(values))


def _row(store: Store, seal: Seal, number: int, appeal: Appeal) -> dict[str, Any]:
    texts = {
        "class_group": appeal.class_group,
        "phone": appeal.phone,
        "content": appeal.content,
        "text": appeal.text,
        "refused": json.dumps(appeal.refused, ensure_ascii=False),
    }
    sealed: dict[str, bytes | None] = dict.fromkeys(_PARTS)
    if appeal.applicant is not None:
        texts |= _parts(appeal.applicant)
    sealed |= {
        name: seal.seal_text(text, place=store.place("entries", name, number)) for name, text in texts.items()
    }
    return sealed | {
        "number": number,
        "received_on": appeal.term.received_on,
        "registered_on": appeal.term.registered_on,
        "due_on": appeal.term.due_on,
        "anonymous": appeal.applicant is None,
        "channel": appeal.channel.value,
        "language": appeal.language,
        "urgent": appeal.urgent,
        "status": Status.REGISTERED.value,
        "cause": "",
        "considered_by": "",
    }


_PARTS = ("surname", "given_name", "patronymic", "address", "email")


def _parts(applicant: Applicant) -> dict[str, str]:
    return {name: getattr(applicant, name) for name in _PARTS}


def _file(store: Store, seal: Seal, number: int, ordinal: int, file: Attachment) -> dict[str, Any]:
    at = f"{number}.{ordinal}"
    line = json.dumps([file.name, file.media_type, len(file.content)])
    return {
        "number": number,
        "ordinal": ordinal,
        "line": seal.seal_text(line, place=store.place("attachments", "line", at)),
        "content": seal.seal(file.content, place=store.place("attachments", "content", at)),
    }


def _fingerprints(store: Store, appeal: Appeal, identity: str) -> dict[str, str | None]:
    """By which a repeat is known: of the message's own id, of all that was written, and of the words alone.

    The words of an anonymous appeal are never compared with those of a signed one: «probably repeats № 11»
    would name the child.
    """
    keyed = store.keys.fingerprint
    kind = "anonymous" if appeal.applicant is None else "signed"
    fields = [kind, appeal.class_group, appeal.phone, appeal.content, appeal.text]
    if appeal.applicant is not None:
        fields += _parts(appeal.applicant).values()
    files = [part for file in appeal.attachments for part in (file.name, file.media_type, file.content)]
    words = " ".join(appeal.text.split()).casefold()
    whole = keyed("whole", *fields, str(len(files)), *files)
    return {
        # With all that was written: whoever sees the rows without the key must not see that two appeals, one
        # of them signed, came from one page that was sent twice.
        "identity": keyed("identity", identity, whole) if identity else None,
        "whole": whole,
        "words": keyed("words", kind, words) if words else None,
    }


def _alike(writing: Writing, marks: dict[str, str | None]) -> tuple[int | None, int | None]:
    """The entry of which this is an exact repeat, and the first one with the same words.

    Exact: same id and same content; neither alone is enough.
    """
    message, words = writing.as_written.execute(_ALIKE, marks).one()
    for one in writing.waiting(_NEW_FINGERPRINTS):  # by their numbers
        if message is None and marks["identity"] is not None:
            message = one["number"] if one["identity"] == marks["identity"] else None
        if words is None and marks["words"] is not None:
            words = one["number"] if one["words"] == marks["words"] else None
    return message, words
