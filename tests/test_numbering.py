"""Misnumbered markers: what the fits of all claims of an article say together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.judge.numbering import ClaimFit, Margins, Misnumbering, find_misnumbered

LIST = ("a", "b", "c", "d", "e")
MARGINS = Margins(
    swap_total=3.0, swap_each=0.5, shift_total=4.0, shift_each=0.3, single=5.0, cited_at_most=-0.5
)


def fit(claim: str, cited: str, **odds: float) -> ClaimFit:
    """A claim that fits the given references so well, and all others badly."""
    return ClaimFit(claim, cited, {reference: odds.get(reference, -8.0) for reference in LIST})


def told(found: list[Misnumbering]) -> list[tuple[str, str, str]]:
    """Kind, claims and suggested references, each joined."""
    return [(one.kind, " ".join(one.claims), "".join(one.suggested)) for one in found]


CASES = {
    "two that want each other's number": (
        [("swapped_citation", "1 2", "ba")],
        [fit("1", "a", b=2, a=-1), fit("2", "b", a=2, b=-1)],
    ),
    "a swap whose second entry two claims cite": (
        [("swapped_citation", "1 2 3", "baa")],
        [fit("1", "a", b=2, a=-1), fit("2", "b", a=2, b=-1), fit("3", "b", a=1.5, b=1)],
    ),
    "a swap of entries far apart in the list": (
        [("swapped_citation", "1 2", "ea")],
        [fit("1", "a", e=2, a=-1), fit("2", "e", a=2, e=-1)],
    ),
    "of two equal swaps that share an entry, the first of the list": (
        [("swapped_citation", "1 2", "ba")],
        [fit("1", "a", b=2, a=-1), fit("2", "b", a=2, b=-1, c=2), fit("3", "c", b=2, c=-1)],
    ),
    "a want that is not mutual": ([], [fit("1", "a", b=2, a=-1), fit("2", "b", b=3)]),
    "mutual, but too little together": ([], [fit("1", "a", b=1, a=0.1), fit("2", "b", a=1, b=0.1)]),
    "mutual, but one by a hair only": ([], [fit("1", "a", b=5, a=0), fit("2", "b", a=1.1, b=1)]),
    "another claim of the entry fits it well": (
        [],
        [fit("1", "a", b=2, a=-1), fit("2", "b", a=2, b=-1), fit("3", "b", b=4, a=0)],
    ),
    "a run that wants the next": (
        [("off_by_one", "1 2 3", "bcd")],
        [fit("1", "a", b=2, a=0), fit("2", "b", c=2, b=0), fit("3", "c", d=2, c=0)],
    ),
    "a run that wants the one before": (
        [("off_by_one", "1 2 3", "abc")],
        [fit("1", "b", a=2, b=0), fit("2", "c", b=2, c=0), fit("3", "d", c=2, d=0)],
    ),
    "a run of two is too short": ([], [fit("1", "a", b=2, a=0), fit("2", "b", c=2, b=0)]),
    "a run that a fitting claim interrupts": (
        [],
        [
            fit("1", "a", b=2, a=0),
            fit("2", "b", c=2, b=0),
            fit("x", "e", e=3),
            fit("3", "c", d=2, c=0),
        ],
    ),
    "the last entry has no next": ([], [fit("1", "e", e=0)]),
    "one claim that fits another entry far better": (
        [("miscited", "1", "c")],
        [fit("1", "a", c=5, a=-1), fit("2", "c", c=3)],
    ),
    "one claim, but its own entry fits too": ([], [fit("1", "a", c=9, a=1), fit("2", "c", c=3)]),
    "one claim, too small a margin": ([], [fit("1", "a", c=3, a=-1)]),
    "every claim fits its own": ([], [fit("1", "a", a=2), fit("2", "b", b=2)]),
    "no claim": ([], []),
}


@pytest.mark.parametrize(("expected", "fits"), CASES.values(), ids=CASES.keys())
def test_misnumbering_is_told_by_its_kind(expected: list[tuple[str, str, str]], fits: list[ClaimFit]) -> None:
    """Shifts of three or more, mutual swaps, then single claims, each with a margin of its own."""
    assert told(find_misnumbered(fits, LIST, MARGINS)) == expected


def test_the_most_certain_finding_comes_first() -> None:
    """The score is what the claims gain together, in log-odds."""
    fits = [
        fit("1", "a", b=2, a=-1),
        fit("2", "b", a=2, b=-1),
        fit("3", "c", d=20, c=-1),
        fit("4", "d", d=3),
    ]
    found = find_misnumbered(fits, LIST, MARGINS)
    assert [(one.kind, one.score) for one in found] == [("miscited", 21.0), ("swapped_citation", 6.0)]


ODDS = st.floats(-12, 12).map(lambda value: round(value, 3))
FITS = st.lists(st.tuples(st.sampled_from(LIST), st.lists(ODDS, min_size=5, max_size=5)), max_size=8).map(
    lambda rows: [
        ClaimFit(str(number), cited, dict(zip(LIST, odds, strict=True)))
        for number, (cited, odds) in enumerate(rows)
    ]
)


@given(FITS)
def test_a_claim_is_in_one_finding_at_most(fits: list[ClaimFit]) -> None:
    """Findings name claims of the article, what these cite, and another entry for each."""
    found = find_misnumbered(fits, LIST, MARGINS)
    claims = [claim for finding in found for claim in finding.claims]
    assert len(claims) == len(set(claims))
    cited = {claim.claim: claim.cited for claim in fits}
    for finding in found:
        assert finding.cited == tuple(cited[claim] for claim in finding.claims)
        assert all(
            wanted in LIST and wanted != own
            for own, wanted in zip(finding.cited, finding.suggested, strict=True)
        )


@given(FITS)
def test_nothing_is_raised_where_every_claim_fits_its_own_entry_best(fits: list[ClaimFit]) -> None:
    """However well other entries fit besides."""
    best = [ClaimFit(one.claim, one.cited, {**one.fits, one.cited: max(one.fits.values())}) for one in fits]
    assert find_misnumbered(best, LIST, MARGINS) == []


@given(FITS, st.permutations(["v", "w", "x", "y", "z"]))
def test_the_names_of_entries_and_claims_do_not_matter(fits: list[ClaimFit], names: list[str]) -> None:
    """Renamed entries and claims give the same findings under their new names."""
    new = dict(zip(LIST, names, strict=True))
    renamed = [
        ClaimFit(f"claim {one.claim}", new[one.cited], {new[key]: odds for key, odds in one.fits.items()})
        for one in fits
    ]
    found = find_misnumbered(fits, LIST, MARGINS)
    again = find_misnumbered(renamed, [new[reference] for reference in LIST], MARGINS)
    assert [(one.kind, one.score) for one in again] == [(one.kind, one.score) for one in found]
    assert [[claim.removeprefix("claim ") for claim in one.claims] for one in again] == [
        list(one.claims) for one in found
    ]
    assert [list(one.suggested) for one in again] == [[new[key] for key in one.suggested] for one in found]
