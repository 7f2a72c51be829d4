"""What the tests of the mailbox put into a box, and how they look at it afterwards."""

from intake.incoming import Folders, Incoming
from intake.mailbox import Mailbox
from tests.servers import Account, Mail

FOLDERS = Folders()


def letter(text: str, *, subject: str = "Сенім жәшігіне", charset: str = "utf-8") -> bytes:
    """A plain letter from Аружан's mother, bytes as they travel."""
    head = f"From: ana@family.example\r\nDate: Sun, 1 Jan 1995 00:00:00 +0000\r\nSubject: {subject}\r\n"
    head += f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (head + text + "\r\n").encode(charset)


def put(mail: Mail, box: Account, *letters: bytes, folder: str = "INBOX") -> list[bytes]:
    for raw in letters:
        mail.append(raw, box.address, folder)
    return list(letters)


def everywhere(mail: Mail, box: Account) -> dict[str, list[bytes]]:
    """Every folder that holds something, with what it holds."""
    found = {name: mail.messages(box.address, name) for name in mail.folders(box.address)}
    return {name: messages for name, messages in found.items() if messages}


def read_all(mailbox: Mailbox) -> list[Incoming]:
    return [one for batch in mailbox.fetch(mailbox.uids()) for one in batch]


def make_folder(mail: Mail, box: Account, name: str) -> None:
    with Mailbox.open(box.imap, FOLDERS) as mailbox:
        mailbox._client.create_folder(name)
