"""Pages made to hang, crash or drown their reader, among good ones: they alone are lost, and each says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.pipeline import _found
from tasks.errors import InputError
from tasks.extract.limits import MAX_BLOCKS, MAX_CELLS, MAX_ELEMENTS, MAX_NESTING
from tasks.extract.read import extract
from tasks.model import Raw
from tasks.settings import Settings, load_settings
from tasks.stages import StageCounts, run_stage, start_run
from tasks.stages.children import Bounds
from tasks.stages.work import MAY_PASS, TRIES
from tasks.store.lock import writer_lock
from tasks.store.store import Store
from tasks.store.verify import verify
from tests.poison import KILLERS, POISON, page, planted

READING = ("acquire", "extract", "normalize", "segment", "cite")
REASONS = {reason: 1 for reason, _ in POISON.values()}
KILLER_REASONS = {POISON[name][0]: 1 for name in KILLERS}


def run(settings: Settings, *stages: str) -> dict[str, StageCounts]:
    """Run some stages; return their counts by stage."""
    with writer_lock(settings.database.path, "a test"):
        run_id = start_run(settings)
        return {stage: run_stage(stage, settings, run_id) for stage in stages}


def issues(settings: Settings) -> dict[str, str]:
    """The file of each issue of extract, and its reason."""
    with Store.open_read_only(settings.database.path) as store:
        rows = store.con.execute(
            "SELECT DISTINCT uri, reason FROM issues JOIN locations ON item = document_id WHERE stage = 'extract'"
        ).fetchall()
    return {Path(uri).stem: reason for uri, reason in rows}


def attempts(settings: Settings) -> list[tuple[int, int]]:
    """How many items of extract were tried how often."""
    with Store.open_read_only(settings.database.path) as store:
        query = "SELECT attempts, count(*) FROM ledger WHERE stage = 'extract' GROUP BY ALL ORDER BY ALL"
        return store.con.execute(query).fetchall()


def made(folder: Path, pages: int, poison: tuple[str, ...] = tuple(POISON)) -> Settings:
    """A configuration whose sources are so many pages, the poison among them."""
    for name in ("articles", "sources", "data"):
        (folder / name).mkdir()
    each = (pages - 1) // len(poison)
    names = {1 + each * number: name for number, name in enumerate(poison)}
    for number in range(pages):
        more = POISON[names[number]][1] if number in names else ""
        name = names.get(number, f"page{number}")
        (folder / "sources" / f"{name}.html").write_text(page(number, more), encoding="utf-8")
    config = folder / "workscited.toml"
    config.write_text(
        '[articles]\nfolders = ["articles"]\n[sources]\nfolders = ["sources"]\n[run]\nworkers = 2\n'
    )
    return load_settings(config)


@pytest.fixture
def planted_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader that does what poisonous pages say, with time enough for a million cells on a busy machine."""
    monkeypatch.setattr("tasks.stages.texts._extract", planted)
    monkeypatch.setattr("tasks.stages.work.BOUNDS", Bounds(seconds=5.0))


