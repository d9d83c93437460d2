"""Feeds and sitemaps made to read files, call home, or take all time and memory: none of them does."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.discover.xml import safe_xml
from tasks.errors import InputError

SECRET = "the-canary-sings"
# Filled in with the canary's path and an address at which this test listens.
FILE, PLACE = "CANARY-PATH", "http://127.0.0.1:65000"
# A reader that took longer would be a way to stop a run; each takes a tenth on a free machine.
MAX_SECONDS = 2.0
# The largest payloads have 10 MB (feeds) and 50 MB (sitemaps); some copies of one are held for a while.
MAX_MEGABYTES = 400
# Payloads that name the canary are smaller than this; looking through the others takes seconds.
SMALL = 100_000
# Some 60 payloads; a machine that is busy with other tests needs a multiple of their ten seconds.
DEADLINE_SECONDS = 240


def feed(inside: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<rss version="2.0"><channel>{inside}</channel></rss>'.encode()


def item(title: str, link: str = "https://a.example/1") -> str:
    return f"<item><title>{title}</title><link>{link}</link></item>"


def entities(declared: str, used: str = "&a;") -> bytes:
    return feed(item(used), f"<!DOCTYPE rss [{declared}]>")


LAUGHS = "<!ENTITY l0 'ha'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
INCLUDE = f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{FILE}' parse='text'/>"
UTF7 = (
    b'<?xml version="1.0" encoding="UTF-7"?>'
    + f"+ADw-!DOCTYPE rss [+ADw-!ENTITY a SYSTEM '{FILE}'>]><rss>&a;</rss>".encode()
)
FILE_ENTITY = entities(f"<!ENTITY a SYSTEM 'file://{FILE}'>")

# Name, what it is refused for ("" where it is read), and what makes the payload: together they have 300 MB.
PAYLOADS: list[tuple[str, str, Callable[[], bytes]]] = [
    ("billion-laughs.feed", "xml_entities", lambda: entities(LAUGHS, "&l9;")),
    ("quadratic-blowup.feed", "xml_entities", lambda: entities(f"<!ENTITY a '{'x' * 50_000}'>", "&a;" * 50_000)),
    ("file-entity.feed", "xml_entities", lambda: FILE_ENTITY),
    ("http-entity.feed", "xml_entities", lambda: entities(f"<!ENTITY a SYSTEM '{PLACE}/a'>")),
    ("parameter-entity.feed", "xml_entities", lambda: entities(f"<!ENTITY % a SYSTEM '{PLACE}/a.dtd'> %a;")),
    ("external-dtd.feed", "xml_entities", lambda: feed(item("a"), f"<!DOCTYPE rss SYSTEM '{PLACE}/a.dtd'>")),
    ("external-dtd-of-a-file.feed", "xml_entities", lambda: feed(item("a"), f"<!DOCTYPE rss SYSTEM '{FILE}'>")),
    ("public-dtd.feed", "", lambda: feed(item("a"), f"<!DOCTYPE rss PUBLIC '-//X//DTD' '{PLACE}/a.dtd'>")),
    ("public-dtd-with-subset.feed", "xml_entities", lambda: feed(item("a"), f"<!DOCTYPE rss PUBLIC '-//X' '{PLACE}' [<!ENTITY a 'b'>]>")),
    ("second-doctype.feed", "xml_entities", lambda: feed(item("&a;"), f"<!DOCTYPE rss><!DOCTYPE rss [<!ENTITY a SYSTEM '{FILE}'>]>")),
    ("entity-inside-the-root.feed", "xml_entities", lambda: feed(f"<!ENTITY a SYSTEM '{FILE}'>" + item("&a;"))),
    ("doctype-inside-the-root.feed", "xml_entities", lambda: feed(f"<!DOCTYPE rss [<!ENTITY a SYSTEM '{FILE}'>]>" + item("&a;"))),
    ("after-words.feed", "xml_entities", lambda: b"words " + FILE_ENTITY),
    ("utf-16.feed", "xml_entities", lambda: FILE_ENTITY.decode().encode("utf-16")),
    ("utf-16-without-mark.feed", "xml_entities", lambda: FILE_ENTITY.decode().encode("utf-16-be")),
    ("utf-32.feed", "xml_entities", lambda: FILE_ENTITY.decode().encode("utf-32")),
    ("utf-7.feed", "bad_xml", lambda: UTF7),
    ("ebcdic.feed", "bad_xml", lambda: FILE_ENTITY.decode().encode("cp037")),
    ("control-characters.feed", "xml_entities", lambda: FILE_ENTITY.replace(b"<!", b"<\0!\x01").replace(b"ENTITY", b"EN\x02TITY")),
    ("xinclude.feed", "", lambda: feed(item(INCLUDE))),
    ("style-sheet.feed", "", lambda: feed(item("a"), f"<?xml-stylesheet type='text/xsl' href='{FILE}'?>")),
    ("path.feed", "not_a_feed", FILE.encode),
    ("address.feed", "not_a_feed", f"{PLACE}/feed".encode),
    ("title-that-is-a-path.feed", "", lambda: feed(item(FILE, f"file://{FILE}"))),
    ("schema-location.feed", "", lambda: feed(item("a")).replace(b"<rss", f"<rss xmlns:s='http://www.w3.org/2001/XMLSchema-instance' s:noNamespaceSchemaLocation='{PLACE}/s'".encode())),
    ("many-attributes.feed", "too_large", lambda: b"<rss " + b" ".join(b"a%d=''" % n for n in range(800_000)) + b"><channel/></rss>"),
    ("attributes.feed", "", lambda: b"<rss " + b" ".join(b"a%d=''" % n for n in range(90_000)) + b"><channel/></rss>"),
    ("attributes-of-items.feed", "", lambda: feed(("<item " + " ".join(f"a{n}=''" for n in range(90_000)) + "/>") * 9)),
    ("same-attributes.feed", "too_large", lambda: b"<rss " + b"a='' " * 1_900_000 + b"/>"),
    ("too-many-attributes.sitemap", "too_large", lambda: b"<urlset>" + b"<url a='' b='' c='' d='' e=''/>" * 900_000),
    ("attributes.sitemap", "", lambda: b"<urlset>" + (b"<url " + b" ".join(b"a%d=''" % n for n in range(90_000)) + b"/>") * 20 + b"</urlset>"),
    ("nesting.feed", "too_large", lambda: b"<rss>" + b"<a>" * 1_000_000),
    ("nesting-of-items.feed", "", lambda: b"<rss>" + b"<item><title>" * 400_000),
    ("items.feed", "", lambda: feed("<item/>" * 990_000)),
    ("links.feed", "", lambda: feed(f"<item>{'<link>https://a.example/</link>' * 300_000}</item>")),
    ("categories.feed", "", lambda: feed(f"<item>{''.join(f'<category>{n}</category>' for n in range(300_000))}</item>")),
    ("namespaces.feed", "", lambda: b"<rss " + b" ".join(b"xmlns:a%d='u%d'" % (n, n) for n in range(40_000)) + b">" + b"<item a39999:b=''/>" * 300_000 + b"</rss>"),
    ("text.feed", "too_large", lambda: feed(item("x" * 9_900_000))),
    ("ampersands.feed", "bad_xml", lambda: feed(item("&" * 900_000) * 9)),
    ("names-of-entities.feed", "", lambda: feed(item("&eacute;" * 59_000) * 10)),
    ("open-cdata.feed", "", lambda: feed(item("&") + "<![CDATA[" * 900_000)),
    ("processing-instructions.feed", "bad_xml", lambda: b"<?a?>" * 1_900_000),
    ("doctype-of-blanks.feed", "xml_entities", lambda: b"<!DOCTYPE rss PUBLIC ''" + b" " * 9_900_000),
    ("json-nesting.feed", "not_a_feed", lambda: b'{"items":' + b"[" * 9_000_000),
    ("json-number.feed", "not_a_feed", lambda: b'{"items":' + b"1" * 9_000_000 + b"}"),
    ("json-items.feed", "", lambda: b'{"version":"https://jsonfeed.org/version/1","items":[' + b"{}," * 3_000_000 + b"{}]}"),
    ("file-entity.sitemap", "xml_entities", lambda: FILE_ENTITY.replace(b"rss", b"urlset")),
    ("file-entity-in-gzip.sitemap", "xml_entities", lambda: gzip.compress(FILE_ENTITY)),
    ("xinclude.sitemap", "", f"<urlset><url><loc>https://a.example/{INCLUDE}</loc></url></urlset>".encode),
    ("gzip-bomb.sitemap", "too_large", lambda: gzip.compress(b"<urlset>" + b" " * 10_000_000) * 90),
    ("gzip-bomb.feed", "bad_xml", lambda: gzip.compress(b"<rss>" + b" " * 10_000_000) * 90),
    ("text.sitemap", "too_large", lambda: b"<urlset><url><loc>" + b"x" * 49_900_000 + b"</loc></url></urlset>"),
    ("elements.sitemap", "", lambda: b"<urlset>" + b"<a/>" * 990_000 + b"</urlset>"),
    ("fifty-thousand.sitemap", "", lambda: b"<urlset>" + b"".join(b"<url><loc>https://a.example/place/%d</loc></url>" % n for n in range(50_000)) + b"</urlset>"),
    ("nesting.sitemap", "bad_xml", lambda: b"<urlset>" + b"<url>" * 900_000),
    ("path.sitemap", "not_a_sitemap", FILE.encode),
    ("path.list", "", FILE.encode),
    ("lines.list", "", lambda: b"a\n" * 490_000),
]  # fmt: skip


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that nothing may read, its time of access long ago, so that a reading would show."""
    path = tmp_path_factory.mktemp("canary") / "canary.txt"
    path.write_text(SECRET)
    os.utime(path, (0, path.stat().st_mtime))
    return path


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """A socket of this machine to which nothing may connect."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, canary: Path, listener: socket.socket
) -> dict[str, dict[str, Any]]:
    """What became of each payload in a process of its own, by the payload's name."""
    folder = tmp_path_factory.mktemp("payloads")
    place = f"http://127.0.0.1:{listener.getsockname()[1]}"
    for name, _, make in PAYLOADS:
        (folder / name).write_bytes(planted(make(), str(canary), place))
    child = [sys.executable, str(Path(__file__).with_name("hostile_child.py")), str(folder), str(canary)]
    root = Path(__file__).resolve().parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        child, capture_output=True, text=True, timeout=DEADLINE_SECONDS, env=environment, check=False
    )
    assert done.returncode == 0, f"after {done.stdout.splitlines()[-1:]}: {done.stderr[-2_000:]}"
    for path in folder.iterdir():
        path.unlink()
    return {line["payload"]: line for line in map(json.loads, done.stdout.splitlines())}


