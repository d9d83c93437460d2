"""Real pages over a real connection: what is read of them is what is read of their files, byte for byte."""

from __future__ import annotations

import codecs
import gzip
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
from backports import zstd
from live_world import World, html_page, world
from origin import Origin

from tasks.errors import InputError
from tasks.extract.read import extract
from tasks.fetch.client import Client
from tasks.fetch.dial import Guard
from tasks.fetch.headers import readable_as
from tasks.fetch.records import Answer, Wanted
from tasks.model import Extract, Raw

# How many of the real pages are there at least; every eighth of them is served in a quick run.
LEAST_PAGES, EVERY = 160, 8
# Pages that go through the whole stage together.
STAGED = 40

# Beyond ASCII, and in each of the encodings below.
WORDS = {
    "windows-1251": "Причал порта вырос, сообщили власти города в среду.",
    "windows-1252": "The café’s “new” façade cost 5 €, said Zoë.",
    "shift_jis": "港の貨物は五月に過去最高となったと当局が発表した。",
    "euc-jp": "港の貨物は五月に過去最高となったと当局が発表した。",
    "euc-kr": "항구의 화물은 오월에 최고치를 기록했다고 당국이 밝혔다.",
    "gb18030": "港口五月货物吞吐量创历史新高，当局周三表示。",
    "iso-8859-2": "Přístav zvýšil v květnu počet kontejnerů, řekl ředitel.",
    "koi8-r": "Причал порта вырос, сообщили власти города в среду.",
    "big5": "港口五月貨物吞吐量創歷史新高，當局週三表示。",
    "utf-16": "The café’s “new” façade — 港口 — cost 5 €.",
}
# What another reader would take the bytes for: an encoding in which they are other letters.
OTHER = {"windows-1251": "koi8-r", "koi8-r": "windows-1251"}


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as one:
        yield one


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(agent="tests", guard=Guard(allowed=("127.0.0.0/8",))) as one:
        yield one


def real_pages(shared: Path) -> list[Path]:
    """Every kept news page, in their order."""
    return sorted((shared / "data").glob("pages*/**/*.html.gz"))


def raw_of(answer: Answer) -> Raw:
    assert "" == answer.reason, (answer.reason, answer.detail)
    return Raw(answer.url, readable_as(answer.media_type, answer.content), answer.content, answer.charset)


def read(raw: Raw) -> Extract | str:
    """What is read of a page, or the reason why nothing can be."""
    try:
        return extract(raw)
    except InputError as error:
        return error.reason


def compare(paths: Sequence[Path], origin: Origin, client: Client) -> int:
    """Serve pages in turn and compare what is read of each with its file; return how many have a text."""
    texts = 0
    for n, path in enumerate(paths):
        body = gzip.decompress(path.read_bytes())
        media_type = "text/html; charset=UTF-8" if n % 2 else "text/html"
        raw = raw_of(client.get(Wanted(origin.page(f"/{n}", body, media_type=media_type))))
        assert body == raw.content, path.name
        expected = read(Raw("a.html", "text/html", body))
        assert expected == read(raw), path.name
        texts += isinstance(expected, Extract)
    return texts


def test_some_real_pages_are_read_as_their_files_are(shared: Path, origin: Origin, client: Client) -> None:
    """Text, blocks, marks and metadata; a page in which there is no text has none either way."""
    paths = real_pages(shared)
    some = paths[::EVERY]
    assert len(some) - 2 <= compare(some, origin, client)


@pytest.mark.slow
def test_all_real_pages_are_read_as_their_files_are(shared: Path, origin: Origin, client: Client) -> None:
    """The same of each that there is."""
    paths = real_pages(shared)
    assert LEAST_PAGES <= len(paths)
    assert LEAST_PAGES - 10 <= compare(paths, origin, client)


def test_real_pages_come_packed_as_they_come_plain(shared: Path, origin: Origin, client: Client) -> None:
    """Gzip as the files are kept; brotli and zstd made of them."""
    for n, path in enumerate(real_pages(shared)[::EVERY]):
        packed = path.read_bytes()
        body = gzip.decompress(packed)
        sent = {"gzip": packed, "br": brotli.compress(body, quality=4), "zstd": zstd.compress(body)}
        for coding, content in sent.items():
            url = origin.page(f"/{n}/{coding}", content, headers={"Content-Encoding": coding})
            answer = client.get(Wanted(url))
            assert ("", len(content)) == (answer.reason, answer.raw_bytes), (path.name, coding)
            assert body == answer.content, (path.name, coding)


@pytest.mark.parametrize(
    ("country", "encoding"),
    [
        pytest.param("jp", "shift_jis", id="Japanese"),
        pytest.param("jp", "euc-jp", id="Japanese on Unix"),
        pytest.param("cz", "iso-8859-2", id="Czech"),
        pytest.param("cz", "windows-1250", id="Czech on Windows"),
        pytest.param("fr", "windows-1252", id="French"),
        pytest.param("de", "iso-8859-1", id="German"),
    ],
)
def test_a_real_page_sent_in_an_old_encoding_has_the_same_text(
    country: str, encoding: str, shared: Path, origin: Origin, client: Client
) -> None:
    """Its own declaration still says UTF-8: the header is right, as where a server converts its pages."""
    path = shared / "data" / "pages" / country
    page = gzip.decompress(sorted(path.glob("*.html.gz"))[0].read_bytes()).decode()
    # What that encoding lacks is written as a reference; both are read from such a page.
    body = page.encode(encoding, "xmlcharrefreplace")
    url = origin.page("/", body, media_type=f"text/html; charset={encoding}")
    answer = client.get(Wanted(url))
    assert encoding == answer.charset.lower()
    served, kept = read(raw_of(answer)), read(Raw("a.html", "text/html", page.encode()))
    assert isinstance(served, Extract)
    assert isinstance(kept, Extract)
    assert kept.text == served.text
    assert kept.blocks == served.blocks


