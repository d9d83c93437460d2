"""Of what a page says several times over, which is its title, its outlet and who wrote it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.titles import page_outlet, page_title
from tests.made_pages import article, read

URL = "https://www.harbor-ledger.example/2020/wall"
CANONICAL = f"<link rel='canonical' href='{URL}'>"


def linked(**fields: object) -> str:
    """A page's linked data with an article of these fields."""
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


@pytest.mark.parametrize(
    ("expected", "title", "seen"),
    [
        pytest.param("The Old Wall", "The Old Wall | The Harbor Ledger", [], id="the outlet"),
        pytest.param("The Old Wall", "The Old Wall：The Harbor Ledger", [], id="the outlet behind a wide colon"),
        pytest.param("The Old Wall", "The Old Wall - harbor-ledger.example", [], id="the address"),
        pytest.param("The Old Wall", "The Old Wall – The Harbor Ledger – 13.06.2023", [], id="outlet and day"),
        pytest.param("The Old Wall", "The Old Wall | News | Rivers", ["The old wall"], id="sections below the headline"),
        pytest.param("The Old Wall - a report", "The Old Wall - a report", ["A report"], id="part of the title"),
        pytest.param("Dams: The Old Wall", "Dams: The Old Wall", ["The Old Wall"], id="what stands in front"),
        pytest.param("The Harbor Ledger", "The Harbor Ledger", [], id="nothing but the outlet"),
        pytest.param("Opinion | Why the Old Wall matters", "Opinion | Why the Old Wall matters", ["Opinion"],
                     id="a section's heading in front"),
        pytest.param("Old walls - US", "Old walls - US", [], id="two letters of the address"),
        pytest.param("▷ | The Old Wall", "▷ | The Old Wall", [""], id="an empty heading"),
    ],
)  # fmt: skip
def test_a_title_loses_what_the_system_added(expected: str, title: str, seen: list[str]) -> None:
    """What stands behind the last break goes where it is no part of the title."""
    assert page_title(["", title], [title, *seen], "The Harbor Ledger", URL) == expected


@given(
    st.lists(st.text(alphabet="ab |-–：.2/", max_size=12), max_size=4), st.text(alphabet="ab. -", max_size=6)
)
def test_any_title_is_the_beginning_of_a_candidate(candidates: list[str], outlet: str) -> None:
    """Nothing is made up, and a title that is there does not vanish."""
    title = page_title(candidates, candidates, outlet, "https://b.example")
    first = next(filter(None, candidates), "")
    assert first.startswith(title)
    assert bool(title) is bool(first)


@pytest.mark.parametrize(
    ("expected", "told", "titles"),
    [
        pytest.param("The Harbor Ledger", ["The Harbor Ledger", "Ledger Media AG"], [], id="the site's name first"),
        pytest.param("Harbor Ledger", ["Security", "Harbor Ledger"], [], id="the name that the address bears out"),
        pytest.param("The Mill", ["The Mill", "Inland Post"], [], id="the first where it bears out none"),
        pytest.param("Harbor Ledger", ["Harbor Ledger - Coast Printers GmbH & Co. KG"], [], id="without the company"),
        pytest.param("Harbor Ledger", ["Harbor Ledger (www.harbor-ledger.example)"], [], id="without the address"),
        pytest.param("The Harbor Ledger", [], ["The Old Wall | The Harbor Ledger"], id="the end of the title element"),
        pytest.param("", [], ["The Old Wall | Rivers"], id="an end that the address does not know"),
        pytest.param("", ["https://social.example/ledger"], [], id="an address is no name"),
    ],
)  # fmt: skip
def test_the_outlet_is_the_name_that_the_address_bears_out(
    expected: str, told: list[str], titles: list[str]
) -> None:
    """A section, a company or an account does not pass for the paper's name."""
    assert page_outlet(told, titles, URL) == expected


def test_a_name_of_several_words_loses_the_ending_of_the_address() -> None:
    """A single word with an ending is what the paper calls itself."""
    assert page_outlet(["Le Matin.fr"], [], "https://www.lematin.fr/a") == "Le Matin"
    assert page_outlet(["Matin.fr"], [], "https://www.matin.fr/a") == "Matin.fr"


SITE = "<meta property='og:site_name' content='The Harbor Ledger'>" + CANONICAL


@pytest.mark.parametrize(
    ("expected", "head", "body"),
    [
        pytest.param(("Ann Lee", "Bo Roe", "Cy Fox"), linked(author=[{"name": "Ann Lee"}, "Bo Roe", {"name": "Cy Fox"}]), "", id="a list"),
        pytest.param(("Ann Lee", "Bo Roe", "dpa"), linked(author={"name": "Ann Lee und Bo Roe, dpa"}), "", id="names in one field"),
        pytest.param(("dpa",), linked(author={"name": "dpa"}), "", id="an agency"),
        pytest.param(("The Harbor Ledger",), linked(author={"name": "The Harbor Ledger"}), "", id="the outlet alone"),
        pytest.param(("Ledger Redaktion",), linked(author={"name": "Ledger Redaktion"}), "", id="a desk"),
        pytest.param(("Ann Lee",), linked(author="The Harbor Ledger") + "<meta name='author' content='Ann Lee'>", "", id="a person before the outlet"),
        pytest.param(("The Harbor Ledger",), linked(author="The Harbor Ledger"), "<p class='byline'>By Picture Desk Co</p>", id="the outlet before what is called a byline"),
        pytest.param(("Ann Lee",), "<meta name='author' content='The Harbor Ledger'>", "<a rel='author' href='/x'>Ann Lee</a>", id="a person on the page before the outlet"),
        pytest.param(("Ann Lee",), "<meta name='xParse:author' content='Ann Lee'>", "", id="an author of another vocabulary"),
        pytest.param((), "<meta name='twitter:creator' content='Harbor'>", "", id="an account is no author"),
        pytest.param((), linked(author="admin"), "", id="nobody"),
        pytest.param(("Ann Lee", "Bo Roe"), "", "<p>By <a rel='author' href='/x'>Ann Lee</a> and <a rel='author nofollow' href='/y'>Bo Roe</a></p>", id="two links"),
        pytest.param(("Ann Lee",), "", "<p>By <a rel='author' href='/x'>Ann Lee</a> | <a href='/d'>Harbor Daily</a></p>", id="the marked name alone"),
        pytest.param(("Ann Lee",), "", "<p><a href='/autoren/ann-lee'>Ann Lee</a></p><div><section><div><a href='/autoren/bo'>Bo Roe</a></div></section></div>", id="a link to the author's page, not of another story"),
        pytest.param(("Ann Lee",), "", "<div id='byline'>By Ann Lee</div>", id="called so by its id"),
        pytest.param(("Ann Lee",), "", "<aside><p class='author'>Bo Roe</p></aside><p class='author'>Ann Lee</p>", id="not of a related story"),
    ],
)  # fmt: skip
def test_authors_are_those_that_the_page_names(expected: tuple[str, ...], head: str, body: str) -> None:
    """Persons before bodies, what is marked up as a name before what is called a byline."""
    assert read(article(body, SITE + head)).metadata.authors == expected


def test_a_page_that_leaves_its_publisher_out_belongs_to_its_site() -> None:
    """The linked data's own record of the website names the outlet."""
    site = json.dumps({"@graph": [{"@type": "WebSite", "name": "The Inland Post"}]})
    head = f"<script type='application/ld+json'>{site}</script>"
    assert read(article("", head)).metadata.outlet == "The Inland Post"
