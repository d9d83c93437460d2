"""Calendar dates in text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cite.dates import find_dates, parse_date


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("2016-01-23", "23 Jan. 2016", id="mla"),
        pytest.param("2016-01-23", "(2016, January 23)", id="apa"),
        pytest.param("2016-01-23", "January 23rd, 2016", id="ordinal"),
        pytest.param("2021-09-12", "Sunday, Sept. 12, 2021", id="weekday"),
        pytest.param("2016-01-23", "2016-01-23T10:15:00Z", id="timestamp"),
        pytest.param("2016-01-23", "23.01.2016", id="stops-are-day-first"),
        pytest.param("2016-01-23", "1/23/2016", id="slashes-month-first"),
        pytest.param("2016-01-23", "23/1/2016", id="slashes-day-first"),
        pytest.param("2016", "03/04/2016", id="slashes-undecided"),
        pytest.param("2016-03-23", "23. März 2016", id="german"),
        pytest.param("2016-01-01", "1er janvier 2016", id="french"),
        pytest.param("2016-01-23", "23 de enero de 2016", id="spanish"),
        pytest.param("2016-01-23", "23 января 2016", id="russian"),
        pytest.param("2016-01-23", "2016年1月23日", id="japanese"),
        pytest.param("2016-04-05", "APRıL 5, 2016", id="dotless-i"),
        pytest.param("2016-08", "auguſt 2016", id="long-s"),
        pytest.param("2016-10-23", "23 lokakuuta 2016", id="finnish-by-dateparser"),
        pytest.param("2016-01", "Jan. 2016", id="month"),
        pytest.param("2011-08", "Aug., 2011", id="month-comma"),
        pytest.param("2016-05", "3–5 May 2016", id="days-give-the-month"),
        pytest.param("2016", "Jan./Feb. 2016", id="months-give-the-year"),
        pytest.param("2016", "Spring 2016", id="season-gives-the-year"),
        pytest.param("2016-02", "30 February 2016", id="not-in-the-calendar"),
        pytest.param("", "n.d.", id="undated"),
        pytest.param("", "12 May 2016 and 13 May 2016", id="two"),
        pytest.param("", "yesterday", id="relative"),
        pytest.param("", "", id="empty"),
        pytest.param("", "1" * 5000, id="long"),
    ],
)
def test_a_text_that_holds_one_date_gives_it_as_precise_as_written(expected: str, text: str) -> None:
    """A date comes out in ISO form, cut where the text does not decide."""
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(["2016-01-23", "2018"], "From January 23, 2016, until 2018.", id="in-order"),
        pytest.param([], "2000 people paid $2016 for 1999 items", id="quantities-are-no-years"),
        pytest.param(["1994"], "World Cup in 1994 gave soccer a kick", id="year-after-in"),
        pytest.param([], "on page 12/2016/3 of 4.2016", id="fractions"),
        pytest.param(["--09-04"], "It opens on September 4 in Moscow.", id="day-without-year"),
        pytest.param([], "They may 90 times", id="verb-and-number"),
    ],
)
def test_dates_are_found_in_running_text(expected: list[str], text: str) -> None:
    """Each date is found once; numbers that count something are not taken for years."""
    assert [iso for _, _, iso in find_dates(text, yearless=True)] == expected


def test_days_without_year_are_left_out_unless_asked_for() -> None:
    """The plain search gives only dates that ISO 8601 has a form for."""
    assert find_dates("It opens on September 4 in Moscow.") == []


@given(
    st.text(alphabet=st.sampled_from("0123456789 ./-–,年月日JanuaryMayſıé(of) \n"), max_size=120)
    | st.text(max_size=80)
)
def test_any_text_gives_ordered_spans_of_iso_dates(text: str) -> None:
    """Spans lie inside the text, do not overlap, and carry a well-formed date."""
    end = 0
    for start, stop, iso in find_dates(text, yearless=True):
        assert end <= start < stop <= len(text)
        assert re.fullmatch(r"(?:\d{4}|-)(?:-\d\d(?:-\d\d)?)?", iso)
        end = stop


@given(
    st.dates(), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y, %b. %d", "%Y-%m-%d", "%d.%m.%Y", "%d %b. %Y"])
)
def test_a_written_date_is_read_back(day, form: str) -> None:  # type: ignore[no-untyped-def]
    """What strftime writes in a common form comes back as the same day."""
    # Years before 1500 are not cited from newspapers.
    day = day.replace(year=1500 + day.year % 600, day=min(day.day, 28))
    assert parse_date(day.strftime(form)) == day.isoformat()
