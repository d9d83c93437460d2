"""Lists of addresses: what a line may be, and what becomes of the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_feeds import BROKEN, SITE, TOLD, Told, url_list

from tasks.discover.items import Found, Item
from tasks.discover.lists import MAX_ADDRESSES, MAX_BYTES, MAX_LINES, read_list
from tasks.errors import InputError


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        pytest.param([Item(f"{SITE}a"), Item(f"{SITE}b")], f"{SITE}a\n{SITE}b", id="one a line"),
        pytest.param([Item(f"{SITE}a"), Item(f"{SITE}b")], f"\ufeff{SITE}a\r\n\r\n  {SITE}b  \r\n", id="as Windows writes it"),
        pytest.param([Item(f"{SITE}a#part")], f"# remarks\n\n{SITE}a#part\n  # more", id="remarks"),
        pytest.param([Item(f"{SITE}a"), Item(f"{SITE}b#part")], f"{SITE}a # mine\n{SITE}b#part \u2003#mine: {SITE}c", id="remarks after an address"),
        pytest.param([Item(f"{SITE}a"), Item(f"{SITE}b")], f"{SITE}a\t# mine\n{SITE}b # mine\tand more", id="remarks and TABs"),
        pytest.param([Item(f"{SITE}a", title="A big win")], f"{SITE}a\tA  big\twin ", id="a title"),
        pytest.param([Item(f"{SITE}a", title="#1 of all")], f"{SITE}a \t#1 of all", id="a title that opens with the sign of remarks"),
        pytest.param([Item(f"{SITE}caf\u00e9")], f"{SITE}caf\u00e9", id="letters beyond ASCII"),
        pytest.param([], "", id="nothing"),
        pytest.param([], "\ufeff\n \n# only remarks", id="only remarks"),
    ],
)  # fmt: skip
def test_a_line_names_a_page(expected: list[Item], content: str) -> None:
    """Each line that is no remark names a page, with a title after a TAB."""
    assert Found(tuple(expected)) == read_list(content.encode())


def test_lists_in_other_encodings_are_read() -> None:
    """A list saved as UTF-16 names the same pages."""
    assert [f"{SITE}a"] == [item.url for item in read_list(f"{SITE}a\n".encode("utf-16")).items]


def test_lines_that_are_no_address_are_counted_and_the_first_are_named() -> None:
    """What is no address of the web is dropped, and a person is told which lines to look at."""
    lines = [
        "a.example/x",
        SITE,
        "mailto:a@b.example",
        "javascript:x\tT\x1b[31m",
        "ftp://a.example/",
        SITE,
        "/rel",
    ]
    found = read_list("\n".join(lines).encode())
    assert ([SITE], {"bad_link": 5, "duplicate": 1}) == ([item.url for item in found.items], found.dropped)
    assert found.warnings == (
        "line 1 is no address of the web: 'a.example/x'",
        "line 3 is no address of the web: 'mailto:a@b.example'",
        "line 4 is no address of the web: 'javascript:x T [31m'",
    )


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"{SITE}a note", id="a remark without its sign"),
        pytest.param(f"{SITE}a {SITE}b", id="two addresses"),
        pytest.param(f"{SITE}an old\tA title", id="before a title"),
        pytest.param(f"{SITE}a note # mine", id="before a remark"),
        pytest.param(f"{SITE}a\u2009note", id="a thin space"),
    ],
)
def test_an_address_with_white_space_in_it_is_none(line: str) -> None:
    """It is told with its line, and no page is made up of it."""
    found = read_list(f"# ours\n{SITE}\n{line}\n".encode())
    assert ([SITE], {"bad_link": 1}) == ([item.url for item in found.items], found.dropped)
    assert ["line 3 is no address of the web"] == [one.partition(":")[0] for one in found.warnings]


@pytest.mark.parametrize(
    ("reason", "content"),
    [
        pytest.param("not_a_list", b"%PDF-1.7 and more", id="a PDF"),
        pytest.param("not_a_list", b"\0\1\2\3" * 50, id="no text"),
        pytest.param("too_large", b" " * (MAX_BYTES + 1), id="11 MB"),
        pytest.param("too_large", b"a\r\n" * (MAX_LINES + 1), id="endless lines"),
    ],
)
def test_what_is_no_list_is_refused(reason: str, content: bytes) -> None:
    """The reason says why."""
    with pytest.raises(InputError) as error:
        read_list(content)
    assert error.value.reason == reason


def test_addresses_beyond_the_limit_are_counted() -> None:
    """A crawl's list is cut, and how much of it is said."""
    found = read_list(b"".join(b"%s%d\n" % (SITE.encode(), n) for n in range(MAX_ADDRESSES + 3)))
    assert (MAX_ADDRESSES, {"over_limit": 3}) == (len(found.items), found.dropped)


@given(told=TOLD)
def test_what_was_written_is_read_back(told: Told) -> None:
    """Titles and addresses of any characters come out as they went in."""
    # A remark may stand in a title's place.
    titles = [(url, "" if title.split()[:1] == ["#"] else title) for url, title in told]
    assert titles == [(item.url, item.title) for item in read_list(url_list(told)).items]


@given(content=st.one_of(BROKEN, st.text().map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_a_list_or_refused(content: bytes) -> None:
    """Nothing but InputError comes out, and every line that is no remark is kept or counted."""
    try:
        found = read_list(content)
    except InputError as error:
        assert error.reason in {"not_a_list", "too_large"}
    else:
        told = len(found.items) + sum(found.dropped.values())
        assert told <= content.count(b"\n") + content.count(b"\r") + 1
        assert len(found.warnings) == min(3, found.dropped.get("bad_link", 0))
