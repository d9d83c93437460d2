"""Decoding bodies: whole ones come out as they went in, all others end with a reason, none grows."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch.bodies import (
    LEFT_OVER_BYTES,
    MEMBERS,
    PIECE_BYTES,
    RATIO_FREE_BYTES,
    UNREAD,
    BadBodyError,
    Body,
)
from tasks.fetch.records import Limits

USUAL = Limits()
WORDS = b"".join(b"The %d members of the council met in May. " % number for number in range(2_000))


def raw_deflate(data: bytes) -> bytes:
    """Return what some servers send as deflate: the stream without zlib's header and sum."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


ENCODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "in capitals": ("GZip", gzip.compress),
    "gzip in two members": ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    "gzip in two members, zeros between": (
        "gzip",
        lambda data: gzip.compress(data[:9]) + bytes(512) + gzip.compress(data[9:]),
    ),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "zstd in two frames": ("zstd", lambda data: zstd.compress(data[:9]) + zstd.compress(data[9:])),
    "identity": ("identity", bytes),
    "no encoding": ("", bytes),
    "identity and gzip": ("identity, gzip", gzip.compress),
    "a parameter": ("gzip;q=1.0", gzip.compress),
}
PACKED = [name for name in ENCODINGS if "identity" not in name and name != "no encoding"]


def decoded(encoding: str, raw: bytes, step: int = 1_000, limits: Limits = USUAL) -> bytes:
    """Return the body that comes in pieces of ``step`` bytes."""
    body = Body(encoding, limits)
    for start in range(0, len(raw), step):
        body.feed(raw[start : start + step])
    assert body.raw_bytes == len(raw)
    return body.end()


def reason(encoding: str, raw: bytes, step: int = 1_000, limits: Limits = USUAL) -> str:
    """Return why the body is not kept."""
    with pytest.raises(BadBodyError) as error:
        decoded(encoding, raw, step, limits)
    assert str(error.value)
    return error.value.reason


@pytest.mark.parametrize("step", [1, 7, 1_000, 1_000_000])
@pytest.mark.parametrize("name", ENCODINGS)
def test_a_whole_body_comes_out_as_it_went_in(name: str, step: int) -> None:
    """Whatever the encoding and wherever the pieces are cut."""
    encoding, pack = ENCODINGS[name]
    assert decoded(encoding, pack(WORDS), step) == WORDS


@pytest.mark.parametrize("name", ENCODINGS)
def test_nothing_stays_behind_in_a_decoder_whose_piece_is_full(name: str) -> None:
    """Bodies that end just before, at and after the end of a piece, in the middle of a repetition too."""
    encoding, pack = ENCODINGS[name]
    for size in range(PIECE_BYTES - 3, PIECE_BYTES + 300, 7):
        assert decoded(encoding, pack(b"a" * size), PIECE_BYTES) == b"a" * size, size


