"""Servers that mean harm: where they redirect to, what they pack, and two hundred ways to misbehave."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import brotli
import httpcore2
import pytest
from backports import zstd
from bombs import bombs, send_endless
from misbehaviours import WHOLE, Misbehaviour, all_misbehaviours
from origin import Origin

from tasks.fetch.client import Client
from tasks.fetch.dial import Guard, GuardedBackend, connect_address
from tasks.fetch.records import Answer, Limits, Wanted

# What names mean to the client under test: nobody is asked.
NAMES = {
    "evil.example.org": ["127.0.0.1"],
    "mixed.example.org": ["203.0.114.7", "127.0.0.1"],
    "inside.example.org": ["10.0.0.5"],
    "mapped.example.org": ["::ffff:127.0.0.1"],
    "metadata.example.org": ["169.254.169.254"],
    "public.example.org": ["203.0.114.7"],
}

# Reasons, then where to; PORT is that of a listener that must hear nothing, ORIGIN the redirecting one's.
FORBIDDEN = [
    ("refused_address", "http://127.0.0.1:PORT/"),
    ("refused_address", "//127.0.0.1:PORT/"),
    ("refused_address", "http://127.0.0.2:ORIGIN/"),
    ("refused_address", "http://127.0.0.1/"),
    ("refused_address", "http://0.0.0.0:PORT/"),
    ("refused_address", "http://[::1]:PORT/"),
    ("refused_address", "http://[::]:PORT/"),
    ("refused_address", "http://[::ffff:127.0.0.1]:PORT/"),
    ("refused_address", "http://[64:ff9b::7f00:1]:PORT/"),
    ("refused_address", "http://169.254.169.254/latest/meta-data/"),
    ("refused_address", "http://192.168.0.1/"),
    ("refused_address", "https://metadata.example.org/latest/meta-data/"),
    ("refused_address", "http://inside.example.org/"),
    ("refused_address", "http://evil.example.org/"),
    ("refused_address", "http://mixed.example.org/"),
    ("refused_address", "http://mapped.example.org/"),
    ("refused_port", "http://evil.example.org:PORT/"),
    ("refused_port", "http://public.example.org:22/"),
    ("refused_host", "http://localhost:PORT/"),
    ("refused_host", "http://2130706433:PORT/"),
    ("refused_host", "http://0x7f000001:PORT/"),
    ("refused_host", "http://0177.0.0.1:PORT/"),
    ("refused_host", "http://127.1:PORT/"),
    ("refused_host", "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:PORT/"),
    ("refused_host", "http://public.example.org@127.0.0.1:PORT/"),
    ("refused_host", "http://127.0.0.1%2f@public.example.org/"),
    ("bad_redirect", "http://public.example.org\\@127.0.0.1:PORT/"),
    ("bad_redirect", "http:\\\\127.0.0.1:PORT\\"),
    ("bad_redirect", "/\\127.0.0.1:PORT/"),
    ("bad_redirect", "http:127.0.0.1:PORT/"),
    ("bad_redirect", "http:///127.0.0.1:PORT/"),
    ("refused_scheme", "file:///etc/passwd"),
    ("refused_scheme", "gopher://127.0.0.1:PORT/_GET"),
    ("refused_scheme", "ftp://127.0.0.1:PORT/"),
    ("refused_scheme", "javascript:fetch('http://127.0.0.1:PORT/')"),
    ("refused_scheme", "data:text/html,<p>words"),
]


def test_thirty_six_redirects_to_forbidden_places_reach_none_of_them() -> None:
    """Whatever it is spelled like, nothing but the origin is dialled, and the answer says why."""
    dialled: list[tuple[str, int]] = []

    def connect(address: str, port: int, timeout: float | None) -> httpcore2.NetworkStream:
        dialled.append((address, port))
        if (address, port) != ("127.0.0.1", origin.port):
            raise httpcore2.ConnectError("a test dials nothing else")
        return connect_address(address, port, timeout)

    with Origin() as origin, Origin() as forbidden:
        guard = Guard(allowed=(origin.authority,))
        backend = GuardedBackend(guard, resolve=lambda host: NAMES[host], connect=connect)
        with Client(agent="tests", guard=guard, backend=backend) as client:
            targets = [
                each.replace("PORT", str(forbidden.port)).replace("ORIGIN", str(origin.port))
                for _, each in FORBIDDEN
            ]
            urls = [
                origin.page(
                    f"/{number}", b"", status=302, headers={"Location": target.encode().decode("latin-1")}
                )
                for number, target in enumerate(targets)
            ]
            answers = [client.get(Wanted(url)) for url in urls]
        assert forbidden.connections == 0
        assert len(origin.requests) == len(FORBIDDEN)
    assert set(dialled) == {("127.0.0.1", origin.port)}
    assert [
        (answer.reason, target) for answer, (_, target) in zip(answers, FORBIDDEN, strict=True)
    ] == FORBIDDEN
    assert all(answer.content == b"" and answer.detail.isprintable() and answer.detail for answer in answers)
    assert len(FORBIDDEN) == 36


# Reasons of the bombs, in the order of tests/bombs.py, with the endless one at the end.
BOMBS = {
    "gzip, one member": "too_compressed",
    "gzip, 100 members": "too_compressed",
    "gzip, empty members": "bad_encoding",
    "gzip, below the size limit": "too_compressed",
    "zlib": "too_compressed",
    "raw deflate": "too_compressed",
    "brotli": "too_compressed",
    "zstd": "too_compressed",
    "zstd, a window of 128 MB": "bad_encoding",
    "gzip in gzip, both told": "stacked_encoding",
    "gzip in gzip, one told": "not_text",
    "gzip without end": "too_compressed",
}

# What twelve bombs together may add to a process that has read a page of each encoding.
MOST_GROWTH = 32_000_000


def test_twelve_bombs_end_with_a_reason_and_fill_no_memory(root: Path) -> None:
    """Asked for one after another in a process of their own, which hardly grows."""
    good = {
        "": bytes,
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstd.compress,
    }
    with Origin() as origin:
        urls = [
            origin.page(f"/good/{number}", pack(WHOLE), headers={"Content-Encoding": name} if name else {})
            for number, (name, pack) in enumerate(good.items())
        ]
        for number, (encoding, make) in enumerate(bombs().values()):
            urls.append(origin.page(f"/{number}", make(), headers={"Content-Encoding": encoding}))
        urls.append(origin.script("/endless", lambda connection, request: send_endless(connection)))
        command = [sys.executable, str(root / "tests" / "bombs.py"), *urls]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert dict(zip(BOMBS, said["reasons"], strict=True)) == BOMBS
    assert list(BOMBS)[:-1] == list(bombs())
    assert len(BOMBS) == 12
    assert said["grown"] < MOST_GROWTH


# Small, so that 231 misbehaviours take seconds; the product's own are larger by the same code.
QUICK = Limits(
    connect_seconds=1, read_seconds=1, total_seconds=2, raw_bytes=1_000_000, decoded_bytes=1_000_000
)
# For those that end by themselves or by their size: on a busy machine too, none of these may run out of time.
PATIENT = replace(QUICK, connect_seconds=60, read_seconds=60, total_seconds=60)
# A promise of the product: the answer comes within the total; beyond it a busy machine may be late by this.
SLACK_SECONDS = 20.0
# Asked for at once; most of them wait for the slow ones.
THREADS = 24


def limits_of(case: Misbehaviour) -> Limits:
    """The deadline is short where it is what ends the case."""
    return QUICK if "timed_out" in case.reasons else PATIENT


def timed(client: Client, url: str) -> tuple[Answer, float]:
    """Return the answer and how many seconds it took."""
    began = time.monotonic()
    return client.get(Wanted(url, etag='"1"')), time.monotonic() - began


@pytest.fixture(scope="module")
def misbehaved() -> list[tuple[Misbehaviour, Answer, float]]:
    """Each misbehaviour with what the client made of it, and its seconds."""
    cases = all_misbehaviours()
    with Origin() as origin, ThreadPoolExecutor(THREADS) as threads:
        urls = [
            origin.script(f"/{number}", lambda connection, _, case=case: case.act(connection))
            for number, case in enumerate(cases)
        ]
        guard = Guard(allowed=(origin.authority,))
        with (
            Client(agent="tests", limits=QUICK, guard=guard) as quick,
            Client(agent="tests", limits=PATIENT, guard=guard) as patient,
        ):
            clients = [quick if limits_of(case) is QUICK else patient for case in cases]
            answers = list(threads.map(timed, clients, urls))
    return [(case, answer, seconds) for case, (answer, seconds) in zip(cases, answers, strict=True)]


def test_two_hundred_misbehaviours_each_end_in_time_with_their_reason(
    misbehaved: list[tuple[Misbehaviour, Answer, float]],
) -> None:
    """None hangs, none crashes, and the reason is one that the misbehaviour has earned."""
    assert len({case.name for case, _, _ in misbehaved}) == len(misbehaved) == 231
    wrong = {
        case.name: (answer.reason, answer.detail)
        for case, answer, _ in misbehaved
        if answer.reason not in case.reasons
    }
    assert wrong == {}
    late = {
        case.name: seconds
        for case, _, seconds in misbehaved
        if seconds > limits_of(case).total_seconds + SLACK_SECONDS
    }
    assert late == {}
    # Two answers fit on one line for many cases: the table itself must not grow lax.
    assert sum(len(case.reasons) > 1 for case, _, _ in misbehaved) < 60


def test_no_misbehaviour_gives_a_part_of_a_page(misbehaved: list[tuple[Misbehaviour, Answer, float]]) -> None:
    """What is kept is the whole page, byte for byte; otherwise nothing is."""
    for case, answer, _ in misbehaved:
        assert answer.content == (b"" if answer.reason else WHOLE), case.name
        assert answer.status == 200 or answer.reason, case.name


def test_what_a_misbehaving_server_sends_does_no_harm_where_it_is_stored(
    misbehaved: list[tuple[Misbehaviour, Answer, float]],
) -> None:
    """All texts are printable and bounded; the reasons are codes of which each is known."""
    known = Counter(answer.reason for _, answer, _ in misbehaved)
    assert set(known) <= {
        "",
        "bad_response",
        "connection_lost",
        "too_short",
        "timed_out",
        "too_large",
        "bad_encoding",
        "stacked_encoding",
        "empty_body",
        "unexpected_status",
        "redirect_loop",
        "bad_redirect",
        "refused_scheme",
        "refused_port",
        "not_found",
        "forbidden",
    }
    for case, answer, _ in misbehaved:
        texts = (
            answer.url,
            answer.final_url,
            answer.detail,
            answer.media_type,
            answer.charset,
            answer.etag,
            answer.last_modified,
            *answer.redirects,
        )
        assert all(text.isprintable() and len(text) <= 2_000 for text in texts), case.name
        assert answer.retry_after is None or answer.retry_after >= 0
