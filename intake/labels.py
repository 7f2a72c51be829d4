"""The words that sites put before the fields of their forms: «Аты-жөні», «Телефон», «Your message».

A school adds its own in config (`form.labels`). Case, `_`, `-`, colons, stars and what stands in brackets
do not count. A word that is not here splits nothing: «Уақыты: …» inside an appeal stays text.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

METADATA = "metadata"  # what a machine adds: never a word of the family
PERHAPS = "perhaps"  # metadata only beside other metadata: a child may write «Время: 10:00» too
_WORD = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_POLITE = "ваш ваша ваше ваши your сіздің my введите укажите enter"
_BEFORE = frozenset(_POLITE.split())

# `name` may hold a whole name or the given name alone; which of them, the other fields tell.
_OUT_OF_THE_BOX = {
    "name": """аты-жөні, аты-жөніңіз, аты-жөнім, аты жөні тегі, тегі аты, тегі аты әкесінің аты, т.а.ә., аты,
        атыңыз, атым, есімі, есіміңіз, есім, өтініш беруші, өтініш берушінің аты-жөні, жіберуші, кімнен,
        автор, ФИО, фио заявителя, фио родителя, имя, имя и фамилия, фамилия и имя, имя фамилия, фамилия имя,
        фамилия имя отчество, как вас зовут, имя отправителя, отправитель, заявитель, контактное лицо, от,
        от кого, name, full name, contact name, sender, sender's name, sent by, from, author, applicant""",
    "surname": "тегі, тегіңіз, тегім, фамилия, surname, last name, lastname, family name",
    "given_name": "first name, firstname, given name",
    "patronymic": "әкесінің аты, әкеңіздің аты, отчество, patronymic, middle name",
    "address": """мекенжайы, мекенжай, мекен-жайы, мекен-жайыңыз, мекенжайыңыз, тұрғылықты мекенжайы, адрес,
        почтовый адрес, домашний адрес, адрес проживания, address, postal address, home address""",
    "email": """эл. поштасы, эл. пошта, эл. поштаңыз, пошта, электрондық пошта, электрондық поштасы,
        электрондық поштаңыз, электрондық пошта мекенжайы, эл. почта, почта, электронная почта,
        адрес электронной почты, e-mail автора,
        автордың e-mail, емейл, имейл, e-mail, e-mail address, email автора,
        e-mail отправителя, sender's e-mail, replyto, reply to, mail""",
    "class_group": """сыныбы, сынып, сыныбыңыз, тобы, топ, сыныбы/тобы, сынып/топ, сынып не топ, класс,
        группа, класс/группа, класс группа, класс ребенка, класс ученика, class, group, class/group, grade""",
    "phone": """телефоны, телефон, телефоныңыз, телефон нөмірі, телефон нөміріңіз, байланыс телефоны,
        ұялы телефон, тел, номер телефона, контактный телефон, мобильный телефон, телефон для связи,
        телефон автора, телефон родителя, phone, telephone, phone number, mobile, mobile phone, tel""",
    "subject": """тақырыбы, тақырып, өтініш тақырыбы, хабарлама тақырыбы, тема, тема обращения,
        тема сообщения, тема письма, subject, topic""",
    "text": """өтініш мәтіні, өтініш, өтініші, өтінішіңіз, мәтіні, мәтін, хабарлама, хабарламаңыз,
        хабарлама мәтіні, хат, хат мәтіні, хабар, хабар мәтіні, мазмұны, өтініш мазмұны, пікір, түсініктеме,
        обращение, текст обращения, суть обращения, содержание обращения, сообщение, текст сообщения, текст,
        текст письма, содержание, комментарий, комментарии, вопрос, ваш вопрос, жалоба, опишите ситуацию,
        message, message body, message text, text, textarea, comment, comments, comment or message,
        the appeal, appeal, question, enquiry, inquiry""",
    "anonymous": """жасырын, жасырын өтініш, жасырын жіберу, жасырын қалу, анонимді, анонимно, аноним,
        анонимное обращение, анонимное сообщение, отправить анонимно, остаться анонимным, хочу остаться
        анонимным, anonymous, anonymously, anonymous appeal, send anonymously, stay anonymous""",
    "urgent": "шұғыл, срочно, срочное обращение, urgent",
    METADATA: """IP, IP адрес, IP-адрес отправителя, IP отправителя, айпи, IP мекенжайы, remote IP,
        remote address, IP address, user IP, user IP address, sender IP, client IP, удаленный IP, удалённый
        IP-адрес, user agent, useragent, агент пользователя, браузер, браузері, browser, browser info,
        операционная система, operating system, device, устройство, page URL, URL страницы, адрес страницы,
        страница отправки, source page, referrer, referer, реферер, беттің URL, transaction ID,
        ID транзакции, транзакция, block ID, ID блока, form ID, ID формы, form name, название формы,
        имя формы, request ID, submission ID, entry ID, response ID, номер заявки, ID заявки, UID, user ID,
        ID пользователя, session ID, cookies, cookie, timestamp, отметка времени, уақыт белгісі, submitted at,
        submitted on, date submitted, дата отправки, время отправки, жіберілген уақыты, powered by,
        utm source, utm medium, utm campaign, utm content, utm term, gclid, yclid, client id, remote user,
        remote host, hostname, geo, gotcha, captcha""",
    PERHAPS: """отправлено, жіберілді, sent, submitted, создано, дата создания, статус, status, күйі,
        date, time, дата, время, күні, уақыты, күн, уақыт, дата и время, date time, page, страница,
        бет, сайт, site, website, source, источник, URL сайта, page title, id, country, страна, city,
        credit, host, URL, город, form, форма, язык, language, тіл""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What each known label stands for."""

    known: Mapping[str, str]

    def field_of(self, label: str) -> str:
        """The field that a label names; "" for one that we do not know."""
        return self.known.get(bare(label), "")


def bare(label: str) -> str:
    """«Ваше_имя*:» → «имя»."""
    text = unicodedata.normalize("NFC", label[:200]).casefold().replace("ё", "е")
    words = _WORD.findall(_BRACKETS.sub(" ", text))
    while len(words) > 1 and words[0] in _BEFORE:
        words = words[1:]
    return "".join(words)


def labels_with(more: Mapping[str, Iterable[str]]) -> Labels:
    """The labels known out of the box and a school's own, which count first."""
    known = {
        bare(label): name for name, typed in _OUT_OF_THE_BOX.items() for label in reversed(typed.split(","))
    }
    known |= {bare(label): name for name, typed in more.items() for label in typed}
    known.pop("", None)
    return Labels(known=known)


OUT_OF_THE_BOX = labels_with({})
