"""robots.txt: what asking for it means, what it allows, and for how long that holds."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from tasks.fetch.binding import COARSER, KEPT_CHARACTERS, binding, product_token, with_agents_reduced
from tasks.fetch.records import Answer, HostState, RobotsVerdict
from tasks.fetch.robots import (
    CRAWL_DELAY_CAP,
    ROBOTS_BYTES,
    Parsed,
    kept_robots,
    needs_robots,
    read_robots,
    robots_url,
    rules_of,
    with_robots,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AGENT = "workscited"
SITE = "https://example.org"


def found(text: str) -> HostState:
    """A host with this robots.txt."""
    return HostState("example.org", robots=text, robots_status="found", robots_at=NOW)


def verdict(state: HostState, url: str, agent: str) -> RobotsVerdict:
    """What the host's robots.txt says of an address."""
    return rules_of(state, agent).verdict(url)


def crawl_delay(state: HostState, agent: str) -> float:
    """The delay that the host asks for."""
    return rules_of(state, agent).delay


def answer(status: int | None, reason: str = "", content: bytes = b"") -> Answer:
    """What asking for robots.txt ended with."""
    url = f"{SITE}/robots.txt"
    return Answer(url, url, status, reason, content=content)


@pytest.mark.parametrize(
    ("expected", "status", "reason"),
    [
        pytest.param("found", 200, "", id="there"),
        pytest.param("none", 404, "not_found", id="not there"),
        pytest.param("none", 410, "gone", id="gone"),
        pytest.param("none", 401, "unauthorized", id="password asked for"),
        pytest.param("none", 403, "forbidden", id="forbidden"),
        pytest.param("none", 451, "legal_reasons", id="legal reasons"),
        pytest.param("none", 402, "payment_required", id="to be paid for"),
        pytest.param("none", 418, "client_error", id="another refusal"),
        pytest.param("none", 200, "empty_body", id="empty"),
        pytest.param("none", 200, "not_text", id="a picture"),
        pytest.param("none", 200, "redirected_home", id="the front page instead"),
        pytest.param("none", None, "redirect_loop", id="redirects in a circle"),
        pytest.param("none", 302, "too_many_redirects", id="redirects without end"),
        pytest.param("unavailable", 429, "too_many_requests", id="asked too often"),
        pytest.param("unavailable", 500, "server_error", id="server error"),
        pytest.param("unavailable", 503, "server_error", id="unavailable"),
        pytest.param("unavailable", None, "timed_out", id="no answer in time"),
        pytest.param("unavailable", None, "connection_failed", id="no connection"),
        pytest.param("unavailable", 200, "connection_lost", id="broken off"),
        pytest.param("unavailable", 200, "too_short", id="cut short"),
        pytest.param("unavailable", 200, "too_large", id="endless"),
        pytest.param("unavailable", 200, "bad_encoding", id="does not decode"),
        pytest.param("unavailable", 304, "unexpected_status", id="unchanged since never"),
        pytest.param("unavailable", None, "a reason of tomorrow", id="unknown reason"),
    ],
)
def test_what_asking_for_robots_txt_means(expected: str, status: int | None, reason: str) -> None:
    """A refusal means that there are no rules; trouble means that the rules are not known."""
    content = b"user-agent: *\ndisallow: /" if expected == "found" else b""
    came = answer(status, reason, content)
    assert (expected, content.decode()) == read_robots(came)
    allowed = {"found": "disallowed", "none": "allowed", "unavailable": "unavailable"}
    state = with_robots(HostState("example.org"), kept_robots(came, AGENT), NOW)
    assert allowed[expected] == verdict(state, f"{SITE}/a", AGENT)


