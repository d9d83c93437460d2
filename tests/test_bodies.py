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

from tasks.fetch.bodies import MEMBERS, PIECE_BYTES, RATIO_FREE_BYTES, BadBodyError, Body
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
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "zstd in two frames": ("zstd", lambda data: zstd.compress(data[:9]) + zstd.compress(data[9:])),
    "identity": ("identity", bytes),
    "no encoding": ("", bytes),
    "identity and gzip": ("identity, gzip", gzip.compress),
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
    ends = {first_member} if "two" in name else set()
    for size in set(range(1, len(whole))) - ends:
        assert reason(encoding, whole[:size]) == "bad_encoding", size


@pytest.mark.parametrize("garbage", [b"\0", b"garbage", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"])
@pytest.mark.parametrize("name", PACKED)
def test_a_body_that_goes_on_after_its_end_is_no_body(name: str, garbage: bytes) -> None:
    """Neither in the same piece nor in the next one."""
    encoding, pack = ENCODINGS[name]
    for step in (1, 1_000_000):
        assert reason(encoding, pack(WORDS) + garbage, step) == "bad_encoding"


def test_only_gzip_and_zstd_go_on_with_another_part() -> None:
    """A second body after the first is none where the standard knows no members."""
    for name in ("deflate", "raw deflate", "brotli"):
        encoding, pack = ENCODINGS[name]
        assert reason(encoding, pack(WORDS) + pack(WORDS)) == "bad_encoding", name


@pytest.mark.parametrize("label", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("name", [*PACKED, "no encoding"])
def test_a_wrong_label_is_found_out(name: str, label: str) -> None:
    """Text that is called gzip, gzip that is called zstd and so on: never taken for words."""
    encoding, pack = ENCODINGS[name]
    if encoding.lower().removeprefix("x-") != label:
        assert reason(label, pack(WORDS)) == "bad_encoding"


@pytest.mark.parametrize(
    ("expected", "encoding"),
    [
        pytest.param("stacked_encoding", "gzip, gzip", id="twice the same"),
        pytest.param("stacked_encoding", "br,gzip", id="two"),
        pytest.param("stacked_encoding", "gzip, identity, deflate, br", id="three"),
        pytest.param("stacked_encoding", "x, y", id="two unknown"),
        pytest.param("bad_encoding", "compress", id="not asked for"),
        pytest.param("bad_encoding", "utf-8", id="a character set"),
        pytest.param("bad_encoding", "\x00", id="a control character"),
    ],
)
def test_encodings_that_are_not_read(expected: str, encoding: str) -> None:
    """They are refused before a byte of the body is read."""
    with pytest.raises(BadBodyError) as error:
        Body(encoding, Limits())
    assert error.value.reason == expected


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