def planted(content: bytes, canary: str, place: str) -> bytes:
    """A payload with the real path and address, in whatever encoding it is."""
    if len(content) > SMALL:
        return content
    if content.startswith(b"\x1f\x8b"):
        return gzip.compress(planted(gzip.decompress(content), canary, place))
    for encoding in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "cp037"):
        content = content.replace(FILE.encode(encoding), canary.encode(encoding))
        content = content.replace(PLACE.encode(encoding), place.encode(encoding))
    return content


@pytest.mark.parametrize(
    ("name", "reason"), [pytest.param(name, reason, id=name) for name, reason, _ in PAYLOADS]
)
def test_a_hostile_payload_is_refused_or_read_harmlessly(
    name: str, reason: str, told: dict[str, dict[str, Any]]
) -> None:
    """It ends with its reason, tells nothing of the file, opens nothing, and costs a bounded time and memory."""
    line = told[name]
    assert (reason, []) == (line["reason"], line["events"])
    assert SECRET not in line["found"]
    assert line["seconds"] < MAX_SECONDS
    assert line["grown"] < MAX_MEGABYTES


def test_no_file_was_read_and_nobody_called(
    told: dict[str, dict[str, Any]], canary: Path, listener: socket.socket
) -> None:
    """Parsers in C are not seen by Python's hooks: the file's time of access and the socket tell of them."""
    assert len(told) == len(PAYLOADS)
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert canary.stat().st_atime == 0
    canary.read_bytes()
    if canary.stat().st_atime == 0:
        pytest.skip("this file system keeps no times of access: a reading would not show")


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        pytest.param(b"<rss/>", b"<rss/>", id="bare"),
        pytest.param(b"<rss/>", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <!ENTITY a 'b'> --><!DOCTYPE rss>\n<rss/>", id="with a prolog"),
        pytest.param(b"<rss/>", b"<!doctype rss public '-//A//B' \"http://a.example/a.dtd\" ><rss/>", id="a public name"),
        pytest.param("<rss>é€</rss>".encode(), b"<?xml version='1.0' encoding='ISO-8859-1'?><rss>\xe9\x80</rss>", id="as browsers read Latin-1"),
        pytest.param("<rss>é</rss>".encode(), "<rss>é</rss>".encode("utf-16-le"), id="UTF-16 without mark"),
        pytest.param("<rss>Щ</rss>".encode(), "<?xml version='1.0' encoding='koi8-r'?><rss>Щ</rss>".encode("koi8-r"), id="KOI8"),
        pytest.param(b"<rss>ab</rss>", b"<rss>a\0\x0b\x1fb</rss>", id="control characters"),
        pytest.param(b"<rss><![CDATA[<!ENTITY a 'b'>]]></rss>", b"<rss><![CDATA[<!ENTITY a 'b'>]]></rss>", id="quoted"),
        pytest.param(b"", b"words", id="no element"),
    ],
)  # fmt: skip
def test_what_a_parser_gets_is_utf8_from_the_root_on(expected: bytes, content: bytes) -> None:
    """No declaration, document type or encoding is left for a parser to act on."""
    assert expected == safe_xml(content, max_bytes=1_000, max_marks=10)


