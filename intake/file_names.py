"""Gives attached files names that are safe to write on any disk and to show in a letter."""

import mimetypes
import re
from collections.abc import Iterable
from dataclasses import replace

from intake.text import plain_line
from journal.model import Attachment

_MOST_BYTES = 150
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
# Kinds that many people have: their endings tell nothing about the sender. Others are shown as «?».
_COMMON = """
.3gp .7z .aac .amr .apk .avi .avif .bmp .csv .dat .doc .docm .docx .eml .exe .gif .gz .heic .heif .htm .html
.ics .jpeg .jpg .json .key .m4a .m4v .mkv .mov .mp3 .mp4 .mpeg .mpg .msg .numbers .odp .ods .odt .oga .ogg
.opus .pages .pdf .png .ppt .pptx .rar .rtf .svg .tar .tif .tiff .txt .vcf .wav .weba .webm .webp .wma .wmv
.xls .xlsx .xml .zip
"""
COMMON_KINDS = frozenset(_COMMON.split())


def safe_name(name: str, media_type: str) -> str:
    """A bare file name: no folders, no control or hidden characters, not too long, never empty."""
    bare = _FORBIDDEN.sub("_", plain_line(name.replace("\\", "/").rsplit("/", 1)[-1])).strip(" .")
    stem, dot, ending = bare.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = bare, "", ""
    room = _MOST_BYTES - len((dot + ending).encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    if not stem:
        return "file" + (mimetypes.guess_extension(media_type) or "")
    return stem + dot + ending


def kind_of(name: str) -> str:
    """«.docx» when the ending is a common one, else «?»: a file's own ending may tell who sent it."""
    ending = "." + name.rpartition(".")[2].lower()
    return ending if "." in name and ending in COMMON_KINDS else "?"


def with_own_names(files: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Each file under a name of its own, «photo.jpg», «photo (2).jpg», so that none overwrites another."""
    named: list[Attachment] = []
    taken: dict[str, int] = {}
    for file in files:
        count = taken[file.name.lower()] = taken.get(file.name.lower(), 0) + 1
        stem, dot, ending = file.name.rpartition(".")
        if count > 1:
            stem, dot, ending = (stem, dot, ending) if stem else (ending, "", "")
            file = replace(file, name=f"{stem} ({count}){dot}{ending}")
        named.append(file)
    return tuple(named)
