"""A run's report in the terminal: what was read, linked and found, and where to look next."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.terminal import one_line
from tasks.judge.reasons import excerpt

# The question that a first reader has: what should I look at?
NEXT_QUERY = "SELECT article_uri, kind, reason FROM open_findings"
# Enough of a reason to see what it is about; the query gives all of it.
WHY_CHARACTERS = 240
ISSUES_QUERY = "SELECT stage, item, reason, detail FROM issues"

UNCHANGED = "Nothing changed: no document parsed, nothing embedded, no answer changed."


def show(report: Mapping[str, Any], config: Path) -> None:
    """Print ``report`` (what the flow returns) on standard output."""
    parts: list[RenderableType] = [_stages(report["stages"]), _totals(report["totals"])]
    if report["findings"]:
        parts += _findings(report)
    if not report["changed"]:
        parts.append(Text(UNCHANGED))
    Console(highlight=False).print(Group(*parts))
    for line in _where(report, config):
        print(one_line(line))


def _stages(stages: list[dict[str, Any]]) -> Table:
    table = Table("stage", title="This run", title_justify="left")
    for name in ("pending", "kept", "rows", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("dropped, by reason")
    for one in stages:
        dropped = ", ".join(f"{one_line(reason)} {n}" for reason, n in sorted(one["dropped"].items()))
        numbers = (str(one["pending"]), str(one["kept"]), str(one["rows"]), f"{one['seconds']:.1f}")
        table.add_row(one["stage"], *numbers, Text(dropped))
    return table


def _totals(totals: Mapping[str, int]) -> Table:
    table = Table("held now", title="In the database", title_justify="left")
    table.add_column("number", justify="right")
    for name, number in totals.items():
        # Who reads files alone need not be told four times that there are no pages of the web.
        if number or "pages" not in name:
            table.add_row(name.replace("_", " "), str(number))
    return table


def _findings(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Yield each finding as a line of its own, the reason below it: a table would cut the reasons up."""
    shown, open_now = report["first_findings"], report["totals"]["open_findings"]
    yield Text(
        f"Found: {open_now} to look at" + (f", the first {len(shown)}" if open_now > len(shown) else "")
    )
    for one in shown:
        yield Text(f"  {headline(one)}", style="bold")
        yield Padding(Text(one_line(excerpt(one["reason"], WHY_CHARACTERS))), (0, 0, 0, 4), expand=False)


def headline(finding: Mapping[str, Any]) -> str:
    """Return the line that names a finding: its kind, the labels as printed and as they fit, the article."""
    printed, fits = ", ".join(finding["labels"]), ", ".join(finding["suggested"])
    labels = f" {printed} → {fits}" if fits else f" {printed}" if printed else ""
    return one_line(f"{finding['kind'].replace('_', ' ')}{labels}  in {finding['article']}")


def _where(report: Mapping[str, Any], config: Path) -> Iterator[str]:
    """Yield lines that are to be copied whole, which is why no table holds them."""
    ask = f"{_program()} query --config {shlex.quote(str(config))}"
    yield f"database        {report['database']}"
    if Path(report["published"]).exists():
        yield f"published copy  {report['published']}"
        yield f'try next        {ask} "{NEXT_QUERY}"'
        if issues := report["totals"]["issues"]:
            reasons = ", ".join(f"{reason} {number}" for reason, number in report["issues"].items())
            yield f'open issues     {issues} ({reasons}): {ask} "{ISSUES_QUERY}"'


def _program() -> str:
    """Return what the user can type to run this program from here."""
    if shutil.which("workscited"):
        return "workscited"
    program = Path(sys.argv[0])
    return str(program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program)