@given(data=st.binary(max_size=300_000), name=st.sampled_from(list(ENCODINGS)), step=st.integers(1, 70_000))
def test_any_bytes_come_back(data: bytes, name: str, step: int) -> None:
    """Text or not, empty or beyond one piece of the decoders."""
    encoding, pack = ENCODINGS[name]
    assert decoded(encoding, pack(data * 3), max(step, len(data) // 50)) == data * 3


@pytest.mark.parametrize("name", PACKED)
def test_a_body_cut_anywhere_is_no_body(name: str) -> None:
    """No prefix of an encoded body counts as whole, but that one which is whole by itself: a first member."""
    encoding, pack = ENCODINGS[name]
    whole = pack(WORDS[:300])
    first_member = len(gzip.compress(WORDS[:9])) if "gzip" in name else len(zstd.compress(WORDS[:9]))
    zeros = 512 if "zeros" in name else 0
    ends = set(range(first_member, first_member + zeros + 1)) if "two" in name else set()
    for size in set(range(1, len(whole))) - ends:
        assert reason(encoding, whole[:size]) == "bad_encoding", size


GARBAGE = [b"\0", b"garbage", b"\n", b"\x28\xb5\x2f\xfd", b"\x1f\x8b", b"\x1f"]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("name", PACKED)
def test_a_body_that_goes_on_after_its_end_is_no_body_unless_it_is_gzip(name: str, garbage: bytes) -> None:
    """Neither in the same piece nor in the next one; in gzip only what opens as a further member counts."""
    encoding, pack = ENCODINGS[name]
    for step in (1, 1_000_000):
        if "gzip" in encoding.lower() and not garbage.startswith(b"\x1f"):
            assert decoded(encoding, pack(WORDS) + garbage, step) == WORDS
        else:
            assert reason(encoding, pack(WORDS) + garbage, step) == "bad_encoding"


@pytest.mark.parametrize(
    ("expected", "left_over"),
    [
        pytest.param("", bytes(4), id="zeros"),
        pytest.param("", b"\r\n", id="a line feed"),
        pytest.param("", b"<!-- served in 0.2 s -->\n", id="a comment"),
        pytest.param("", b"\x1e\x8b" + gzip.compress(b"More."), id="no mark, whatever follows"),
        pytest.param("", b"\n" + gzip.compress(WORDS)[:40], id="a member behind something else"),
        pytest.param("", b"\x1f.", id="half a mark"),
        pytest.param("", bytes(LEFT_OVER_BYTES), id="as much as may be"),
        pytest.param("bad_encoding", bytes(LEFT_OVER_BYTES + 1), id="more zeros"),
        pytest.param("bad_encoding", b"x" * (LEFT_OVER_BYTES + 1), id="more of anything"),
        pytest.param("bad_encoding", gzip.compress(WORDS)[:-1], id="a member that is cut"),
        pytest.param("bad_encoding", bytes(9) + gzip.compress(WORDS)[:-1], id="the same behind zeros"),
        pytest.param("bad_encoding", bytes(9) + b"\x1f", id="half a mark at the end"),
    ],
)
def test_what_is_left_over_after_gzip_is_not_the_page(expected: str, left_over: bytes) -> None:
    """It is passed over, as every browser does, as long as it is short; a member that was begun must be whole."""
    raw = gzip.compress(WORDS) + left_over
    for step in (1, 7, 1_000_000):
        if expected:
            assert reason("gzip", raw, step) == expected
        else:
            assert decoded("gzip", raw, step) == WORDS


def test_zeros_between_many_members_are_bounded_together() -> None:
    """A body of members and zeros in turn gives no more for its size than members alone."""
    member = gzip.compress(b"word ")
    assert decoded("gzip", (member + b"\0") * 9) == b"word " * 9
    assert reason("gzip", (member + bytes(LEFT_OVER_BYTES // 4)) * 9) == "bad_encoding"


def test_only_gzip_and_zstd_go_on_with_another_part() -> None:
    """A second body after the first is none where the standard knows no members."""
    for name in ("deflate", "raw deflate", "brotli"):
        encoding, pack = ENCODINGS[name]
        assert reason(encoding, pack(WORDS) + pack(WORDS)) == "bad_encoding", name


LABELS = ["gzip", "deflate", "br", "zstd"]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("name", PACKED)
def test_a_wrong_label_is_found_out(name: str, label: str) -> None:
    """One coding that is called another: never taken for words."""
    encoding, pack = ENCODINGS[name]
    if encoding.lower().removeprefix("x-").partition(";")[0] != label:
        assert reason(label, pack(WORDS)) == "bad_encoding"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(WORDS, id="words"),
        pytest.param(b"<!DOCTYPE html>" + WORDS, id="a page"),
        pytest.param(
            b"\xef\xbb\xbf \r\n<p>" + "Das Café. ".encode() * 40, id="a mark and white space before it"
        ),
        pytest.param("<p>Городской совет. ".encode("cp1251") * 40, id="another character set"),
        pytest.param(b'{"items": []}' + b" " * 200, id="JSON"),
        pytest.param(b"# robots.txt\nUser-agent: *\n" * 9, id="robots.txt"),
        pytest.param(b"x" + WORDS, id="a letter that opens zlib too"),
    ],
)
@pytest.mark.parametrize("label", LABELS)
def test_a_page_that_came_unpacked_though_it_is_called_packed_is_read(label: str, page: bytes) -> None:
    """Servers and crawlers unpack and leave the header; what opens as text is taken as it is."""
    for step in (1, 1_000_000):
        assert decoded(label, page, step) == page


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\x1f\x8b<p>words" + WORDS, id="the mark of gzip before it"),
        pytest.param(b"<p>\x00words" + WORDS, id="a zero byte"),
        pytest.param(b"\x89PNG" + WORDS, id="the mark of something else"),
        pytest.param(b"7" + WORDS, id="a number"),
        pytest.param(bytes(300), id="zeros"),
    ],
)
@pytest.mark.parametrize("label", LABELS)
def test_what_does_not_open_as_text_is_held_to_its_label(label: str, body: bytes) -> None:
    """Bytes that are neither the coding nor a page are no page."""
    assert reason(label, body) == "bad_encoding"


def test_few_bytes_are_text_only_where_the_coding_has_a_mark() -> None:
    """The first bytes of br and deflate, all that came before the connection broke, may be letters by chance."""
    assert [decoded(label, b"<p>Words.") for label in ("gzip", "zstd")] == [b"<p>Words."] * 2
    assert [reason(label, b"<p>Words.") for label in ("deflate", "br")] == ["bad_encoding"] * 2


@pytest.mark.parametrize(
    ("expected", "encoding"),
    [
        pytest.param("stacked_encoding", "gzip, gzip", id="twice the same"),
        pytest.param("stacked_encoding", "br,gzip", id="two"),
        pytest.param("stacked_encoding", "gzip, identity, deflate, br", id="three"),
        pytest.param("stacked_encoding", "dcb, gzip", id="one that is not read, and gzip"),
        pytest.param("bad_encoding", "\x00", id="a control character"),
        pytest.param("bad_encoding", "gzip deflate", id="no comma"),
        *[pytest.param("bad_encoding", name, id=name) for name in sorted(UNREAD)],
        pytest.param("bad_encoding", "X-Compress", id="x-compress"),
    ],
)
def test_encodings_that_are_not_read(expected: str, encoding: str) -> None:
    """They are refused before a byte of the body is read."""
    with pytest.raises(BadBodyError) as error:
        Body(encoding, Limits())
    assert error.value.reason == expected


WRITTEN_BY_MISTAKE = [
    "none",
    "utf-8",
    "UTF-8, none",
    "text/html; charset=utf-8",
    "8bit",
    "binary",
    "x, y",
    "x-",
]


@pytest.mark.parametrize("encoding", WRITTEN_BY_MISTAKE)
def test_words_that_are_no_codings_change_nothing(encoding: str) -> None:
    """A page is what came; what holds control characters may be of a coding that nobody knows here."""
    assert decoded(encoding, WORDS, 7) == WORDS
    assert decoded(f"{encoding}, gzip", gzip.compress(WORDS), 7) == WORDS
    if encoding != "x-":
        for _, pack in (ENCODINGS[name] for name in PACKED):
            assert reason(encoding, pack(WORDS)) == "bad_encoding"
            assert reason(f"{encoding}, br", brotli.compress(pack(WORDS))) == "bad_encoding"


@given(
    raw=st.binary(max_size=2_000),
    encoding=st.sampled_from(["gzip", "deflate", "br", "zstd"]),
    step=st.integers(1, 500),
    opening=st.sampled_from([b"", *(pack(b"words" * 9)[:-9] for _, pack in ENCODINGS.values())]),
)
def test_whatever_bytes_come_the_only_error_is_bad_body(
    raw: bytes, encoding: str, step: int, opening: bytes
) -> None:
    """Bytes of chance, also after the start of a right body, raise nothing else."""
    try:
        decoded(encoding, opening + raw, step)
    except BadBodyError as error:
        assert error.reason == "bad_encoding"


@pytest.mark.parametrize("name", ENCODINGS)
def test_the_limit_on_decoded_bytes_is_exact(name: str) -> None:
    """A body of just the limit is read, one byte more is refused."""
    encoding, pack = ENCODINGS[name]
    limits = Limits(decoded_bytes=len(WORDS))
    assert decoded(encoding, pack(WORDS), limits=limits) == WORDS
    assert reason(encoding, pack(WORDS + b"."), limits=limits) == "too_large"


def test_the_limit_on_raw_bytes_is_exact_and_may_be_announced() -> None:
    """So many bytes are read, one more is refused, also when it is announced and does not come."""
    limits = Limits(raw_bytes=1_000)
    assert decoded("", WORDS[:1_000], limits=limits) == WORDS[:1_000]
    assert reason("", WORDS[:1_001], limits=limits) == "too_large"
    body = Body("", limits)
    body.announce(1_000)
    with pytest.raises(BadBodyError, match="1,000 bytes") as error:
        body.announce(1_001)
    assert error.value.reason == "too_large"


def test_the_ratio_counts_only_for_bodies_of_some_size() -> None:
    """A short page of one line repeated passes; what unpacks beyond the ratio and the free size does not."""
    short, long = b"a" * RATIO_FREE_BYTES, b"a" * (RATIO_FREE_BYTES + 1)
    for name in PACKED:
        encoding, pack = ENCODINGS[name]
        assert decoded(encoding, pack(short)) == short
        assert reason(encoding, pack(long)) == "too_compressed", name
    assert decoded("", long) == long


def test_a_body_of_a_thousand_members_is_read_and_of_more_is_not() -> None:
    """Empty members cost time and give nothing."""
    for encoding, pack in (("gzip", gzip.compress), ("zstd", zstd.compress)):
        assert decoded(encoding, pack(b"") * MEMBERS) == b""
        assert reason(encoding, pack(b"") * (MEMBERS + 1)) == "bad_encoding"


def test_a_frame_that_wants_a_large_window_is_refused() -> None:
    """A zstd body may ask the reader for gigabytes of memory: 8 MB is given, 16 MB is not."""

    def packed(window_log: int) -> bytes:
        parameter = zstd.CompressionParameter
        packer = zstd.ZstdCompressor(options={parameter.window_log: window_log})
        # A frame of unknown size: one that tells its size has a window no larger than that.
        return packer.compress(WORDS) + packer.flush()

    assert decoded("zstd", packed(23)) == WORDS
    assert reason("zstd", packed(24)) == "bad_encoding"


@pytest.mark.parametrize("name", PACKED)
def test_a_bomb_in_one_piece_never_enters_memory(name: str) -> None:
    """What 20 MB of zeros are packed into is refused with some pieces of it unpacked."""
    encoding, pack = ENCODINGS[name]
    bomb = pack(bytes(20_000_000))
    tracemalloc.start()
    try:
        assert reason(encoding, bomb, len(bomb), Limits(ratio=10**9)) == "too_large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # The 10 MB that a body may have, the growing of their buffer, and one piece.
    assert peak < 15_000_000


def test_an_empty_body_is_empty_whatever_its_encoding() -> None:
    """A server that sends nothing has not sent half of something."""
    assert [Body(encoding, Limits()).end() for encoding in ("", "gzip", "br", "zstd", "deflate")] == [b""] * 5
