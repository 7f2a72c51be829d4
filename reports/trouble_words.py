"""What each trouble is called, what it means for the school and what to do about it, in a person's words."""

from dataclasses import dataclass

from journal.condition import Trouble
from reports.words import speak


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleWords:
    """One trouble in one language. `wrong` and `right` are headlines."""

    wrong: str
    right: str
    means: str
    remedy: str


def words_of(trouble: Trouble, language: str) -> TroubleWords:
    """The sentences about a trouble."""
    speech = speak(language)
    match trouble:
        case Trouble.MAILBOX:
            return TroubleWords(
                wrong=speech.gettext("The mailbox cannot be read"),
                right=speech.gettext("The mailbox is read again"),
                means=speech.gettext(
                    "New appeals stay in the mailbox. Nothing is lost, but nobody at the school sees them."
                ),
                remedy=speech.gettext(
                    "Open the mailbox in a browser: does the provider's mail work, and is this machine on "
                    "the network? The command “%(command)s” shows at which step it stops."
                ),
            )
        case Trouble.MAILBOX_LOGIN:
            return TroubleWords(
                wrong=speech.gettext("The mailbox does not take the password"),
                right=speech.gettext("The mailbox takes the password again"),
                means=speech.gettext(
                    "New appeals stay in the mailbox. Nothing is lost, but nobody at the school sees them."
                ),
                remedy=speech.gettext(
                    "Make a new app password in the settings of the mailbox and write it into the file that "
                    "mailbox.imap.password_file names in config.yaml. Then try it: “%(command)s”."
                ),
            )
        case Trouble.FILING:
            return TroubleWords(
                wrong=speech.gettext("The mail server puts no letters into their folders"),
                right=speech.gettext("Letters are put into their folders again"),
                means=speech.gettext(
                    "The appeals are recorded and staff are told of them, but their letters stay in the "
                    "inbox, anonymous ones perhaps too."
                ),
                remedy=speech.gettext(
                    "Is the mailbox full? Was a folder deleted or renamed? The command “%(command)s” tries "
                    "every right and makes what is missing."
                ),
            )
        case Trouble.LETTERS:
            return TroubleWords(
                wrong=speech.gettext("The daily letter could not be sent"),
                right=speech.gettext("The daily letter was sent"),
                means=speech.gettext("Staff do not know what came to the box today."),
                remedy=speech.gettext(
                    "See which letter waits, and why: senim letters list. The command “%(command)s” tries "
                    "the server that sends them. They leave by themselves once it takes them."
                ),
            )
        case Trouble.LETTERS_LOGIN:
            return TroubleWords(
                wrong=speech.gettext("The server for sending does not take the password"),
                right=speech.gettext("The server for sending takes the password again"),
                means=speech.gettext("No letter can be sent: staff do not know what came to the box."),
                remedy=speech.gettext(
                    "Make a new app password in the settings of the mailbox and write it into the file that "
                    "submission.password_file names in config.yaml. Then try it: “%(command)s”."
                ),
            )
        case _:
            return _on_this_machine(trouble, language)


def _on_this_machine(trouble: Trouble, language: str) -> TroubleWords:
    speech = speak(language)
    match trouble:
        case Trouble.DISK:
            return TroubleWords(
                wrong=speech.gettext("The disk is full"),
                right=speech.gettext("There is room on the disk again"),
                means=speech.gettext(
                    "Nothing can be recorded. New appeals stay in the mailbox: nothing is lost, but nobody "
                    "at the school sees them."
                ),
                remedy=speech.gettext(
                    "Make room on the disk of the Journal: old backups, logs. Senim goes on by itself then; "
                    "to be sure: “%(command)s”."
                ),
            )
        case Trouble.BACKUP:
            return TroubleWords(
                wrong=speech.gettext("There is no new backup"),
                right=speech.gettext("There is a backup again"),
                means=speech.gettext(
                    "Should the disk break now, all that was recorded since the last backup would be gone."
                ),
                remedy=speech.gettext(
                    "Is there room in the folder that backup.folder names in config.yaml, and may Senim "
                    "write there? “senim nightly” tries it at once and says why it fails. Then try the rest: "
                    "“%(command)s”."
                ),
            )
        case Trouble.READING:
            return TroubleWords(
                wrong=speech.gettext("Letters cannot be opened on this machine"),
                right=speech.gettext("Letters can be opened again"),
                means=speech.gettext(
                    "New appeals stay in the mailbox. Nothing is lost, but nobody at the school sees them."
                ),
                remedy=speech.gettext(
                    "The process that reads letters does not start. Is memory free? Was Senim changed or "
                    "half installed? Start the machine anew, then try: “%(command)s”."
                ),
            )
        case _:
            return TroubleWords(
                wrong=speech.gettext("The Journal cannot be reached"),
                right=speech.gettext("The Journal is there again"),
                means=speech.gettext(
                    "Nothing can be recorded. New appeals stay in the mailbox: nothing is lost, but nobody "
                    "at the school sees them."
                ),
                remedy=speech.gettext(
                    "Does the database run, and is its disk in place? The command “%(command)s” says what is "
                    "wrong with it."
                ),
            )
