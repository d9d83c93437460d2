"""Looking an entry up among the pages that its outlet names, and the place where a search can be plugged in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.cite.urls import canonical_url
from tasks.discover.lookup import Known, Listed, OutletHosts, _contradicts, slug_words
from tasks.discover.search import load_search, no_search
from tasks.errors import SettingsError
from tasks.model import Fields, Reference
from tasks.resolve import Catalogue, Holding, fold_title

TITLE = "Ferry to Tessmark stops after forty years"
SLUG = "ferry-to-tessmark-stops-after-forty-years"
LEDGER = "https://harborledger.example"
# courlan is imported with the first address, and seeds as it is: hypothesis would take that for chance in a test.
assert canonical_url(LEDGER)


def entry(title: str = TITLE, outlet: str = "The Harbor Ledger", published: str = "") -> Reference:
    return Reference("r", "1", "entry", title, 0, 0, Fields((), title, outlet, published))


def known(url: str, title: str = "", published: str = "", modified: str = "") -> Known:
    return Known(url, title, published, modified, urlsplit(url).netloc)


OTHERS = (
    known(f"{LEDGER}/rain", "Rain all week on the island"),
    known(f"{LEDGER}/mayor-blames-price-of-diesel-again"),
    known(f"{LEDGER}/2024/05/02/oysters-died-in-the-warm-bay-of-larnholm"),
)


@pytest.mark.parametrize(
    ("expected", "pages", "reference"),
    [
        pytest.param(f"{LEDGER}/1", [known(f"{LEDGER}/1", TITLE)], entry(), id="title"),
        pytest.param(f"{LEDGER}/1", [known(f"{LEDGER}/1", TITLE.upper() + "!")], entry(), id="title in other letters"),
        pytest.param(f"{LEDGER}/1", [known(f"{LEDGER}/1", TITLE)], entry("Ferry to Tessmark stops aftr forty years"), id="typing error"),
        pytest.param(f"{LEDGER}/1", [known(f"{LEDGER}/1", f"{TITLE} | Harbor Ledger")], entry(), id="title with the outlet"),
        pytest.param(f"{LEDGER}/{SLUG}", [known(f"{LEDGER}/{SLUG}")], entry(), id="address"),
        pytest.param(f"{LEDGER}/n/{SLUG}-12345.html", [known(f"{LEDGER}/n/{SLUG}-12345.html")], entry(), id="address with a key"),
        pytest.param(f"{LEDGER}/ferry_tessmark_stops_forty_years/", [known(f"{LEDGER}/ferry_tessmark_stops_forty_years/")], entry(), id="address in short"),
        pytest.param(f"{LEDGER}/2024/05/03/{SLUG}", [known(f"{LEDGER}/2024/05/03/{SLUG}")], entry(published="2024-05-02"), id="date of the address"),
        pytest.param(f"{LEDGER}/1", [known(f"{LEDGER}/1", TITLE, "2024-05-03T01:00:00Z")], entry(published="2024-05"), id="month"),
        pytest.param(f"{LEDGER}/1", [known(f"{LEDGER}/1", TITLE, "", "2025-09-01")], entry(published="2024-05-02"), id="changed long after"),
        pytest.param(
            f"{LEDGER}/b", [known(f"{LEDGER}/a", TITLE, "2019-05-02"), known(f"{LEDGER}/b", TITLE, "2024-05-02")],
            entry(published="2024-05-02"), id="told apart by date",
        ),
        pytest.param(
            f"{LEDGER}/1?utm_source=rss", [known(f"{LEDGER}/1", TITLE), known(f"{LEDGER}/1?utm_source=rss", TITLE)], entry(), id="one page told twice"
        ),
        pytest.param("https://www.nytimes.com/1", [known("https://www.nytimes.com/1", TITLE)], entry(outlet="New York Times"), id="domain of the table"),
        pytest.param("https://news.nytimes.com/1", [known("https://news.nytimes.com/1", TITLE)], entry(outlet="NYT"), id="below the domain"),
        pytest.param("https://harbor-ledger.example:8080/1", [known("https://harbor-ledger.example:8080/1", TITLE)], entry(), id="name with a hyphen"),
        pytest.param("https://news.tessmark.example/1", [known("https://news.tessmark.example/1", TITLE)], entry(outlet="tessmark.example"), id="outlet is an address"),
    ],
)  # fmt: skip
def test_the_one_page_that_fits_is_found(expected: str, pages: list[Known], reference: Reference) -> None:
    """By its title, else by its address's words, with a date that does not speak against it."""
    found, reason = Listed([*OTHERS, *pages]).look_up(reference)
    assert (expected, "") == (found.url if found else None, reason)