@pytest.mark.usefixtures("planted_reader")
@pytest.mark.parametrize(
    ("pages", "seconds"), [pytest.param(36, 8.0), pytest.param(600, 15.0, marks=pytest.mark.slow)]
)
def test_poison_costs_itself_alone_and_is_set_aside_after_the_third_try(
    pages: int, seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six poisonous pages are six issues; only those that killed a child are tried again, until they are retried."""
    settings = made(tmp_path, pages)
    monkeypatch.setattr("tasks.stages.work.BOUNDS", Bounds(seconds=seconds))
    first = run(settings, *READING)
    assert REASONS == first["extract"].dropped
    assert {pages - 6} == {first[stage].kept for stage in ("extract", "normalize", "segment")}
    assert {name: reason for name, (reason, _) in POISON.items()} == issues(settings)
    assert "issues" == _found(settings)["state"]
    # What is left to try kills its child at once, or hangs.
    monkeypatch.setattr("tasks.stages.work.BOUNDS", Bounds(seconds=3.0))
    second = run(settings, "acquire", "extract", "normalize")
    assert [(3, 0), (0, 0)] == [(second[s].pending, second[s].kept) for s in ("extract", "normalize")]
    assert KILLER_REASONS == second["extract"].dropped
    assert KILLER_REASONS == run(settings, "extract")["extract"].dropped
    assert {
        name: reason if name not in KILLERS else "set_aside" for name, (reason, _) in POISON.items()
    } == issues(settings)
    assert [(1, pages - 3), (3, 3)] == attempts(settings)
    assert 0 == run(settings, "extract")["extract"].pending
    assert [] == verify(settings.database.path)
    with Store.open(settings.database.path) as store:
        assert 3 == store.retry()
        assert 0 == store.retry()
    assert KILLER_REASONS == run(settings, "extract")["extract"].dropped
    assert {name: reason for name, (reason, _) in POISON.items()} == issues(settings)
    assert [(1, pages)] == attempts(settings)
    assert [] == verify(settings.database.path)


def test_a_page_that_is_read_at_last_is_kept_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted_reader: None
) -> None:
    """As when the machine had been short of memory: nothing of the failed try remains."""
    settings = made(tmp_path, 3, ("crash", "eat"))
    assert {"crashed": 1, "out_of_memory": 1} == run(settings, "acquire", "extract")["extract"].dropped
    monkeypatch.undo()
    counts = run(settings, "extract", "normalize")
    assert (2, 3) == (counts["extract"].kept, counts["normalize"].kept)
    assert {} == issues(settings)
    assert [(1, 1), (2, 2)] == attempts(settings)
    assert [] == verify(settings.database.path)


def test_another_content_is_another_input(tmp_path: Path, planted_reader: None) -> None:
    """A page that was set aside and changes is tried as if for the first time."""
    settings = made(tmp_path, 2, ("crash",))
    run(settings, "acquire", "extract")
    with Store.open(settings.database.path) as store:
        store.con.execute("UPDATE ledger SET attempts = ? WHERE reason = 'crashed'", [TRIES])
    crash = tmp_path / "sources" / "crash.html"
    crash.write_text(crash.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert {"crashed": 1} == run(settings, "acquire", "extract")["extract"].dropped
    assert "crashed" == issues(settings)["crash"]
    assert [(1, 2), (3, 1)] == attempts(settings)


def test_queries_and_code_agree_on_what_may_be_tried_again(store: Store) -> None:
    """The macro and the constants."""
    for reason in (*MAY_PASS, "too_deep", "reader_failed", ""):
        for tried in range(TRIES + 2):
            (answer,) = store.con.execute("SELECT may_try_again(?, ?)", [reason, tried]).fetchone()
            assert (reason in MAY_PASS and tried < TRIES) is answer


def paragraphs(number: int) -> str:
    # The body's own line counts as well.
    return "<html><body>" + "<p>A line.</p>" * (number - 1)


def cells(number: int) -> str:
    return "<html><body><p>Some words.</p><table><tr>" + "<td>1</td>" * number + "</table>"


def deep(number: int) -> str:
    return "<html><body>" + "<div>" * (number - 2) + "Some words."


def inline(number: int) -> str:
    return "<html><body>" + "<p>" + "<br>" * (number - 3) + "Some words."


@pytest.mark.parametrize(
    ("reason", "make", "limit"),
    [
        pytest.param("too_many_blocks", paragraphs, MAX_BLOCKS, id="paragraphs"),
        pytest.param("too_many_cells", cells, MAX_CELLS, id="cells"),
        pytest.param("too_deep", deep, MAX_NESTING, id="nesting"),
        pytest.param("too_many_elements", inline, MAX_ELEMENTS, id="elements"),
    ],
)
def test_a_page_beyond_a_limit_is_refused_and_names_it(reason: str, make: object, limit: int) -> None:
    """One more than the limit is too many; the refusal says of which page."""
    from tasks.extract.limits import refuse_outsized
    from tasks.extract.tree import _parsed

    with pytest.raises(InputError, match=rf"^in\.html: .*{limit:,}") as error:
        extract(Raw("in.html", "text/html", make(limit + 1).encode()))  # type: ignore[operator]
    assert reason == error.value.reason
    refuse_outsized(_parsed(make(limit)))  # type: ignore[operator]


@pytest.mark.parametrize(("kind", "line"), [("plain", "A line.\n\n"), ("markdown", "A line.\n\n")])
def test_a_text_of_too_many_paragraphs_is_refused_whatever_its_kind(kind: str, line: str) -> None:
    """Where no tree can be counted, the blocks are."""
    with pytest.raises(InputError) as error:
        extract(Raw("in.x", f"text/{kind}", (line * (MAX_BLOCKS + 1)).encode()))
    assert "too_many_blocks" == error.value.reason


def test_the_limits_are_far_above_real_pages(shared: Path) -> None:
    """No page of the collections comes near: ten times its counts would pass."""
    import gzip

    from tasks.extract.decode import decode
    from tasks.extract.limits import CELLS, LINES
    from tasks.extract.tree import _parsed, max_depth

    largest = [0, 0, 0, 0]
    for path in sorted((shared / "data").glob("pages*/**/*.html.gz")):
        root = _parsed(decode(gzip.decompress(path.read_bytes()), path.name)[0])
        tags = [element.tag for element in root.iter()]
        counts = (
            max_depth(root),
            sum(tag in CELLS for tag in tags),
            sum(tag in LINES for tag in tags),
            len(tags),
        )
        largest = list(map(max, largest, counts))
    limits = (MAX_NESTING, MAX_CELLS, MAX_BLOCKS, MAX_ELEMENTS)
    assert all(10 * count < limit for count, limit in zip(largest, limits, strict=True)), largest