def test_only_the_first_500_kb_are_read() -> None:
    """A rule that begins beyond is not read, whatever comes before it; odd bytes and a BOM do no harm."""
    rule = b"\xef\xbb\xbfuser-agent: *\ndisallow: /first\n"
    filling = b"# \xff\xfe filling\n" * (ROBOTS_BYTES // 13)
    status, text = read_robots(answer(200, "", rule + filling + b"disallow: /last\n"))
    assert ("found", True) == (status, len(text.encode("utf-8", "replace")) >= ROBOTS_BYTES)
    assert "disallowed" == verdict(found(text), f"{SITE}/first", AGENT)
    assert "allowed" == verdict(found(text), f"{SITE}/last", AGENT)


RULES = """# Nothing for most
User-agent: *
Disallow: /
Allow: /open/

USER-AGENT: Other
User-agent: WorksCited/2.0  # us
Disallow: /private
Disallow: /*.pdf$
Allow: /private/but-this
Crawl-delay: 7

User-agent: work
Disallow: /news
"""


@pytest.mark.parametrize(
    ("expected", "path", "agent"),
    [
        pytest.param("allowed", "/news/1", AGENT, id="no rule"),
        pytest.param("disallowed", "/private/1", AGENT, id="our group"),
        pytest.param("allowed", "/private/but-this/1", AGENT, id="the longer rule"),
        pytest.param("disallowed", "/a.pdf", AGENT, id="wildcard"),
        pytest.param("allowed", "/a.pdf?x", AGENT, id="end of the address"),
        pytest.param("disallowed", "/%70rivate", AGENT, id="escaped letters"),
        pytest.param("allowed", "/robots.txt", AGENT, id="the file itself"),
        pytest.param("disallowed", "/private", "WorksCited/0.1 (+me@example.org)", id="whole user agent"),
        pytest.param("disallowed", "/news", "Another", id="the group for all"),
        pytest.param("allowed", "/open/1", "Another", id="the group for all allows"),
        pytest.param("disallowed", "/news", "work", id="the group of a shorter name"),
    ],
)
def test_the_group_with_our_name_decides_alone(expected: str, path: str, agent: str) -> None:
    """Not the one for all, nor one with a name that ours begins with; the longest rule in it counts."""
    assert expected == verdict(found(RULES), SITE + path, agent)


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        pytest.param("", "", id="never asked"),
        pytest.param("allowed", "none", id="none"),
        pytest.param("unavailable", "unavailable", id="unavailable"),
    ],
)
def test_without_a_file_its_status_is_the_verdict(expected: str, status: str) -> None:
    """No text is read where none was found, even if one is at hand."""
    state = HostState("example.org", robots="user-agent: *\ndisallow: /", robots_status=status)
    assert (expected, 0.0) == (verdict(state, f"{SITE}/a", AGENT), crawl_delay(state, AGENT))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("<!doctype html><title>Not here</title><p>Disallow: /", id="a page"),
        pytest.param("Disallow: /", id="a rule for nobody"),
        pytest.param("user-agent: other\ndisallow: /", id="a rule for another"),
        pytest.param("user-agent: *\ndisallow:", id="an empty rule"),
        pytest.param("\x00\x01\ufffd" * 50, id="no text"),
    ],
)
def test_a_file_without_a_rule_for_us_allows_everything(text: str) -> None:
    """Only rules forbid."""
    assert "allowed" == verdict(found(text), f"{SITE}/a", AGENT)


def test_an_address_that_cannot_be_read_is_disallowed_where_there_are_rules() -> None:
    """It is nothing to be asked for anyway."""
    assert "disallowed" == verdict(found(RULES), "http://[", AGENT)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(7.0, RULES, id="ours"),
        pytest.param(0.5, "user-agent: *\ncrawl-delay: 0.5", id="for all"),
        pytest.param(CRAWL_DELAY_CAP, "user-agent: *\ncrawl-delay: 86400", id="capped"),
        pytest.param(0.0, "user-agent: *\ncrawl-delay: -3", id="negative"),
        pytest.param(0.0, "user-agent: *\ncrawl-delay: inf", id="endless"),
        pytest.param(0.0, "user-agent: *\ncrawl-delay: soon", id="no number"),
        pytest.param(0.0, "user-agent: other\ncrawl-delay: 9", id="for another"),
    ],
)
def test_the_delay_that_a_host_asks_for_is_capped(expected: float, text: str) -> None:
    """Seconds, thirty at most, none where none are asked for."""
    assert expected == crawl_delay(found(text), AGENT)


@pytest.mark.parametrize(
    ("due", "status", "age"),
    [
        pytest.param(True, "", None, id="never asked"),
        pytest.param(False, "found", timedelta(hours=23), id="found today"),
        pytest.param(True, "found", timedelta(hours=24), id="found yesterday"),
        pytest.param(False, "none", timedelta(hours=23), id="none today"),
        pytest.param(True, "none", timedelta(hours=25), id="none yesterday"),
        pytest.param(False, "unavailable", timedelta(minutes=49), id="unavailable just now"),
        pytest.param(True, "unavailable", timedelta(minutes=59), id="unavailable at the last hourly run"),
        pytest.param(True, "found", timedelta(seconds=-1), id="found tomorrow"),
    ],
)
def test_robots_txt_is_asked_for_anew_after_a_day(due: bool, status: str, age: timedelta | None) -> None:
    """Within the hour where it could not be had, at once where the clock was wrong."""
    at = None if age is None else NOW - age
    assert due is needs_robots(HostState("example.org", robots_status=status, robots_at=at), NOW, AGENT)