@pytest.mark.parametrize(
    ("expected", "pages", "reference"),
    [
        pytest.param("no_title", [known(f"{LEDGER}/1", TITLE)], entry("…"), id="no title"),
        pytest.param("no_outlet", [known(f"{LEDGER}/1", TITLE)], entry(outlet=""), id="no outlet"),
        pytest.param("no_outlet", [known(f"{LEDGER}/1", TITLE)], entry(outlet="Sun"), id="too short a name"),
        pytest.param("not_listed", [], entry(), id="nothing known"),
        pytest.param("not_listed", [known("https://ledger.example/1", TITLE)], entry(), id="another outlet"),
        pytest.param("not_listed", [known("https://nytimes.com.example/1", TITLE)], entry(outlet="NYT"), id="a host that only begins so"),
        pytest.param("not_listed", [known("https://notnytimes.com/1", TITLE)], entry(outlet="NYT"), id="a host that only ends so"),
        pytest.param("not_listed", [known(f"{LEDGER}/1", "Ferry to Larnholm starts after four years")], entry(), id="another title"),
        pytest.param("not_listed", [known(f"{LEDGER}/1", TITLE, "2024-05-12")], entry(published="2024-05-02"), id="another day"),
        pytest.param("not_listed", [known(f"{LEDGER}/2019/02/01/{SLUG}")], entry(published="2024-05-02"), id="another day in the address"),
        pytest.param("not_listed", [known(f"{LEDGER}/1", TITLE, "", "2023-01-01")], entry(published="2024-05-02"), id="changed last before it was published"),
        pytest.param("not_listed", [known(f"{LEDGER}/1", TITLE, "2022")], entry(published="2024"), id="another year"),
        pytest.param("not_listed", [known(f"{LEDGER}/{SLUG}", "Rain")], entry(), id="address that the page's title contradicts"),
        pytest.param("not_listed", [known(f"{LEDGER}/ferry-tessmark")], entry("Ferry to Tessmark"), id="too few words for an address"),
        pytest.param("not_listed", [known(f"{LEDGER}/ferry-tessmark-larnholm-island-mail-diesel-price")], entry(), id="address with other words"),
        pytest.param("ambiguous", [known(f"{LEDGER}/1", TITLE), known(f"{LEDGER}/2", TITLE)], entry(), id="two of one title"),
        pytest.param("ambiguous", [known(f"{LEDGER}/a/{SLUG}"), known(f"{LEDGER}/b/{SLUG}-2")], entry(), id="two of one address's words"),
    ],
)  # fmt: skip
def test_where_no_one_page_fits_the_reason_is_said(
    expected: str, pages: list[Known], reference: Reference
) -> None:
    """None is better than a guess, and the reason tells what is missing."""
    assert (None, expected) == Listed([*OTHERS, *pages]).look_up(reference)


def test_where_an_outlet_lies_can_be_told_from_outside() -> None:
    """Who knows better than the table where an outlet lies says so."""
    page = known("http://127.0.0.5:8080/1", TITLE)
    assert Listed([page]).look_up(entry()) == (None, "not_listed")
    told = Listed([page], where=lambda outlet: page.host.__eq__)
    assert told.look_up(entry()) == (page, "")


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param({"ferry", "tessmark", "stops"}, f"{LEDGER}/news/2024/05/ferry-tessmark-stops-idUSKBN1", id="key at the end"),
        pytest.param({"ferry", "tessmark", "stops"}, f"{LEDGER}/ferry-to-tessmark-stops/amp/", id="short part behind"),
        pytest.param({"munchen", "feiert"}, f"{LEDGER}/m%C3%BCnchen-feiert.html", id="escaped letters"),
        pytest.param({"munchen", "feiert"}, f"{LEDGER}/muenchen-feiert.html", id="letters spelled in two"),
        pytest.param(set(), f"{LEDGER}/?p=123", id="no words"),
    ],
)  # fmt: skip
def test_an_address_gives_the_words_of_its_longest_part(expected: set[str], url: str) -> None:
    """Function words, keys, dates and endings are no words of a title."""
    assert expected == slug_words(url)


PART = st.text(max_size=20)


