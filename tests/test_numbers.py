"""Quantities: what is read as a number, what it means, and which two agree."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.link.numbers import find_quantities, missing_quantities

DAY = 86_400.0

READ = [
    ([(4_523_000, "household")], "4,523,000 households", "thousands"),
    ([(4_500_000, "household")], "4.5 million households", "scale as a word"),
    ([(4.5e9, "dollar")], "$4.5bn", "currency and suffix"),
    ([(3e6, "euro")], "€3m", "millions of a currency"),
    ([(100, "m")], "the 100m final", "metres"),
    ([(300_000, "peopl")], "3 hundred thousand people", "two scales"),
    ([(40, "percent")], "40 %", "sign apart"),
    ([(40, "percent")], "forty per cent", "words"),
    ([(40, "percentage point")], "40 percentage points", "points"),
    ([(40, "percentage point")], "forty per cent points", "points, spelled"),
    ([(40, "point")], "40 points", "points that were scored"),
    ([(3, "times")], "three times as many", "a factor is no time"),
    ([(0.5, "percent")], ".5 percent", "nothing before the point"),
    ([(14 * DAY, "time")], "two weeks", "weeks"),
    ([(14 * DAY, "time")], "a 14-day ban", "hyphen before the unit"),
    ([(45, "years")], "a 45-year-old", "age"),
    ([(2016, "year")], "in 2016", "year"),
    ([(2016, "year")], "the 2016 elections", "year before a plural"),
    ([(2015, "year")], "2015 News", "year before a headline's plural"),
    ([(26, "day of month"), (2015, "year")], "June 26, 2015 news reports", "year behind its day"),
    ([(1500, "peopl")], "1500 people", "four figures that count"),
    ([(1990, "year")], "the 1990s", "decade"),
    ([(2019, "year"), (2020, "year")], "the 2019-20 season", "season"),
    ([(1914, "year"), (1918, "year")], "1914–18", "years of a war"),
    ([(1999, "year"), (2000, "year")], "1999/00", "turn of the century"),
    ([(2019, "year")], "2019-03", "a month is no year"),
    ([(2019, "year"), (14, "day of month")], "2019-08-14", "ISO date"),
    ([(2019, "year")], "05/12/2019", "date whose day is in doubt"),
    ([(2019, "year")], "mid-2019", "joined by a hyphen"),
    ([(12, "day of month")], "the 12th of May", "day before its month"),
    ([(10, "day of month"), (12, "day of month")], "June 10–12", "days after their month"),
    ([(10, "day of month"), (12, "day of month")], "10 to 12 June", "days before their month"),
    ([(5, "decad")], "5 decades", "no December"),
    ([(12, "case")], "a panel that decided 12 cases", "no December before"),
    ([(12, "peopl")], "you may 12 people", "the verb"),
    ([(3, "ordinal")], "the 3rd bridge", "ordinal"),
    ([(21, "")], "twenty-one", "tens and one"),
    ([(250, "boat")], "two hundred and fifty boats", "hundreds and"),
    ([(2_500_000, "")], "two million five hundred thousand", "groups of words"),
    ([(2, ""), (50, "")], "two and fifty", "no hundred before the and"),
    ([(1_000_000, "")], "one million", "one that counts"),
    ([], "one of them", "one that does not"),
    ([(24, "egg")], "two dozen eggs", "dozens"),
    ([(12, "egg")], "a dozen eggs", "a dozen"),
    ([(6, "egg")], "half a dozen eggs", "half of one"),
    ([(10, "ship"), (12, "ship")], "10 to 12 ships", "range with a unit"),
    ([(1e7, ""), (1.2e7, "")], "between 10 and 12 million", "range with a scale"),
    ([(1e7, "dollar"), (1.2e7, "dollar")], "$10–12 million", "range with currency and scale"),
    ([(1e7, "dollar"), (1.2e7, "dollar")], "$10 to $12 million", "range with the currency twice"),
    ([(500, "dollar"), (2e6, "dollar")], "$500 to $2 million", "range of two full amounts"),
    ([(3, ""), (2, "")], "won 3-2", "score"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "text"), [pytest.param(expected, text, id=name) for expected, text, name in READ]
)
def test_a_number_is_read_with_its_unit(expected: list[tuple[float, str]], text: str) -> None:
    """Figures and words give a value and a unit; the span is the text of the quantity."""
    found = find_quantities(text)
    assert [(number.value, number.unit) for number in found] == expected
    assert all(text[number.start : number.end] == number.text for number in found)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("version 1.2.3", id="version"),
        pytest.param("10^6 tonnes on many km^2", id="powers"),
        pytest.param("10⁶ tonnes", id="powers, raised"),
        pytest.param("at 10:21", id="time of day"),
        pytest.param("at 10:21:33.5", id="time with seconds"),
        pytest.param("at 5 p.m. and 9am", id="hours"),
        pytest.param("open 24/7", id="around the clock"),
        pytest.param("call +44 20 7946 0958", id="telephone, international"),
        pytest.param("call (555) 123-4567", id="telephone, area in brackets"),
        pytest.param("call 555-123-4567", id="telephone, hyphens"),
        pytest.param("the U-17 squad", id="age class"),
        pytest.param("Covid-19 and COVID-19", id="disease"),
        pytest.param("an A380, an F-16, H1N1, MP3", id="names"),
        pytest.param("a 4x4", id="vehicle"),
        pytest.param("No: 00028203", id="register number"),
        pytest.param("1234567890123456", id="more digits than are counted"),
        pytest.param("https://courier.example/a-12/b34/56", id="address"),
        pytest.param("often attended; someone", id="number words inside others"),
    ],
)
def test_what_counts_nothing_is_no_quantity(text: str) -> None:
    """Times, codes and names with a number would only be called missing."""
    assert not [number.text for number in find_quantities(text)]


@pytest.mark.parametrize(
    ("expected", "one", "other"),
    [
        pytest.param(True, "4,523,000 people", "4.5 million", id="rounded"),
        pytest.param(False, "4,423,000 people", "4.5 million", id="rounds to another"),
        pytest.param(True, "two weeks", "14 days", id="other unit of time"),
        pytest.param(False, "two weeks", "10 days", id="shorter"),
        pytest.param(True, "40 people", "40 voters", id="nouns do not clash"),
        pytest.param(False, "40 people", "40 percent", id="a share is no count"),
        pytest.param(False, "$40", "€40", id="currencies"),
        pytest.param(False, "by 3 percentage points", "by 3 percent", id="points are no share"),
        pytest.param(False, "three times", "three seconds", id="a factor is no time"),
        pytest.param(True, "40", "40 percent", id="no unit told"),
        pytest.param(True, "about 40", "43", id="about"),
        pytest.param(False, "about 40", "46", id="too far"),
        pytest.param(True, "more than 100 boats", "143 boats", id="more than"),
        pytest.param(False, "more than 100 boats", "90 boats", id="more is not fewer"),
        pytest.param(True, "up to 100 boats", "70 boats", id="up to"),
        pytest.param(False, "up to 100 boats", "120 boats", id="up to is not beyond"),
        pytest.param(False, "in 2016", "in 2017", id="years"),
        pytest.param(False, "in 2016", "2 thousand", id="a rounding reaches no year"),
        pytest.param(True, "2000 people", "in 2000", id="four figures read either way"),
        pytest.param(False, "on May 3", "3 percent", id="a day is no share"),
        pytest.param(True, "a 45-year-old", "Ilse Marwick, 45,", id="age"),
        pytest.param(True, "the 2019-20 season", "since 2019", id="season"),
        pytest.param(True, "$10 to 12 million", "$10 million to $12 million", id="ranges"),
        pytest.param(True, "0.33", "0.334", id="decimals"),
    ],
)
def test_two_quantities_agree_to_their_stated_precision(expected: bool, one: str, other: str) -> None:
    """What is rounded agrees with what rounds to it; agreement goes both ways."""
    first, second = find_quantities(one)[0], find_quantities(other)[0]
    assert first.agrees(second) is expected
    assert second.agrees(first) is expected


def test_missing_are_those_that_nothing_agrees_with() -> None:
    """Of a claim's quantities, those stay that the source does not tell."""
    claim = find_quantities("In 2016 the port moved 4.5 million boxes and 12 ships.")
    source = find_quantities("4,523,000 boxes, says the report of 2016, on 15 ships")
    assert [number.text for number in missing_quantities(claim, source)] == ["12"]
    assert missing_quantities([], source) == []