def test_robots_txt_stands_at_the_root_of_the_same_host() -> None:
    """Scheme and port are the page's."""
    assert "https://example.org:8443/robots.txt" == robots_url("https://example.org:8443/a/b?c=d")


def test_the_product_token_is_what_a_user_agent_begins_with() -> None:
    """Without version and comment, in lower case."""
    assert ["workscited", "works-cited_2", ""] == [
        product_token(agent) for agent in (" WorksCited/0.1 (+a@b.example)", "works-cited_2", "/1")
    ]


# What robots.txt files are made of, and what makes parsers stumble.
PIECES = [
    "User-agent: ",
    "useragent ",
    "Disallow: ",
    "Allow: ",
    "Crawl-delay: ",
    "workscited",
    "other",
    "*",
    "/a",
]
PIECES += ["/", "$", "%", "%2F", "\n", "\r\n", " ", "\x0b", "\u2028", "#", ":", "\ufeff", "ü", "\x00"]


@given(
    st.lists(st.sampled_from(PIECES)).map("".join) | st.text(), st.sampled_from(["/", "/a", "/a%", "/ü?*$"])
)
def test_no_text_makes_a_verdict_fail(text: str, path: str) -> None:
    """Any text is a robots.txt, and says yes or no."""
    assert verdict(found(text), SITE + path, AGENT) in {"allowed", "disallowed"}
    assert 0 <= crawl_delay(found(text), AGENT) <= CRAWL_DELAY_CAP


@given(
    st.lists(st.sampled_from(["/a", "/a/b", "/*c", "/a$", "/"]), min_size=1),
    st.sampled_from(["/a", "/a/b", "/xc", "/"]),
)
def test_groups_for_others_change_nothing(rules: list[str], path: str) -> None:
    """What is said to other agents, before or after, is not said to us."""
    ours = "user-agent: workscited\n" + "".join(f"disallow: {rule}\n" for rule in rules)
    others = "user-agent: a\nuser-agent: w*\nuser-agent: workscited2\ndisallow: /\nallow: /a/b\n"
    expected = verdict(found(ours), SITE + path, AGENT)
    assert [expected, expected] == [
        verdict(found(text), SITE + path, AGENT) for text in (ours + others, others + ours)
    ]


# Lines as files have them, and as they should not; the last ones are groups' ends that are hard to see.
FIELDS = ["User-agent: ", "User Agent ", "useragent:", "Disallow: ", "Disallow ", "dissalow:", "Allow: "]
FIELDS += ["Crawl-delay: ", "crawl delay ", "Sitemap: ", "host ", "Visit-time: ", "unknown: ", "unknown "]
VALUES = ["*", "workscited", "WorksCited/2 x", "other", "wo*", "/", "/a", "/a/b", "/a/b$", "/*b$", "/*/b*c"]
VALUES += [
    "/ü/a",
    "/%C3%BC",
    "/%C3",
    "/a%2",
    "/€€",
    "/$x",
    "*x",
    "/a$b",
    "http://x/y",
    "x",
    "",
    "7",
    "1e2",
    "nan",
]
VALUES += ["/index.html", "/a b", "/\U0001f600", "\x00", "/a # b", "٣"]
PATHS = [
    "/",
    "/a",
    "/a/b",
    "/a/bc",
    "/x/b",
    "/q/b/z/c",
    "/ü/a",
    "/ü",
    "/€",
    "/€€",
    "/$x",
    "/a$b",
    "/http://x/y",
]
PATHS += ["/index.html", "/a%20b", "/%C3", "/\U0001f600", "/%00", "/x?y"]
files = st.lists(
    st.builds("{}{}".format, st.sampled_from(FIELDS), st.sampled_from(VALUES))
    | st.sampled_from(["User-agent: *", "User-agent: workscited", "disallow: /a/b"])
    | st.lists(st.sampled_from(PIECES)).map("".join),
    max_size=20,
).map("\n".join)


