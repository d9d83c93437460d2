"""The command line, and the stages as a flow."""

from pathlib import Path

# The configuration that is meant where none is named: this file of the working folder.
DEFAULT_CONFIG = Path("workscited.toml")
