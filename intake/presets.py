"""What is known of the mail providers that schools use: their servers, and how a program logs in there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One provider. `hint` is told before the password is asked for."""

    name: str
    imap: str
    smtp: str
    hint: str
    supported: bool = True


_GMAIL = Preset(
    name="Gmail",
    imap="imap.gmail.com",
    smtp="smtp.gmail.com",
    hint="Gmail: switch on 2-Step Verification, then make an app password: myaccount.google.com/apppasswords",
)
_MAILRU = Preset(
    name="Mail.ru",
    imap="imap.mail.ru",
    smtp="smtp.mail.ru",
    hint="Mail.ru: account.mail.ru → Безопасность → Пароли для внешних приложений",
)
_YANDEX = Preset(
    name="Yandex",
    imap="imap.yandex.com",
    smtp="smtp.yandex.com",
    hint="Yandex: allow IMAP in the mailbox's settings, then id.yandex.ru → Безопасность → Пароли приложений",
)
_MICROSOFT = Preset(
    name="Microsoft",
    imap="outlook.office365.com",
    smtp="smtp.office365.com",
    hint="Microsoft lets programs in by OAuth2 only, which Senim does not speak yet: take another mailbox",
    supported=False,
)
_DOMAINS = {
    _GMAIL: ("gmail.com", "googlemail.com"),
    _MAILRU: ("mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru"),
    _YANDEX: ("yandex.ru", "ya.ru", "yandex.kz", "yandex.com", "yandex.by"),
    _MICROSOFT: ("outlook.com", "hotmail.com", "live.com", "live.ru"),
}


def preset_for(address: str) -> Preset | None:
    """The provider by the address's domain; None for a school's own server."""
    domain = address.rpartition("@")[2].casefold()
    return next((preset for preset, domains in _DOMAINS.items() if domain in domains), None)
