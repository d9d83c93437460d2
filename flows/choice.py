"""Which stages a run is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.errors import SettingsError
from tasks.stages import STAGES


def chosen_stages(names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the stages of that name in the pipeline's order, all without ``names``."""
    unknown = sorted(set(names or ()) - set(STAGES))
    if unknown:
        raise SettingsError(f"there is no stage {', '.join(unknown)}; stages are {', '.join(STAGES)}")
    return tuple(name for name in STAGES if not names or name in names)
