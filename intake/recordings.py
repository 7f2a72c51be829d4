"""Phone sound and video of anonymous appeals: only what is heard and seen, in a new file.

The streams are copied as they are, so voices and faces stay; place, time, telephone, titles, chapters,
covers, subtitles and timed data are not copied, nor what cameras and encoders write between the pictures. Of
H.264 and HEVC the pictures stay, with what is needed to read them; of AV1 and MPEG-4 all but the notes. What
an encoder hides inside the coded sound or picture itself stays.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from io import BytesIO

import av
from av.bitstream import BitStreamFilterContext
from av.packet import Packet
from av.stream import Disposition, Stream

from intake.cleaning import Fresh, NotCleanable

MOST_STREAMS = 20
_MAY_BE_COPIED = """
h264 hevc mpeg4 h263 vp8 vp9 av1
aac mp3 opus amr_nb amr_wb alac pcm_s16le pcm_s16be pcm_s24le pcm_u8
"""
_CODECS = frozenset(_MAY_BE_COPIED.split())
_BEGINNINGS = (
    (re.compile(rb"....ftyp", re.DOTALL), "mov"),
    (re.compile(rb"OggS"), "ogg"),
    (re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"), "mp3"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "wav"),
    (re.compile(rb"\x1aE\xdf\xa3"), "matroska"),
)
# What each is written as: the first container that takes all streams.
_WRITTEN_AS = {"mov": ("mp4", "3gp", "mov"), "matroska": ("webm", "mp4")}
_OPTIONS = {"mp3": {"write_xing": "0", "id3v2_version": "0"}}
_KINDS = {"mp4": ".mp4", "3gp": ".3gp", "mov": ".mov", "webm": ".webm", "ogg": ".ogg"} | {
    "mp3": ".mp3",
    "wav": ".wav",
}
# Slices and parameter sets (H.264 table 7-1, HEVC table 7-1), by the first byte of a unit. Not notes, nor
# filling, nor the kinds that are left to whoever makes a camera.
_DRAWS: Mapping[str, Callable[[int], bool]] = {
    "h264": lambda head: head & 31 in (1, 2, 3, 4, 5, 7, 8),
    "hevc": lambda head: head >> 1 & 63 in (*range(10), *range(16, 22), 32, 33, 34),
}
_LENGTH_AT = {"h264": 4, "hevc": 21}  # where the settings say how long the length of a unit is
_NO_METADATA = "filter_units=remove_types=5"  # AV1 6.2.2
_USER_DATA = re.compile(rb"\x00\x00\x01\xb2.*?(?=\x00\x00\x01|\Z)", re.DOTALL)  # MPEG-4 part 2, 6.2.2.1


def reads_as(content: bytes) -> str:
    """What would read this file, or ""."""
    return next((name for beginning, name in _BEGINNINGS if beginning.match(content)), "")


def copied_anew(content: bytes) -> Fresh:
    """Raises NotCleanable."""
    source = reads_as(content)
    for target in _WRITTEN_AS.get(source, (source,)):
        with suppress(av.FFmpegError, ValueError):  # this container does not take these streams
            return _copied(content, source, target)
    raise NotCleanable


def _copied(content: bytes, source: str, target: str) -> Fresh:
    out = BytesIO()
    options = {"fflags": "+bitexact", **_OPTIONS.get(target, {})}
    with av.open(BytesIO(content), "r", format=source) as old:
        wanted = [stream for stream in old.streams if _is_seen_or_heard(stream)]
        if not wanted or len(old.streams) > MOST_STREAMS:
            raise NotCleanable
        shown = any(stream.type == "video" for stream in wanted)
        for stream in wanted:
            name = _codec(stream)
            if name not in _CODECS and (name, target) != ("vorbis", "ogg"):  # Ogg's writer drops its comments
                raise NotCleanable
        with av.open(out, "w", format=target, options=options) as new:
            copies = {stream.index: _Copy(stream, new.add_stream_from_template(stream)) for stream in wanted}
            for packet in old.demux(wanted):
                for one in copies[packet.stream_index].of(packet):
                    new.mux(one)
        if not any(copy.packets for copy in copies.values()):
            raise NotCleanable
    kind = ".m4a" if target in ("mp4", "mov") and not shown else _KINDS[target]
    return Fresh(kind=kind, content=out.getvalue())


def _codec(stream: Stream) -> str:
    return stream.codec_context.codec.canonical_name


def _is_seen_or_heard(stream: Stream) -> bool:
    """Not timed data, subtitles, attachments; nor a cover, which is a picture among the streams."""
    return stream.type in ("audio", "video") and not stream.disposition & Disposition.attached_pic


class _Copy:
    """One stream on its way into the new file."""

    def __init__(self, old: Stream, new: Stream) -> None:
        self._new = new
        self._codec = _codec(old)
        self._filter = BitStreamFilterContext(_NO_METADATA, old, new) if self._codec == "av1" else None
        self._length = 4
        self.packets = 0
        if settings := old.codec_context.extradata:
            new.codec_context.extradata = _bare_settings(self._codec, settings)
            self._length = 1 + (settings[_LENGTH_AT[self._codec]] & 3) if self._codec in _LENGTH_AT else 4

    def of(self, packet: "Packet[Stream]") -> Iterator["Packet[Stream]"]:
        """The packet as a new one: its bytes and its time, none of what was tied to it."""
        content = self._content(bytes(packet))
        if packet.dts is None or not content:  # the mark of the end, or junk between frames
            return
        fresh: Packet[Stream] = Packet(content)
        fresh.pts, fresh.dts, fresh.duration = packet.pts, packet.dts, packet.duration
        fresh.time_base, fresh.is_keyframe = packet.time_base, packet.is_keyframe
        for one in self._filter.filter(fresh) if self._filter else [fresh]:
            one.stream = self._new
            self.packets += 1
            yield one

    def _content(self, content: bytes) -> bytes:
        if self._codec in _DRAWS:
            return b"".join(_units(content, self._length, _DRAWS[self._codec]))
        if self._codec == "mpeg4":
            return _USER_DATA.sub(b"", content)
        return _frame_of_mp3(content) if self._codec == "mp3" else content


def _units(content: bytes, length: int, draws: Callable[[int], bool]) -> Iterator[bytes]:
    """The units of a packet with their lengths before them, as far as they draw."""
    at = 0
    while at < len(content):
        end = at + length + int.from_bytes(content[at : at + length], "big")
        if not at + length < end <= len(content):
            raise NotCleanable
        if draws(content[at + length]):
            yield content[at:end]
        at = end


def _bare_settings(codec: str, record: bytes) -> bytes:
    """A decoder's settings; of H.264 and HEVC the parameter sets (ISO/IEC 14496-15 5.3.3.1, 8.3.3.1)."""
    if codec in _DRAWS and record[0] != 1:
        raise NotCleanable  # units without lengths, as no telephone writes them into these containers
    if codec == "h264":
        return _settings_of_h264(record)
    if codec != "hevc":
        return _USER_DATA.sub(b"", record) if codec == "mpeg4" else record
    kept: list[bytes] = []
    at = 23
    for _ in range(record[22]):
        kind, count = record[at] & 63, int.from_bytes(record[at + 1 : at + 3], "big")
        start, at = at, at + 3
        for _ in range(count):
            at += 2 + int.from_bytes(record[at : at + 2], "big")
        if kind in (32, 33, 34):
            kept.append(record[start:at])
    return record[:22] + bytes((len(kept),)) + b"".join(kept)


def _settings_of_h264(record: bytes) -> bytes:
    """Without what stands behind the parameter sets: the colours' depths are in these too."""
    at = 5
    for few in (31, 255):  # how many sequence sets, then how many picture sets
        count, at = record[at] & few, at + 1
        for _ in range(count):
            at += 2 + int.from_bytes(record[at : at + 2], "big")
    return record[:at]


# Layer III, by whether it is version 1: kbit/s by index (ISO/IEC 11172-3 2.4.2.3, 13818-3 2.4.2.3).
_BITRATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def _frame_of_mp3(content: bytes) -> bytes:
    """One frame as long as its header says; b"" for what is none: tags stand between frames too."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE6 != 0xE2:
        return b""
    version, bitrate, rate = content[1] >> 3 & 3, content[2] >> 4, content[2] >> 2 & 3
    if version not in _RATES or not 0 < bitrate < 15 or rate == 3:
        return b""
    per_second = 144_000 if version == 3 else 72_000
    size = per_second * _BITRATES[version == 3][bitrate] // _RATES[version][rate] + (content[2] >> 1 & 1)
    return content[:size] if len(content) >= size else b""
