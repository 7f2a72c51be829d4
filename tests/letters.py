"""The letter that the tests of submission send, and sending it as the box does."""

from email.message import EmailMessage
from email.policy import SMTP

from intake.server import Server
from intake.submission import submit

AIGUL = "aigul@school.example"


def letter(to: str = AIGUL) -> EmailMessage:
    """The daily summary, small."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Сенім жәшігі <box@school.example>"
    message["To"] = to
    message["Subject"] = "Күнделікті жиынтық"
    message["Message-ID"] = "<summary@school.example>"
    message.set_content("Бүгін жаңа өтініш жоқ.\n.\n..екі нүкте\n", cte="8bit")
    return message


def send(server: Server, message: EmailMessage | bytes, *recipients: str) -> None:
    submit(message, server=server, sender="box@school.example", recipients=recipients or [AIGUL])
