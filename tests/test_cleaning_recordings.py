"""Sound and video of an anonymous appeal play as before and tell nothing else."""

import io
import struct

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.recordings import copied_anew
from journal.model import Attachment
from tests.canaries import Hunter
from tests.cleaned import clean
from tests.marked_recordings import MARK, RECORDINGS, recorded, telephone_video
from tests.second_opinion import told_by_exiftool

MARKS = Hunter({"mark": MARK, "time": "23:59:60"})


def packets(content: bytes) -> dict[str, list[bytes]]:
    """What is seen and heard, as it is coded."""
    found: dict[str, list[bytes]] = {}
    with av.open(io.BytesIO(content), "r") as file:
        for packet in file.demux():
            if packet.dts is not None:
                found.setdefault(packet.stream.type, []).append(bytes(packet))
    return found


def frames(content: bytes) -> list[tuple[int, bytes]]:
    """How each picture is turned, and its pixels."""
    with av.open(io.BytesIO(content), "r") as file:
        return [(one.rotation, bytes(one.planes[0])) for one in file.decode(video=0)]


def duration(content: bytes) -> int | None:
    with av.open(io.BytesIO(content), "r") as file:
        return file.duration


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_plays_the_same_and_tells_nothing_else(name: str) -> None:
    ending, make = RECORDINGS[name]
    planted = make()
    assert MARKS.find(planted)
    (kept,) = clean([Attachment(name=f"{MARK}.bin", media_type="video/x", content=planted)]).kept
    assert kept.name == f"1{ending}"
    assert not MARKS.find(kept.content)
    before, after = packets(planted), packets(kept.content)
    assert before.keys() == after.keys()
    if name != "mp3":  # one frame of it is broken by a mark
        assert before["audio"] == after["audio"]
        assert duration(planted) == duration(kept.content)
    assert abs(len(before["audio"]) - len(after["audio"])) <= 1
    if "video" in before:
        shown = frames(kept.content)
        assert frames(planted) == shown and len(shown) == 20
        assert name == "browser" or {turned for turned, _ in shown} == {90}
    assert kept.content == copied_anew(planted).content  # not even the moment of cleaning is in it
    assert MARK not in told_by_exiftool(kept.content, ending)


@pytest.mark.parametrize("name", ["telephone", "iphone"])
def test_what_an_encoder_writes_between_the_pictures_is_gone(name: str) -> None:
    planted = RECORDINGS[name][1]()
    assert b"x264" in planted or b"x265" in planted
    content = copied_anew(planted).content
    assert b"x264" not in content and b"x265" not in content


def hidden_in_the_film(head: int, behind: bytes = b"") -> bytes:
    """A film with a unit of this kind before each picture, and something behind the decoder's settings."""
    out, unit = io.BytesIO(), bytes([head]) + MARK.encode()
    with av.open(io.BytesIO(telephone_video()), "r") as old, av.open(out, "w", format="mp4") as new:
        (film,) = old.streams.video
        copy = new.add_stream_from_template(film)
        copy.codec_context.extradata = (film.codec_context.extradata or b"") + behind
        for packet in old.demux(film):
            if packet.dts is not None:
                fresh = av.Packet(struct.pack(">I", len(unit)) + unit + bytes(packet))
                fresh.pts, fresh.dts, fresh.time_base = packet.pts, packet.dts, packet.time_base
                fresh.duration, fresh.is_keyframe, fresh.stream = packet.duration, packet.is_keyframe, copy
                new.mux(fresh)
    return out.getvalue()


@pytest.mark.parametrize("kind", [6, 9, 12, 13, 14, 19, 24, 31])
def test_what_a_camera_hides_between_the_pictures_or_behind_the_settings_is_gone(kind: int) -> None:
    planted = hidden_in_the_film(kind, MARK.encode())
    assert MARKS.find(planted)
    content = copied_anew(planted).content
    assert not MARKS.find(content)
    assert frames(content) == frames(telephone_video())


def test_a_cover_a_subtitle_and_a_file_in_a_recording_are_not_kept() -> None:
    planted = recorded("matroska", audio="libopus", attached=True)
    assert MARKS.find(planted)
    (kept,) = clean([Attachment(name="a.mkv", media_type="video/x", content=planted)]).kept
    assert (
        kept.name == "1.webm" and packets(kept.content).keys() == {"audio"} and not MARKS.find(kept.content)
    )


@pytest.mark.parametrize("size", [0, 12, 200, 1_000, 3_000])
def test_a_recording_that_is_cut_is_refused_or_shortened(size: int) -> None:
    for name, (_, make) in RECORDINGS.items():
        result = clean([Attachment(name="a.mp4", media_type="video/mp4", content=make()[:size])])
        assert len(result.kept) + len(result.refused) == 1, name
        assert not any(MARKS.find(file.content) for file in result.kept), name


FILM = telephone_video()


@given(st.lists(st.tuples(st.integers(0, len(FILM) - 1), st.integers(0, 255)), max_size=40))
def test_any_damage_is_refused_or_harmless(damage: list[tuple[int, int]]) -> None:
    content = bytearray(FILM)
    for at, value in damage:
        content[at] = value
    result = clean([Attachment(name="a.mp4", media_type="video/mp4", content=bytes(content))])
    assert len(result.kept) + len(result.refused) == 1


@pytest.mark.parametrize(
    "beginning", [b"\0\0\0\x18ftypisom", b"OggS", b"ID3\4", b"RIFF....WAVE", b"\x1aE\xdf\xa3"]
)
@given(rest=st.binary(max_size=400))
def test_noise_behind_a_true_beginning_is_refused(beginning: bytes, rest: bytes) -> None:
    assert clean([Attachment(name="a.mp4", media_type="video/mp4", content=beginning + rest)]).refused
