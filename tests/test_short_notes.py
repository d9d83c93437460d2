"""Notes that repeat a note before them get its fields, and lists that were misread are noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import build

from tasks.cite.article import cite
from tasks.cite.entries import Entry
from tasks.cite.run_together import labels_inside
from tasks.cite.short_notes import complete_short_notes, is_ibid
from tasks.judge.findings import raise_findings
from tasks.judge.models import load_models
from tasks.model import Fields
from tests.made_articles import make_vectors

STONE = (
    "Ida Stone, “Jobs vanish in Marrow County,” *Marrow Gazette*, June 5, 2023, https://gazette.example/jobs."
)
REYES = "Tomas Reyes, “How a mill town tries again,” *The Review*, September 1, 2023, https://review.example/mill."
AGAIN = (
    "Ida Stone, “Jobs return to the county,” *Marrow Gazette*, May 2, 2024, https://gazette.example/return."
)
PAGES = {"https://gazette.example/jobs": "jobs", "https://review.example/mill": "mill"}
PAGES["https://gazette.example/return"] = "return"


def pages(*notes: str) -> list[str]:
    """Return the page that each note of a list is told to mean; "" for none."""
    markers = " ".join(f"It fell again [{number}]." for number in range(1, len(notes) + 1))
    labelled = [f"{number}. {note}" for number, note in enumerate(notes, start=1)]
    article = cite(build("# Title", markers, "# Notes", *labelled))
    assert [reference.text for reference in article.references] == list(notes)
    return [PAGES.get(reference.fields.url, "") for reference in article.references]


@pytest.mark.parametrize(
    ("expected", "notes"),
    [
        pytest.param(["jobs", "jobs"], [STONE, "Ibid."], id="ibid"),
        pytest.param(["jobs", "jobs"], [STONE, "Ibid., 4."], id="ibid-with-a-page"),
        pytest.param(["jobs", "jobs"], [STONE, "ibid., pp. 14–15"], id="ibid-with-pages"),
        pytest.param(["jobs", "jobs"], [STONE, "Id. at 4."], id="id"),
        pytest.param(["jobs", "jobs"], [STONE, "Ebd., S. 4."], id="german"),
        pytest.param(["jobs", "jobs", "jobs"], [STONE, "Ibid.", "Ibid., 9."], id="ibid-of-an-ibid"),
        pytest.param(["jobs", "mill", "mill"], [STONE, REYES, "Ibid."], id="the-last-counts"),
        pytest.param(["", "jobs"], ["Ibid.", STONE], id="nothing-before"),
        pytest.param(
            ["jobs", "mill", "jobs"], [STONE, REYES, "Stone, “Jobs vanish.”"], id="short-note-quoted"
        ),
        pytest.param(
            ["jobs", "mill", "jobs"], [STONE, REYES, "Stone, “Jobs vanish,” 12."], id="short-note-with-a-page"
        ),
        pytest.param(
            ["jobs", "mill", "mill"], [STONE, REYES, "Reyes, Mill town tries, 12"], id="short-note-unquoted"
        ),
        pytest.param(
            ["jobs", "mill", "jobs", "jobs"],
            [STONE, REYES, "Stone, “Jobs vanish.”", "Ibid., 3."],
            id="ibid-of-a-short-note",
        ),
        pytest.param(["jobs", "return", ""], [STONE, AGAIN, "Stone, “Jobs.”"], id="two-could-be-meant"),
        pytest.param(
            ["jobs", "return", "return"], [STONE, AGAIN, "Stone, “Jobs return.”"], id="title-tells-which"
        ),
        pytest.param(["jobs", ""], [STONE, "Reyes, “Jobs vanish.”"], id="another-author"),
        pytest.param(["jobs", ""], [STONE, "Stone, “Bridge closes.”"], id="another-title"),
        pytest.param(["", "jobs"], ["Stone, “Jobs vanish.”", STONE], id="only-entries-before-it"),
    ],
)
def test_a_note_that_repeats_another_has_its_fields(expected: list[str], notes: list[str]) -> None:
    """Ibid. means the entry before; a short note means the one entry with its author and title words."""
    assert pages(*notes) == expected


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(True, "Ibid", id="no-stop"),
        pytest.param(True, "*Ibid.*, 14.", id="emphasis"),
        pytest.param(True, "See ibid., pp. 14–15, 17.", id="see"),
        pytest.param(False, "Ibid.; Roe, Bo. “The Wall.” 2020.", id="and-another"),
        pytest.param(False, "Idaho Statesman, 4.", id="a-name-that-begins-so"),
        pytest.param(False, "", id="nothing"),
    ],
)
def test_ibid_is_known_by_its_word_and_page_alone(expected: bool, text: str) -> None:
    """Only a note that says nothing else is the same as the one before."""
    assert is_ibid(text) is expected


def test_a_list_of_ibids_is_a_list() -> None:
    """Notes at the end without a heading are told from prose although most of them say Ibid."""
    article = cite(
        build("# Title", "It fell [1]. It rose [2].", f"[1] {STONE}", "[2] Ibid.", "[3] Ibid., 4.")
    )
    assert [reference.label for reference in article.references] == ["1", "2", "3"]


@given(
    st.lists(st.tuples(st.text("Ibid., 4Stone“”—", max_size=30), st.text("Stone", max_size=6)), max_size=8)
)
def test_every_entry_keeps_its_place(made: list[tuple[str, str]]) -> None:
    """Whatever the notes say, there are as many fields as notes, each one that some note gave."""
    read = [Fields(authors=(name,), title=name) for _, name in made]
    completed = complete_short_notes([text for text, _ in made], read)
    assert len(completed) == len(read)
    assert set(completed) <= set(read)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param({"2", "3"}, "Roe, Bo. The Wall. 2020. [2] Lee, Ann. A Dam. [3] Fox, Cy.", id="square"),
        pytest.param({"2"}, "Roe, Bo. The Wall. 2020. (2) “A Dam.” 2020.", id="round"),
        pytest.param({"2"}, "Roe, Bo. The Wall. 2020. 2. Lee, Ann. A Dam.", id="stop"),
        pytest.param(set(), "Roe, Bo. The Wall. 2020. [3] Lee, Ann. A Dam.", id="does-not-count-on"),
        pytest.param(set(), "Roe, Bo. “The Wall.” Review of Walls 12(2): 4–9.", id="issue-of-a-journal"),
        pytest.param(set(), "Roe, Bo. “The Wall.” Review of Walls 12(2) May 2020.", id="issue-and-month"),
        pytest.param(set(), "Roe, Bo. “The Wall.” Review, vol. 2, 2020.", id="volume"),
    ],
)
def test_labels_that_count_on_inside_an_entry_are_seen(expected: set[str], text: str) -> None:
    """Entries that were read as one show by the labels inside, which go on from the entry's own."""
    assert labels_inside([Entry("1", text, 0, len(text))]) == expected


@pytest.mark.parametrize(
    ("expected", "notes"),
    [
        pytest.param([], [f"1. {STONE} [2] {REYES}"], id="entry-2-inside-entry-1"),
        pytest.param([], [f"1. {STONE}", f"2. {REYES}"], id="both-there"),
        pytest.param([("2",)], [f"1. {STONE}"], id="no-entry-2"),
        pytest.param([("2",)], [f"1. {STONE} Review of Walls 12(2): 4–9."], id="a-2-that-is-no-label"),
    ],
)
def test_a_marker_does_not_dangle_where_its_entry_was_read_as_part_of_another(
    expected: list[tuple[str, ...]], notes: list[str]
) -> None:
    """A misread list is told as such, and no fault of the article is made of it."""
    article = cite(build("# Title", "It fell in May [1]. It rose in June [2].", "# Notes", *notes))
    found = raise_findings(article, [], {}, make_vectors(), load_models())
    assert [one.labels for one in found if one.kind == "dangling_marker"] == expected
