"""Writes the generalisation of a month, a quarter or a school year, also as it may leave the school."""

import argparse
from dataclasses import replace

from intake.config import Config
from intake.generalising import generalised
from intake.verbs.export import spare_our_own, written
from intake.verbs.opening import now, one_school, open_journal, today
from intake.verbs.output import print_json, say
from intake.verbs.person import person
from intake.verbs.values import WrongUsage
from journal.model import Role
from journal.openings import note_exported
from reports.generalisation import mask
from reports.generalised import write_generalisation
from reports.period import Period
from reports.school import Detail, StaffMember


def generalisation(asked: argparse.Namespace) -> int:
    """Its text, and its page where --html says."""
    config = one_school(asked)
    if asked.masked:
        _demand_one_length(asked.period, config)
    reader = _reader(config, asked)
    with open_journal(config) as journal:
        found, numbers = generalised(journal, config.school, asked.period, now(), reader)
        form = "generalisation-masked" if asked.masked else "generalisation"
        note_exported(journal, form, numbers, by=person(), on=today(config))
    found = mask(found) if asked.masked else found
    language = asked.language or (reader.language if reader else config.school.languages[0])
    draft = write_generalisation(found, config.school, _for(language, reader), today=today(config))
    if asked.json:
        print_json({"subject": draft.subject, "text": draft.text, "html": draft.html})
    else:
        say(draft.subject, "", draft.text)
    if asked.html:
        spare_our_own(asked.html, config)
        with written(asked.html) as stream:
            stream.write(draft.html)
        if not asked.json and str(asked.html) != "-":
            say(f"wrote {asked.html}")
    return 0


def _demand_one_length(period: Period, config: Config) -> None:
    """Papers of months and of their quarter could be used together to reckon what each of them hides."""
    wanted = config.settings.generalisation.outside
    if period.length is not wanted:
        raise WrongUsage(
            f"outside the school goes the generalisation of each {wanted} and no other, because from papers "
            "of different lengths hidden counts could be reckoned; name such a period, or change "
            "`generalisation.outside` in config.yaml once and for all"
        )


def _reader(config: Config, asked: argparse.Namespace) -> StaffMember | None:
    if asked.reader is None:
        return None
    if asked.masked:
        raise WrongUsage("--reader and --masked do not go together: outside the school nobody is a reader")
    member = config.school.reader(asked.reader)
    if member is None:
        raise WrongUsage("--reader: nobody in `staff` has this address; write it as in config.yaml")
    return member


def _for(language: str, reader: StaffMember | None) -> StaffMember:
    """For whom it is written: only the language matters."""
    if reader is not None:
        return replace(reader, language=language)
    return StaffMember(name="", address="", role=Role.ADMINISTRATOR, language=language, detail=Detail.NUMBERS)
