"""Decide over a whole article which markers carry a wrong number: swapped, shifted by one, or wrong.

The evidence is how well each claim fits each reference of the list (log-odds, see ``fit.py``). One
claim alone proves little; two that want each other's numbers, or a run that wants the neighbour's,
prove much. So the joint explanations are tried first, each with its own margin, and a claim takes
part in one finding at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class ClaimFit:
    """A claim with the one reference that it cites, and its log-odds for every reference of the list."""

    claim: str
    cited: str
    fits: Mapping[str, float]

    def margin(self, reference: str) -> float:
        """How much better ``reference`` fits than the cited one, in log-odds."""
        return self.fits[reference] - self.fits[self.cited]

    def best(self) -> str:
        """The reference that fits best; the cited one where several do."""
        return max(self.fits, key=lambda reference: (self.fits[reference], reference == self.cited))


@dataclass(frozen=True, slots=True)
class Margins:
    """What each finding needs, in log-odds. ``total`` sums over the claims, ``each`` is for every one.

    ``cited_at_most``: a claim whose cited reference fits better than this is left alone.
    """

    swap_total: float
    swap_each: float
    shift_total: float
    shift_each: float
    single: float
    cited_at_most: float


@dataclass(frozen=True, slots=True)
class Misnumbering:
    """Claims whose markers should read ``suggested`` (a reference for each claim) instead."""

    kind: Literal["swapped_citation", "off_by_one", "miscited"]
    claims: tuple[str, ...]
    cited: tuple[str, ...]
    suggested: tuple[str, ...]
    score: float


# Fewer neighbours than this that want the next number are told as single ones.
SHORTEST_SHIFT = 3


def find_misnumbered(
    claims: Sequence[ClaimFit], references: Sequence[str], margins: Margins
) -> list[Misnumbering]:
    """Return the misnumberings of an article, most certain first.

    ``claims`` are those that cite a single reference, in the order of the text; ``references`` are
    the ids of the list in printed order.
    """
    found: list[Misnumbering] = []
    for search in (_shifts, _swaps, _singles):
        taken = {claim for finding in found for claim in finding.claims}
        left = [claim for claim in claims if claim.claim not in taken]
        found += search(left, references, margins)
    return sorted(found, key=lambda finding: -finding.score)


def _shifts(claims: Sequence[ClaimFit], references: Sequence[str], margins: Margins) -> list[Misnumbering]:
    """Runs of claims in order that all want the entry one before, or all the one after."""
    place = {reference: number for number, reference in enumerate(references)}
    found: list[Misnumbering] = []
    for step in (-1, 1):
        run: list[ClaimFit] = []
        for claim in [*claims, None]:
            wanted = _neighbour(claim, references, place, step) if claim else None
            if claim and wanted and claim.margin(wanted) > margins.shift_each and claim.best() == wanted:
                run.append(claim)
                continue
            found += _shift_of(run, references, place, step, margins)
            run = []
    return found


def _neighbour(claim: ClaimFit, references: Sequence[str], place: Mapping[str, int], step: int) -> str | None:
    number = place.get(claim.cited, -1) + step
    return references[number] if claim.cited in place and 0 <= number < len(references) else None


def _shift_of(
    run: Sequence[ClaimFit],
    references: Sequence[str],
    place: Mapping[str, int],
    step: int,
    margins: Margins,
) -> list[Misnumbering]:
    if len({claim.cited for claim in run}) < SHORTEST_SHIFT:
        return []
    wanted = tuple(references[place[claim.cited] + step] for claim in run)
    total = sum(claim.margin(reference) for claim, reference in zip(run, wanted, strict=True))
    if total < margins.shift_total:
        return []
    return [_misnumbering("off_by_one", run, wanted, total)]


def _swaps(claims: Sequence[ClaimFit], references: Sequence[str], margins: Margins) -> list[Misnumbering]:
    """Pairs of references whose claims want each other's number, taken together, best pairs first."""
    citing: dict[str, list[ClaimFit]] = {}
    for claim in claims:
        citing.setdefault(claim.cited, []).append(claim)
    pairs = []
    for first, second in combinations([reference for reference in references if reference in citing], 2):
        gain_first = sum(claim.margin(second) for claim in citing[first])
        gain_second = sum(claim.margin(first) for claim in citing[second])
        if min(gain_first, gain_second) > margins.swap_each and gain_first + gain_second > margins.swap_total:
            pairs.append((gain_first + gain_second, first, second))
    found: list[Misnumbering] = []
    taken: set[str] = set()
    # Equal pairs keep the order of the list, whatever their ids are.
    for total, first, second in sorted(pairs, key=lambda pair: -pair[0]):
        if not taken & {first, second}:
            taken |= {first, second}
            both = [claim for claim in claims if claim.cited in {first, second}]
            wanted = tuple(second if claim.cited == first else first for claim in both)
            found.append(_misnumbering("swapped_citation", both, wanted, total))
    return found


def _singles(claims: Sequence[ClaimFit], references: Sequence[str], margins: Margins) -> list[Misnumbering]:
    """Claims that fit another entry far better than the one that they cite."""
    found = []
    for claim in claims:
        best = claim.best()
        if (
            best in references
            and claim.margin(best) > margins.single
            and claim.fits[claim.cited] < margins.cited_at_most
        ):
            found.append(_misnumbering("miscited", [claim], (best,), claim.margin(best)))
    return found


def _misnumbering(
    kind: Literal["swapped_citation", "off_by_one", "miscited"],
    claims: Sequence[ClaimFit],
    suggested: tuple[str, ...],
    score: float,
) -> Misnumbering:
    return Misnumbering(
        kind,
        tuple(claim.claim for claim in claims),
        tuple(claim.cited for claim in claims),
        suggested,
        score,
    )