@given(
    title=PART,
    outlet=PART,
    published=PART,
    pages=st.lists(st.builds(Known, PART, PART, PART, PART, PART), max_size=4),
)
def test_anything_can_be_looked_up(title: str, outlet: str, published: str, pages: list[Known]) -> None:
    """Whatever an entry and a feed hold, the answer is one of the pages or a reason."""
    anywhere = Listed(pages, where=lambda outlet: lambda host: True)
    found, reason = anywhere.look_up(entry(title, outlet, published))
    assert (found in pages and not reason) or (
        found is None and reason in {"no_title", "no_outlet", "not_listed", "ambiguous"}
    )
    Listed(pages).look_up(entry(title, outlet, published))


WORDS = st.lists(
    st.sampled_from(["ferry", "tessmark", "stops", "again", "rain", "island", "mayor", "2024"]), max_size=7
)
HEADLINES = WORDS.map(" ".join)
DATES = st.sampled_from(["", "2024", "2024-05", "2024-05-02", "2024-05-09", "2023-05-02"])
PATHS = st.builds("{}/{}/{}".format, st.just(LEDGER), st.integers(0, 3), WORDS.map("-".join))


@settings(max_examples=150)
@given(
    title=HEADLINES,
    published=DATES,
    # Of each page one row is known.
    pages=st.lists(
        st.builds(known, PATHS, HEADLINES, DATES, DATES),
        max_size=12,
        unique_by=lambda page: canonical_url(page.url),
    ),
)
def test_few_pages_of_many_are_compared_and_none_is_missed(
    title: str, published: str, pages: list[Known]
) -> None:
    """What an entry means by its title is what comparing it with every page of its outlet says."""
    sought = entry(title, published=published)
    fitting = {
        canonical_url(page.url): page for page in pages if page.title and not _contradicts(published, page)
    }
    every = Catalogue(
        Holding(key, fold_title(page.title), "", page.published, (), ()) for key, page in fitting.items()
    ).resolve(sought)
    found, reason = Listed(pages).look_up(sought)
    if title and every.document:
        assert found == fitting[every.document]
    elif title and every.reason == "ambiguous":
        assert (found, reason) == (None, "ambiguous")
    else:
        assert found is None or not found.title


def test_an_entry_is_compared_with_pages_of_its_outlet_alone() -> None:
    """Whatever else is listed: which hosts are an outlet's is found out once."""
    asked: list[str] = []

    def where(outlet: str) -> Callable[[str], bool]:
        asked.append(outlet)
        return lambda host: host.startswith(outlet.lower())

    hosts = OutletHosts(["b.example", "a.example", "a.example:8080"], where=where)
    assert [("a.example", "a.example:8080")] * 2 == [hosts.of("A"), hosts.of("A")]
    assert ((), ["A", "C"]) == (hosts.of("C"), asked)


def test_no_search_is_made_unless_one_is_named() -> None:
    """The default knows no address."""
    assert load_search("") is no_search
    assert load_search(" ")(entry()) == ()


def test_a_search_is_loaded_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function that the setting names is the one that is asked."""
    (tmp_path / "planted_search.py").write_text(
        "def ask(reference):\n    return [f'https://a.example/{reference.id}']\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    answers: Sequence[str] = load_search("planted_search:ask")(entry())
    assert answers == ["https://a.example/r"]
    sys.modules.pop("planted_search")


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("has to read", "planted_search", id="no function"),
        pytest.param("has to read", "planted_search:", id="an empty function"),
        pytest.param("has to read", "a b:c", id="no name of a module"),
        pytest.param("has to read", ".relative:ask", id="relative"),
        pytest.param("has to read", "os:path.join", id="a function of a function"),
        pytest.param("cannot be imported (ModuleNotFoundError", "no_such_module:ask", id="no such module"),
        pytest.param("cannot be imported (ZeroDivisionError", "broken_search:ask", id="a module that fails"),
        pytest.param("has no function ask", "json:ask", id="no such function"),
        pytest.param("has no function ask", "number_search:ask", id="no function by that name"),
    ],
)
def test_a_search_that_cannot_be_loaded_is_a_wrong_setting(
    expected: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message quotes the setting and says what is wrong with it."""
    (tmp_path / "broken_search.py").write_text("1 / 0\n")
    (tmp_path / "number_search.py").write_text("ask = 5\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SettingsError) as error:
        load_search(name)
    assert str(error.value).startswith(f'search = "{name}": ')
    assert expected in str(error.value)
    sys.modules.pop("number_search", None)
