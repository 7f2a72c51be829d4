"""How a reply finds its way back: the secret each letter carries, written in three places and read from any.

Staff answer with whatever program they have. One keeps only the address, another only the Message-ID,
a third only the text; so the same token stands in the Reply-To subaddress (RFC 5233), in our Message-ID
(RFC 5322 §3.6.4) and in a line of the body. `r.` says «reply of staff». A family's letter has another
kind of token, «f.», in its Message-ID alone: it tells which letter came back, and opens nothing.
"""

import re
import secrets

_TOKEN = re.compile(r"(?<![0-9A-Za-z_.-])r\.([0-9a-f]{32})(?![0-9A-Za-z_-])", re.IGNORECASE | re.ASCII)
_FAMILY = re.compile(r"(?<![0-9A-Za-z_.-])(f\.[0-9a-f]{32})\.senim@", re.IGNORECASE | re.ASCII)
_WHOLE = re.compile(r"[0-9a-f]{32}", re.ASCII)
_LOCAL_LIMIT = 64  # octets before the @, RFC 5321 §4.5.3.1.1


def new_token() -> str:
    """128 random bits as 32 hexadecimal digits: nobody guesses it, and no client changes it."""
    return secrets.token_hex(16)


def reply_to(box: str, token: str) -> str:
    """The box's address with the token as its subaddress.

    A box whose own name leaves no room for the token comes back as it is: a server may refuse a longer
    one, and the token still returns in References and in the body.
    """
    local, domain = _parts(box)
    tagged = f"{local}+r.{_checked(token)}"
    return f"{tagged}@{domain}" if len(tagged.encode()) <= _LOCAL_LIMIT else box


def message_id(box: str, token: str) -> str:
    """The Message-ID of the letter with this token: always the same, so a letter sent twice is one letter."""
    return f"<r.{_checked(token)}.senim@{_parts(box)[1]}>"


def marker(token: str) -> str:
    """The line of the body that carries the token: short enough that no client wraps it."""
    return f"⁂ senim:r.{_checked(token)}"


def family_mark(token: str) -> str:
    """The token of a letter to a family, as the Journal knows it: never one of staff."""
    return f"f.{_checked(token)}"


def family_message_id(box: str, token: str) -> str:
    """The Message-ID of a letter to a family."""
    return f"<{family_mark(token)}.senim@{_parts(box)[1]}>"


def family_marks_in(text: str) -> list[str]:
    """Every mark of a letter to a family in the header of a letter that came back."""
    return list(dict.fromkeys(found.lower() for found in _FAMILY.findall(text)))


def tokens_in(*texts: str) -> list[str]:
    """Every token in these addresses, message ids or bodies; each once, in the order found."""
    # Looking for «r.» first spares a long text the slow way.
    may_have = [text for text in texts if "r." in text or "R." in text]
    return list(dict.fromkeys(found.lower() for text in may_have for found in _TOKEN.findall(text)))


def _checked(token: str) -> str:
    if not _WHOLE.fullmatch(token):
        raise ValueError("a token is 32 lower-case hexadecimal digits: make one with new_token()")
    return token


def _parts(box: str) -> tuple[str, str]:
    local, at, domain = box.rpartition("@")
    if not (local and at and domain):
        raise ValueError("the box needs a whole address, such as box@school.example: see mailbox.address")
    return local, domain