def declaring(encoding: str, words: str) -> str:
    """A page of ``words`` that declares ``encoding``; nothing for ""."""
    page = html_page("A title", [words] * 3)
    return page.replace('<meta charset="utf-8">', f'<meta charset="{encoding}">' if encoding else "")


@pytest.mark.parametrize("where", ["header", "page", "both", "header against page", "quoted header"])
@pytest.mark.parametrize("encoding", WORDS)
def test_the_encoding_is_what_the_header_or_else_the_page_says(
    encoding: str, where: str, origin: Origin, client: Client
) -> None:
    """Where they contradict each other the header is right, as in browsers."""
    words = WORDS[encoding]
    told = {"page": encoding, "both": encoding, "header against page": OTHER.get(encoding, "windows-1251")}
    body = declaring(told.get(where, ""), words).encode(encoding)
    header = f'"{encoding.upper()}"' if where == "quoted header" else encoding
    media_type = "text/html" if where == "page" else f"text/html; charset={header}"
    found = read(raw_of(client.get(Wanted(origin.page("/", body, media_type=media_type)))))
    assert isinstance(found, Extract)
    assert words in found.text
    assert "undecodable_bytes" not in found.warnings


@pytest.mark.parametrize(
    ("header", "meta"),
    [
        pytest.param("windows-1251", "", id="header"),
        pytest.param("", "shift_jis", id="page"),
        pytest.param("iso-8859-1", "iso-8859-1", id="both"),
        pytest.param("no-such-charset", "utf-7", id="unknown names"),
    ],
)
def test_what_is_utf_8_is_read_as_that_whatever_is_said_of_it(
    header: str, meta: str, origin: Origin, client: Client
) -> None:
    """Servers and templates are configured once, and pages change to UTF-8 under them."""
    words = WORDS["windows-1252"] + WORDS["gb18030"]
    media_type = f"text/html; charset={header}" if header else "text/html"
    url = origin.page("/", declaring(meta, words).encode(), media_type=media_type)
    found = read(raw_of(client.get(Wanted(url))))
    assert isinstance(found, Extract)
    assert words in found.text


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_byte_order_mark_goes_before_all_that_is_said(mark: bytes, origin: Origin, client: Client) -> None:
    encoding = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le"}.get(mark, "utf-16-be")
    words = WORDS["utf-16"]
    body = mark + declaring("koi8-r", words).encode(encoding)
    found = read(raw_of(client.get(Wanted(origin.page("/", body, media_type="text/html; charset=big5")))))
    assert isinstance(found, Extract)
    assert words in found.text


def test_pages_in_old_encodings_are_read_right_by_the_stages(tmp_path: Path) -> None:
    """The server's word is kept with the bytes: a page that says nothing itself has no other."""
    with world(tmp_path) as live:
        urls = [
            live.journal.page(
                f"/{encoding}",
                declaring("", f"{words} {encoding}").encode(encoding),
                media_type=f"text/html; charset={encoding}",
            )
            for encoding, words in WORDS.items()
        ]
        take(live, urls, stages=("acquire", "extract", "normalize"))
        for encoding, words in WORDS.items():
            told = live.ask(f"SELECT text FROM documents WHERE text LIKE '% {encoding}%'")
            assert [True] == [words in text for text in told], encoding


def take(live: World, urls: Sequence[str], stages: Sequence[str]) -> None:
    """Fetch articles that a list in a file names."""
    (live.config.parent / "urls.txt").write_text("\n".join(urls))
    live.configure('lists = ["urls.txt"]', sources="")
    live.run(stages=stages)


@pytest.mark.slow
def test_real_pages_through_the_stages_are_kept_as_they_were_served(shared: Path, tmp_path: Path) -> None:
    """Bytes, hashes, and what is read of them."""
    paths = real_pages(shared)[:: LEAST_PAGES // STAGED][:STAGED]
    with world(tmp_path) as live:
        bodies = {
            live.journal.page(f"/{quote(path.name)}", gzip.decompress(path.read_bytes())): path
            for path in paths
        }
        take(live, list(bodies), ("acquire", "extract"))
        kept = live.ask(
            "SELECT fetches.url, content, fetches.sha256, extracts.text FROM fetches "
            "JOIN raws USING (document_id) LEFT JOIN extracts USING (document_id)"
        )
        assert STAGED == len(kept)
        for url, content, sha256, text in kept:
            body = gzip.decompress(bodies[url].read_bytes())
            assert body == content
            assert hashlib.sha256(body).hexdigest() == sha256
            found = read(Raw("a.html", "text/html", body))
            assert (found.text if isinstance(found, Extract) else None) == text