@pytest.mark.parametrize(
    ("reason", "content"),
    [
        pytest.param("too_large", b"<rss>" + b" " * 1_000, id="bytes"),
        pytest.param("too_large", b"<a/>" * 11, id="tags"),
        pytest.param("xml_entities", b"<!DOCTYPE rss [ ]><rss/>", id="an empty subset"),
        pytest.param("xml_entities", b"<!DOCTYPE rss SYSTEM 'a'><rss/>", id="a file"),
        pytest.param("xml_entities", b"<!ENTITY a 'b'><rss/>", id="an entity by itself"),
        pytest.param("xml_entities", b"<!DOCTYPE rss PUBLIC \"a>\" '[' [<!ENTITY a 'b'>]><rss/>", id="quotes that mislead"),
        pytest.param("bad_xml", b"<?xml version='1.0' encoding='iso-2022-jp'?><rss/>", id="an encoding of seven bits"),
        pytest.param("bad_xml", b"<?xml version='1.0' encoding='rot13'?><rss/>", id="a codec that is no encoding"),
        pytest.param("bad_xml", b"<?xml <rss/>", id="a declaration without end"),
    ],
)  # fmt: skip
def test_what_is_not_safe_never_reaches_a_parser(reason: str, content: bytes) -> None:
    """It is refused by its bytes alone."""
    with pytest.raises(InputError) as error:
        safe_xml(content, max_bytes=1_000, max_marks=10)
    assert error.value.reason == reason
