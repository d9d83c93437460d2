"""Turn pip's report of a resolved, empty environment into ``constraints.txt``.

Reads the JSON of ``pip install --dry-run --ignore-installed --report`` from standard input and writes
one ``name==version`` a line to standard output: names and versions only, no address, no hash and no
local suffix such as ``+cpu``, which other machines cannot resolve.
"""

from __future__ import annotations

import json
import sys

HEADER = """\
# The versions that workscited is tested with: made by `make lock`, used by `make setup`.
# Names and versions only. What a platform's build of torch brings along is left to torch itself.
"""

# torch's CUDA builds pin these exactly and its CPU builds do not have them.
LEFT_TO_TORCH = ("nvidia-", "cuda-", "triton")


def constraints(report: dict[str, list[dict[str, dict[str, str]]]], own: str) -> list[str]:
    """Return the sorted lines ``name==version`` of what ``report`` would install, without ``own``."""
    found = (package["metadata"] for package in report["install"])
    versions = {one["name"]: one["version"].partition("+")[0] for one in found if one["name"] != own}
    names = (name for name in versions if not name.lower().startswith(LEFT_TO_TORCH))
    return [f"{name}=={versions[name]}" for name in sorted(names, key=str.lower)]


if __name__ == "__main__":
    sys.stdout.write(HEADER + "\n".join(constraints(json.load(sys.stdin), own="workscited")) + "\n")