PIECES = st.sampled_from(
    ["4", "2016", "1,000", "4.5", "$", "€", " ", "-", "–", "million", "two", "hundred", "and", "weeks", "%", "to",
     "dozen", "half a", "about", "May", "th", "3rd", ":", "/", "x", "bn", "0", "٣", "²", "🌊"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
@example("²")
@example("٣ boats")
@example("1" * 400)
@example("$ 5")
def test_any_text_gives_quantities_that_lie_in_it(text: str) -> None:
    """Nothing raises; spans ascend and hold what is told; bounds hold the value; each agrees with itself."""
    found = find_quantities(text)
    assert [number.start for number in found] == sorted(number.start for number in found)
    for number in found:
        assert 0 <= number.start < number.end <= len(text)
        assert number.text == text[number.start : number.end]
        assert number.low <= number.value <= number.high
        assert number.agrees(number)
    assert missing_quantities(found, found) == []


@given(st.integers(0, 10**9))
def test_a_plain_whole_number_is_read_as_itself(value: int) -> None:
    """With and without commas, before any noun."""
    for written in (f"{value}", f"{value:,}"):
        (number,) = find_quantities(f"The port counted {written} crates.")
        assert number.value == value


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1" * 200_000, id="digits"),
        pytest.param("1," * 100_000, id="commas"),
        pytest.param("1-" * 100_000, id="hyphens"),
        pytest.param("2019-" * 40_000, id="years"),
        pytest.param("5" + " " * 200_000, id="spaces"),
        pytest.param("two hundred and " * 12_000, id="words"),
        pytest.param("+1" + "2" * 200_000, id="telephone"),
        pytest.param("five" + "x" * 200_000, id="a long unit"),
    ],
)
def test_a_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    """No pattern goes back over what it has read."""
    began = time.process_time()
    find_quantities(text)
    # Some hundredths of a second here; quadratic work on this much text takes minutes.
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("month", "$1,000 a month", id="a month"),
        pytest.param("year", "$12,000 per year", id="per year"),
        pytest.param("year", "840 people each year", id="behind what is counted"),
        pytest.param("hour", "90 km/hour", id="slash"),
        pytest.param("year", "$12,000 annually", id="adverb"),
        pytest.param("week", "a weekly grant of $250", id="adjective before"),
        pytest.param("", "$12,000 in a year of drought", id="within a year"),
        pytest.param("", "$12,000 a person", id="no span of time"),
        pytest.param("", "a weekly of 1920 sold $250", id="adjective too far before"),
    ],
)
def test_a_rate_is_told_for_a_span_of_time(expected: str, text: str) -> None:
    assert find_quantities(text)[-1].per == expected
