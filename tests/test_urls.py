"""Addresses: two spellings of one page have one form."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.cite.urls import LONGEST_URL, canonical_url

PAGE = "courier.example/2016/01/ferry"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://courier.example/2016/01/ferry", id="plain"),
        pytest.param("http://courier.example/2016/01/ferry", id="without TLS"),
        pytest.param("https://www.courier.example/2016/01/ferry/", id="www and slash"),
        pytest.param("https://m.courier.example/2016/01/ferry", id="mobile host"),
        pytest.param("HTTPS://WWW.Courier.Example/2016/01/ferry", id="capitals of scheme and host"),
        pytest.param("courier.example/2016/01/ferry", id="no scheme"),
        pytest.param("//courier.example/2016/01/ferry", id="scheme left to the page"),
        pytest.param("https://courier.example/2016/01/ferry#comments", id="fragment"),
        pytest.param("https://courier.example/2016/01/ferry?utm_source=feed", id="tracking"),
        pytest.param("https://courier.example/2016/01/ferry/index.html", id="index page"),
        pytest.param("https://courier.example/2016/\n 01/ferry", id="broken over lines"),
        pytest.param("https://courier.example:443/2016/01/ferry", id="the scheme's own port"),
    ],
)
def test_spellings_of_one_page_have_one_form(url: str) -> None:
    """Scheme, "www.", tracking, fragment and a closing slash do not make another page."""
    assert canonical_url(url) == PAGE


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param(
            "courier.example/story?id=7", "https://courier.example/story?id=7", id="query that counts"
        ),
        pytest.param(
            "a.example/story.php?sid=12", "http://a.example/story.php?sid=12&fbclid=x", id="story id"
        ),
        pytest.param("a.example/watch?v=Xy", "https://a.example/watch?v=Xy#t", id="video"),
        pytest.param("a.example?12345", "https://a.example/?12345", id="query that is a number"),
        pytest.param("a.example/s?cid=7", "https://a.example/s?cid=7&cid=mail&smid=tw", id="numbered by cid"),
        pytest.param("a.example/s?a=1&b=2", "https://a.example/s?b=2&a=1", id="order of a query"),
        pytest.param("courier.example", "https://www.courier.example/", id="front page"),
        pytest.param("courier.example/Ferry", "https://courier.example/Ferry", id="case of a path"),
        pytest.param("localhost:8000/a", "http://localhost:8000/a", id="local server"),
        pytest.param("", "", id="nothing"),
        pytest.param("", "#note-3", id="a place on the page itself"),
        pytest.param("", "mailto:desk@courier.example", id="mail"),
        pytest.param("", "javascript:void(0)", id="script"),
        pytest.param("", "data:text/html,x", id="data"),
        pytest.param("", "ftp://courier.example/a", id="other scheme"),
        pytest.param("", "ferry", id="a word"),
        pytest.param("", "https://[::1", id="broken host"),
        pytest.param("", "https://courier.example/" + "a" * LONGEST_URL, id="longer than an address"),
    ],
)
def test_what_counts_is_kept_and_what_is_no_page_is_empty(expected: str, url: str) -> None:
    """Path and query tell pages apart; anything but a web page gives the empty string."""
    assert canonical_url(url) == expected


URLS = st.builds(
    "{}{}/{}{}".format,
    st.sampled_from(["", "//", "http://", "https://www.", "https://m.", "ftp://", "mailto:"]),
    st.sampled_from(
        ["courier.example", "www.courier.example", "m.m.example.org", "[::1]", "x:99999", "a b.c"]
    ),
    st.text(max_size=20),
    st.sampled_from(["", "?a=1&utm_medium=x", "#top", "/index.html", "/index.php?x"]),
)


@given(st.one_of(st.text(), URLS))
@example("https://www.www.courier.example")
@example("http://a.b/index.html/index.html")
@example("\ud800.com")
@example("https://courier.example/%")
@example("https://courier.example:port/")
@example("a.b//")
def test_any_text_has_a_form_that_is_its_own(url: str) -> None:
    """Nothing raises, and the form of the form is the form."""
    form = canonical_url(url)
    assert canonical_url(form) == form
