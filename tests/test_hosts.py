"""What is remembered of a host, and how long it is left alone: as a matter of states and times alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch.hosts import (
    LONGEST_PAUSE_SECONDS,
    TROUBLE,
    Manners,
    after,
    after_success,
    after_trouble,
    breaker_pause,
    host_of,
    left_alone,
    pause_left,
    site_of,
    sites_of,
)
from tasks.fetch.records import BLOCKED, DEAD, Answer, HostState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MANNERS = Manners()


def in_trouble(times: int, retry_after: float | None = None) -> HostState:
    """A host after so many troubles in a row."""
    state = HostState("example.org")
    for _ in range(times):
        state = after_trouble(state, NOW, retry_after, MANNERS)
    return state


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("example.org", "http://example.org/a", id="plain"),
        pytest.param("example.org", "HTTPS://Example.ORG:443/", id="capitals and usual port"),
        pytest.param("example.org", "http://example.org:80?a=b", id="usual port without path"),
        pytest.param("example.org:443", "http://example.org:443/", id="the other scheme's port"),
        pytest.param("127.0.0.5:8080", "http://127.0.0.5:8080/a", id="address and port"),
        pytest.param("[::1]:8080", "http://[::1]:8080/", id="IPv6 and port"),
        pytest.param("[::1]", "http://[::1]/", id="IPv6"),
        pytest.param("[::1]:80", "https://[0:0:0:0:0:0:0:1]:80/", id="IPv6 in full"),
        pytest.param("[::1]", "http://[0000::0:1]/", id="IPv6 with zeros"),
        pytest.param("[2001:db8::a]", "http://[2001:DB8:0::00A]/", id="IPv6 in capitals"),
        pytest.param("example.org", "http://me:pass@example.org./", id="userinfo and last dot"),
        pytest.param("xn--bcher-kva.example", "http://bücher.example/", id="letters beyond ASCII"),
        pytest.param("", "http://[::1/", id="broken brackets"),
        pytest.param("", "http://example.org:seven/", id="broken port"),
        pytest.param("", "mailto:me@example.org", id="no authority"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_host_is_its_authority_in_one_spelling(expected: str, url: str) -> None:
    """Two spellings of one host are one host; another port is another one."""
    assert expected == host_of(url)


@given(st.text() | st.text(st.sampled_from("htp:/[]@.%#?x0ü\\"), min_size=3))
def test_no_text_is_too_odd_to_ask_for_its_host(text: str) -> None:
    """Whatever stands for a URL has a host or none."""
    assert isinstance(host_of(text), str)
    assert isinstance(host_of(f"http://{text}"), str)
    for url in (text, f"http://{text}"):
        assert site_of(url) in sites_of(host_of(url))


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("example.org", "https://example.org/a", id="https"),
        pytest.param("http://example.org", "HTTP://Example.org:80/a", id="http"),
        pytest.param("http://[::1]:8080", "http://[0::1]:8080/", id="http and port"),
        pytest.param("example.org", "ftp://example.org/a", id="what is never asked"),
        pytest.param("", "http:///a", id="nobody"),
    ],
)
def test_a_site_is_a_host_under_one_scheme(expected: str, url: str) -> None:
    """That under https has the name that a host had in databases that knew no sites."""
    assert expected == site_of(url)
    assert expected in sites_of(host_of(url))


def test_a_pause_that_is_asked_for_is_no_trouble_of_the_hosts_other_sites() -> None:
    """They are left alone as long, and their own longer pause stays."""
    assert [("example.org", 0, 60), ("example.org", 5, 900)] == [
        (state.host, state.failures, pause_left(left_alone(state, NOW, 60), NOW))
        for state in (in_trouble(0), in_trouble(5))
    ]
    assert HostState("example.org") == left_alone(HostState("example.org"), NOW, 0)


@pytest.mark.parametrize(
    ("expected", "failures"),
    [
        pytest.param(0, 0, id="well"),
        pytest.param(0, 4, id="one short of the limit"),
        pytest.param(900, 5, id="at the limit"),
        pytest.param(1_800, 6, id="one more"),
        pytest.param(3_600, 7, id="and one more"),
        pytest.param(LONGEST_PAUSE_SECONDS, 12, id="a day at most"),
        pytest.param(LONGEST_PAUSE_SECONDS, 1_000_000, id="for ever down"),
    ],
)
def test_the_breaker_opens_after_five_troubles_and_doubles(expected: float, failures: int) -> None:
    """Fifteen minutes after the fifth trouble in a row, twice that after each further one, a day at most."""
    assert expected == breaker_pause(failures, MANNERS)
    if failures <= 12:
        assert expected == pause_left(in_trouble(failures), NOW)


def test_a_success_closes_the_breaker() -> None:
    """Nothing of the troubles is left, and the next trouble is the first."""
    well = after_success(in_trouble(9))
    assert HostState("example.org") == well
    assert 1 == after_trouble(well, NOW, None, MANNERS).failures


def test_the_breaker_stays_open_until_its_time_is_over() -> None:
    """What is left of the pause shrinks with the clock, and is nothing afterwards."""
    state = in_trouble(5)
    assert [900, 1, 0, 0] == [
        pause_left(state, NOW + timedelta(seconds=seconds)) for seconds in (0, 899, 900, 10_000)
    ]
    # Still down when it is asked again: one trouble is enough, and it is left alone for twice as long.
    later = after_trouble(state, NOW + timedelta(seconds=900), None, MANNERS)
    assert 1_800 == pause_left(later, NOW + timedelta(seconds=900))


@pytest.mark.parametrize(
    ("expected", "retry_after"),
    [
        pytest.param(0, None, id="nothing asked"),
        pytest.param(0, 0.0, id="at once"),
        pytest.param(0, -5.0, id="in the past"),
        pytest.param(0, float("nan"), id="no number"),
        pytest.param(20, 20.0, id="soon"),
        pytest.param(3_600, 3_600.0, id="at the cap"),
        pytest.param(3_600, 86_400.0, id="beyond the cap"),
        pytest.param(3_600, float("inf"), id="never"),
    ],
)
def test_a_host_is_left_alone_as_long_as_it_asks_but_no_longer_than_the_cap(
    expected: float, retry_after: float | None
) -> None:
    """Retry-After is obeyed up to an hour."""
    assert expected == pause_left(in_trouble(1, retry_after), NOW)


def test_the_longer_of_two_pauses_counts() -> None:
    """A short Retry-After shortens no open breaker, and no trouble shortens a long Retry-After."""
    assert 900 == pause_left(in_trouble(5, 10.0), NOW)
    assert 3_000 == pause_left(after_trouble(in_trouble(1, 3_000.0), NOW, None, MANNERS), NOW)


@pytest.mark.parametrize(
    ("failures", "status", "reason"),
    [
        pytest.param(0, 200, "", id="a page"),
        pytest.param(0, 304, "", id="unchanged"),
        pytest.param(0, 404, "not_found", id="no such page"),
        pytest.param(0, 403, "forbidden", id="forbidden"),
        pytest.param(0, 200, "too_large", id="a page that is no use"),
        pytest.param(4, 503, "server_error", id="unavailable"),
        pytest.param(4, 429, "too_many_requests", id="asked too often"),
        pytest.param(4, None, "timed_out", id="no answer in time"),
        pytest.param(4, None, "connection_lost", id="broken off"),
        pytest.param(3, None, "refused_address", id="never asked"),
        pytest.param(3, None, "robots_unavailable", id="not asked for want of robots.txt"),
        pytest.param(3, None, "host_paused", id="not asked for the host's sake"),
    ],
)
def test_only_what_the_host_answers_counts_for_or_against_it(
    failures: int, status: int | None, reason: str
) -> None:
    """Trouble counts, an answer of any kind ends the troubles, and what was never sent changes nothing."""
    answer = Answer("http://example.org/", "http://example.org/", status, reason)
    assert failures == after(in_trouble(3), answer, NOW, MANNERS).failures


def test_pages_that_are_gone_or_blocked_are_no_trouble_of_their_host() -> None:
    """Only a request too many is: that one is about the host."""
    assert {"too_many_requests"} == TROUBLE & (DEAD | BLOCKED)
