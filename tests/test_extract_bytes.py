"""Bytes become text, or are refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import InputError
from tasks.extract.decode import decode, join_surrogates
from tests.made_pages import (
    MORE,
    PROSE,
    read,
)


@pytest.mark.parametrize(
    ("expected", "warnings", "content"),
    [
        pytest.param("café “x”", (), "café “x”".encode(), id="utf-8"),
        pytest.param("café", (), b"\xef\xbb\xbf" + "café".encode(), id="utf-8 with mark"),
        pytest.param("café", (), b"\xff\xfe" + "café".encode("utf-16-le"), id="utf-16"),
        pytest.param("<meta charset=iso-8859-1>café “x”", (), "<meta charset=iso-8859-1>café “x”".encode("cp1252"), id="latin 1 that is 1252"),
        pytest.param("<meta charset=iso-8859-1>café “x”", (), "<meta charset=iso-8859-1>café “x”".encode(), id="utf-8 that says latin 1"),
        pytest.param("<meta charset=shift_jis>価格①", (), "<meta charset=shift_jis>価格①".encode("cp932"), id="Japanese"),
        pytest.param("<meta charset=iso-2022-jp>価格", (), "<meta charset=iso-2022-jp>価格".encode("iso2022_jp"), id="seven bits"),
        pytest.param("<meta charset=hex>café", (), "<meta charset=hex>café".encode(), id="a codec that makes no text"),
        pytest.param("naïve café \ufffd\ufffd ok", ("undecodable_bytes",), "naïve café ".encode() + b"\xff\xfe ok", id="invalid utf-8"),
        pytest.param("a\ufffdb café", ("lone_surrogates",), b"a\xed\xa0\x80b caf\xc3\xa9", id="lone surrogate"),
        pytest.param("😀", ("lone_surrogates",), "\ud83d\ude00".encode("utf-8", "surrogatepass"), id="pair in two halves"),
    ],
)  # fmt: skip
def test_bytes_become_text(expected: str, warnings: tuple[str, ...], content: bytes) -> None:
    """Encodings are recognized; what cannot be decoded is U+FFFD and said so, never dropped."""
    assert decode(content, "in.html") == (expected, warnings)


@given(st.binary(max_size=300))
def test_any_bytes_become_text_that_can_be_stored_or_are_refused(content: bytes) -> None:
    """No bytes crash the decoder, and no lone surrogate comes out of it."""
    try:
        text, _ = decode(content, "in.txt")
    except InputError as error:
        assert error.reason in ("empty_file", "binary_content")
    else:
        assert text.encode("utf-8").decode() == text


@given(st.text(st.characters(), max_size=50))
def test_surrogates_are_joined_or_replaced(text: str) -> None:
    """The result can be encoded, and a text without surrogates stays as it is."""
    joined = join_surrogates(text)
    joined.encode("utf-8")
    assert join_surrogates(joined) == joined


@pytest.mark.parametrize(
    ("reason", "kind", "content"),
    [
        pytest.param("empty_file", "html", b"", id="empty"),
        pytest.param("empty_file", "plain", b" \n", id="white space"),
        pytest.param("binary_content", "html", b"%PDF-1.7 \x00\x01", id="PDF named .html"),
        pytest.param("binary_content", "html", b"PK\x03\x04" + bytes(100), id="ZIP named .html"),
        pytest.param("binary_content", "plain", b"\x89PNG\r\n\x1a\n", id="image named .txt"),
        pytest.param("binary_content", "html", b"\x1f\x8b\x08 words", id="gzip named .html"),
        pytest.param("binary_content", "html", bytes(range(256)) * 4, id="bytes of all kinds"),
        pytest.param("no_text", "html", b"<html><head><title></title></head><body><img></body></html>", id="page without words"),
        pytest.param("no_text", "html", b"<", id="broken markup alone"),
        pytest.param("no_text", "markdown", b"---\n***\n", id="rules alone"),
        pytest.param("no_text", "plain", b"\xef\xbb\xbf...", id="stops alone"),
        pytest.param("unknown_media_type", "csv", b"words", id="another media type"),
    ],
)  # fmt: skip
def test_what_holds_no_text_is_refused_with_a_reason(reason: str, kind: str, content: bytes) -> None:
    """An input that cannot be read says why, by a code and in a sentence that names it."""
    with pytest.raises(InputError, match=r"in\.x") as error:
        read(content, kind)
    assert error.value.reason == reason


@pytest.mark.parametrize("kind", ["html", "markdown", "plain"])
def test_invalid_bytes_in_a_document_cost_only_themselves(kind: str) -> None:
    """The words around bytes that are no UTF-8, around surrogates and control characters stay."""
    content = f"{PROSE} naïve café ".encode() + b"\xff\x00\x08 after it. " + f"Näher. {MORE}".encode()
    found = read(b"<p>" + content + b"</p>" if kind == "html" else content, kind)
    assert "undecodable_bytes" in found.warnings
    assert PROSE in found.text
    assert MORE in found.text
