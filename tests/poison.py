"""Readers that do to their process what a page must never do to a run, and the pages that make them do it.

Not a test: child processes import it by name, so its functions stand at its top.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable

from tasks.model import Extract, Raw
from tasks.stages.children import Failed
from tasks.stages.texts import _extract

# Far longer than any deadline of a test: nobody ever sees it end.
FOR_EVER = 3_600.0
# A crash at once could come before the parent has heard that the item was begun.
A_MOMENT = 0.2
TWO_GIGABYTES = 2_000_000_000

WORDS = (
    "The dam on the river Arl holds back more water than its builders had ever reckoned with, say the people."
)
PAGE = "<!doctype html><title>{title}</title><article><h1>{title}</h1><p>{words}</p>{more}</article>"


def page(number: int, more: str = "") -> str:
    """A small page that differs from those of other numbers."""
    title = f"Page {number} of the valley"
    return PAGE.format(title=title, words=f"{WORDS} It was the year {number}.", more=more)


def hang() -> None:
    time.sleep(FOR_EVER)


def hang_in_c() -> None:
    """Deaf to signals that Python handles, as a regular expression that backtracks is."""
    ctypes.PyDLL(None).sleep(int(FOR_EVER))


def leave() -> None:
    time.sleep(A_MOMENT)
    os._exit(3)


def crash() -> None:
    time.sleep(A_MOMENT)
    # Where the tests are run with a fault handler, it must not write over their report.
    sys.stderr = None
    ctypes.string_at(0)


def eat() -> None:
    """Take two gigabytes; where nothing forbids that, hold on to them."""
    kept = bytearray(TWO_GIGABYTES)
    time.sleep(len(kept) * FOR_EVER)


DEEDS: dict[str, Callable[[], None]] = {
    "hang": hang,
    "hang-in-c": hang_in_c,
    "leave": leave,
    "crash": crash,
    "eat": eat,
}

# What a poisonous page holds, and the reason that it must end with.
POISON: dict[str, tuple[str, str]] = {
    "hang": ("timed_out", "<!--poison:hang-->"),
    "crash": ("crashed", "<!--poison:crash-->"),
    "eat": ("out_of_memory", "<!--poison:eat-->"),
    "paragraphs": ("too_many_blocks", "<p>A line.</p>" * 50_000),
    "deep": ("too_deep", "<div>" * 1_800 + "Far down." + "</div>" * 1_800),
    "cells": ("too_many_cells", "<table><tr>" + "<td>1" * 1_000_000),
}
# Those whose end is not the page's own doing, as far as anyone can tell: they are tried again.
KILLERS = ("hang", "crash", "eat")


def do(deed: str) -> str:
    """Do what ``deed`` names; give back any other word as it is."""
    if deed in DEEDS:
        DEEDS[deed]()
    return deed


def planted(raw: Raw) -> Extract | Failed:
    """The reader of pages, which obeys a page that tells it to hang, crash or eat."""
    _, marker, rest = raw.content.partition(b"<!--poison:")
    if marker:
        do(rest.partition(b"-->")[0].decode())
    return _extract(raw)


def refuse(item: str) -> str:
    """A function with a fault of its own."""
    raise ValueError(item)
