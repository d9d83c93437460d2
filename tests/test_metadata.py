"""What a page says of itself: title, authors, outlet, date, address, language."""

from __future__ import annotations

import json

import pytest

from tasks.extract.bylines import split_names
from tasks.model import Metadata
from tests.made_pages import (
    article,
    read,
)

LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Not this"},
        {
            "@type": ["NewsArticle"],
            "headline": "The Old &amp; the New Wall",
            "datePublished": "2020-05-03T08:00:00Z",
            "author": [{"@type": "Person", "name": "Ann Lee"}, {"@id": "#bo"}],
            "publisher": {"@type": "Organization", "name": "The Ledger"},
        },
        {"@id": "#bo", "@type": "Person", "name": "Bo Roe"},
    ],
}
LINKED_HEAD = f"<script type='application/ld+json'>{json.dumps(LINKED)}</script>"
META_HEAD = (
    "<meta property='og:title' content='The Old Wall | The Ledger'><meta property='og:site_name' content='The Ledger'>"
    "<meta name='author' content='By ANN LEE and Bo Roe, Staff Writers'>"
    "<meta property='article:published_time' content='2020/05/03 09:00'><link rel=canonical href='https://l.example/a'>"
)


@pytest.mark.parametrize(
    ("expected", "head", "body"),
    [
        pytest.param(
            Metadata("The Old & the New Wall", ("Ann Lee", "Bo Roe"), "The Ledger", "2020-05-03", "", "en"),
            LINKED_HEAD,
            "",
            id="linked data",
        ),
        pytest.param(
            Metadata("The Old Wall", ("Ann Lee", "Bo Roe"), "The Ledger", "2020-05-03", "https://l.example/a", "en"),
            META_HEAD,
            "",
            id="meta elements",
        ),
        pytest.param(
            Metadata("The Old Wall", ("Ann Lee", "Bo Roe"), "", "2020-05-03", "", "en"),
            "",
            "<p class='byline'>By Ann Lee and Bo Roe</p><time datetime='2020-05-03T10:00'>May 3</time>",
            id="the page's text",
        ),
        pytest.param(
            Metadata("The Old Wall", ("Ann Lee",), "", "2020-05", "", "en"),
            "<meta name='date' content='2020-05'><meta name='author' content='Lee, Ann'>",
            "",
            id="month, family name first",
        ),
        pytest.param(
            Metadata("The Old Wall", ("Ann Lee",), "", "2020-05-03", "", "en"),
            "<script type='application/ld+json'>{\"@type\": [broken</script>" + META_HEAD[META_HEAD.index("<meta name") :]
            .replace(" and Bo Roe", "").replace("<link rel=canonical href='https://l.example/a'>", ""),
            "",
            id="broken linked data",
        ),
    ],
)  # fmt: skip
def test_a_page_says_what_it_is(expected: Metadata, head: str, body: str) -> None:
    """Title, authors, outlet, date, address and language are read from wherever the page has them."""
    assert read(article(body, head)).metadata == expected


def test_lone_surrogates_in_linked_data_are_replaced() -> None:
    r"""A title with \ud800 in it becomes text that can be stored."""
    head = (
        '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "A \\ud800 wall"}</script>'
    )
    assert read(article("", head)).metadata.title == "A \ufffd wall"


@pytest.mark.parametrize(
    ("expected", "byline"),
    [
        pytest.param(("Ann Lee", "Bob Stone"), "By Ann Lee and Bob Stone", id="two"),
        pytest.param(("Ann Lee", "Bob Stone", "Cy Roe"), "By Ann Lee, Bob Stone, and Cy Roe", id="three"),
        pytest.param(("Ann O'Lee",), "By ANN O'LEE, Ledger staff", id="capitals and role"),
        pytest.param(("Ann Lee",), "Lee, Ann", id="family name first"),
        pytest.param(("John Smith Jr.",), "John Smith, Jr.", id="suffix"),
        pytest.param(("Ann Lee",), "Ann Lee; ann lee; Ann Lee", id="the same thrice"),
        pytest.param(("Karl Müller",), "Von Karl Müller (kmü)", id="German"),
        pytest.param(("Ann Lee", "dpa"), "Von Ann Lee, dpa", id="an agency's sign"),
        pytest.param((), "By", id="nothing but By"),
        pytest.param((), "lowercase words", id="no name, not even an agency's"),
        pytest.param((), "https://ledger.example/ann", id="an address"),
        pytest.param((), "Staff writer", id="a role"),
    ],
)
def test_bylines_become_names(expected: tuple[str, ...], byline: str) -> None:
    """Names come given name first, each once; roles and addresses are no names."""
    assert split_names(byline) == expected