@given(files)
def test_what_is_kept_of_a_file_says_to_us_what_the_whole_says(text: str) -> None:
    """The parser gives the same verdicts and the same delay for both; the kept one is in ASCII."""
    kept = binding(text, AGENT)
    whole, part = (Protego.parse(with_agents_reduced(one, AGENT)) for one in (text, kept))
    expected = [whole.can_fetch(SITE + path, AGENT) for path in PATHS]
    assert expected == [part.can_fetch(SITE + path, AGENT) for path in PATHS]
    assert (whole.crawl_delay(AGENT) or 0) == (part.crawl_delay(AGENT) or 0)
    # An older database holds whole files, and may hold one that was kept.
    assert expected == [verdict(found(text), SITE + path, AGENT) == "allowed" for path in PATHS]
    assert (True, kept) == (kept.isascii(), binding(kept, AGENT))


@given(files, st.integers(0, 60))
def test_rules_that_are_too_long_forbid_more_and_never_less(text: str, most: int) -> None:
    """Whatever the whole forbids, what is kept forbids, in as many characters as it may have."""
    kept = binding(text, AGENT, most)
    whole, part = found(text), found(kept)
    for path in PATHS:
        if verdict(whole, SITE + path, AGENT) == "disallowed":
            assert "disallowed" == verdict(part, SITE + path, AGENT), path
    assert crawl_delay(whole, AGENT) == crawl_delay(part, AGENT)
    # At the least "/" and "*" are left.
    rules = sum(len(line) + 1 for line in kept.splitlines() if line.startswith(("allow", "disallow")))
    assert rules <= max(most, len("disallow: /\ndisallow: *\n"))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("", "# A word\n\nSitemap: https://example.org/s", id="nothing for us"),
        pytest.param("", "user-agent: other\ndisallow: /", id="for another"),
        pytest.param(
            "user-agent: *\ndisallow: /a\n", "User-Agent:*\nDisallow:/a#b\nDisallow: /a", id="for all"
        ),
        pytest.param(
            "user-agent: workscited\ncrawl-delay: 7.0\ndisallow: /private\ndisallow: /*.pdf$\n"
            "allow: /private/but-this\n",
            RULES,
            id="for us, and for all",
        ),
        pytest.param(
            "user-agent: workscited\ndisallow: /a\ndisallow: /b\n",
            "user-agent: workscited\ndisallow: /a\nuser-agent: *\ndisallow: /\nuser-agent: workscited\ndisallow: /b",
            id="for us twice",
        ),
        pytest.param("user-agent: workscited\n", "user-agent: workscited\nuser-agent: x", id="no rule"),
        pytest.param(
            "user-agent: *\ndisallow: /%C3%BC%F0%9F%98%80\n",
            "user-agent: *\ndisallow: /ü\U0001f600",
            id="letters",
        ),
    ],
)
def test_only_the_group_that_binds_us_is_kept(expected: str, text: str) -> None:
    """In one spelling, each rule once, with the last delay that is one; whose it is stands before it."""
    assert f"# what binds workscited\n{expected}" == binding(text, "WorksCited/0.1 (+me@example.org)")


def test_a_long_file_is_kept_short() -> None:
    """Half a megabyte without a rule is a line; of 20,000 rules, those that begin alike become one."""
    assert "# what binds workscited\n" == binding("# \U0001f600\n" * 50_000, AGENT)
    many = "user-agent: *\nallow: /\n" + "".join(f"disallow: /a/{n:05}/story\n" for n in range(20_000))
    kept = binding(many, AGENT)
    assert KEPT_CHARACTERS / 8 < len(kept) < KEPT_CHARACTERS + 200
    assert COARSER in kept.splitlines()
    assert ["disallowed", "allowed"] == [
        verdict(found(kept), SITE + path, AGENT) for path in ("/a/12345/story", "/b")
    ]


@pytest.mark.parametrize(
    ("due", "text"),
    [
        pytest.param(False, binding(RULES, AGENT), id="kept for us"),
        pytest.param(
            False, binding(RULES, "WorksCited/2 (+me@example.org)"), id="kept for us in another version"
        ),
        pytest.param(True, binding(RULES, "other"), id="kept for another"),
        pytest.param(True, binding(RULES, "workscited2"), id="kept for one whose name begins like ours"),
        pytest.param(False, RULES, id="a whole file"),
        pytest.param(False, "", id="an empty file"),
    ],
)
def test_what_was_kept_for_another_agent_is_asked_for_anew(due: bool, text: str) -> None:
    """Who names himself otherwise may be bound by another group."""
    assert due is needs_robots(found(text), NOW, AGENT)


def lines(pattern: str) -> str:
    """A robots.txt for all, as long as it may be, of lines that differ."""
    rows, size = ["user-agent: *"], 0
    while size < ROBOTS_BYTES:
        rows.append(pattern.format(len(rows)))
        size += len(rows[-1]) + 1
    return "\n".join(rows)


# The costliest kinds that were found: for the parser, for who asks it, and for the memory.
HOSTILE = [
    pytest.param("".join(f"user-agent: a{n}\n" for n in range(300)) + lines("disallow: /*{}*a*b"), id="many"),
    pytest.param("user-agent: *w*\n" * 15_000 + lines("disallow: /*{}*a*b"), id="one agent over and over"),
    pytest.param(lines("disallow: /${}$$$$$$$$$$$$$"), id="ends of addresses"),
    pytest.param(lines("allow:*{}"), id="short rules"),
    pytest.param(lines("disallow: /*{}*b*c*d"), id="wildcards"),
    pytest.param("user-agent: *\ndisallow: /" + "*a" * 249_000, id="one rule"),
    pytest.param("user-agent" + " " * (ROBOTS_BYTES - 10), id="one line"),
    pytest.param("\n" * ROBOTS_BYTES, id="no line"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_file_costs_no_time_to_speak_of(text: str) -> None:
    """To parse it takes this thread less than two seconds, and less than a fifth for each address."""
    state = found(text[:ROBOTS_BYTES])
    began = time.thread_time()
    kept = binding(state.robots, AGENT)
    reduced = time.thread_time()
    rules = rules_of(state, AGENT)
    parsed = time.thread_time()
    assert len(kept) < KEPT_CHARACTERS + 200
    assert reduced - began < 2
    began = reduced
    for path in ("z" * 1_900, "a1b2c3" * 300):
        rules.verdict(f"{SITE}/{path}")
    assert parsed - began < 2
    assert time.thread_time() - parsed < 2 * 0.2


# Watching the memory takes its time: those that take most of it.
@pytest.mark.parametrize("text", HOSTILE[:4])
def test_a_hostile_file_costs_no_memory_to_speak_of(text: str) -> None:
    """Hundreds of agents before thousands of rules stay small; an unreduced file would fill gigabytes."""
    state = found(text[:ROBOTS_BYTES])
    tracemalloc.start()
    try:
        rules_of(state, AGENT).verdict(f"{SITE}/" + "z" * 1_900)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * ROBOTS_BYTES


def test_rules_are_kept_for_the_hosts_asked_last_within_so_many_characters() -> None:
    """Those of a file that has changed, of one let go for others, or of one too large, are parsed again."""
    a, b, c = (HostState(name, robots=name * 10, robots_status="found") for name in "abc")
    parsed = Parsed(most=25)
    rules = {state.host: rules_of(state, AGENT) for state in (a, b, c)}

    def kept() -> str:
        return "".join(one.host for one in (a, b, c) if parsed.get(one) is rules[one.host])

    parsed.keep(a, rules["a"])
    parsed.keep(b, rules["b"])
    assert "ab" == kept()
    parsed.get(a)
    parsed.keep(c, rules["c"])
    assert "ac" == kept()
    assert parsed.get(replace(a, robots="changed")) is None
    # Kept anew it counts once.
    parsed.keep(a, rules["a"])
    assert "ac" == kept()
    parsed.keep(replace(b, robots="b" * 26), rules["b"])
    assert "" == kept()
    parsed.keep(b, rules["b"])
    assert "b" == kept()


@pytest.mark.parametrize(
    ("expected", "status"), [("allowed", "none"), ("unavailable", "unavailable"), ("", "")]
)
def test_without_a_file_nothing_needs_to_be_parsed(expected: str, status: str) -> None:
    """The rules are at hand, whatever was kept before."""
    state = found(RULES)
    parsed = Parsed()
    parsed.keep(state, rules_of(state, AGENT))
    rules = parsed.get(replace(state, robots_status=status))
    assert rules is not None
    assert (expected, 0.0) == (rules.verdict(f"{SITE}/private"), rules.delay)
