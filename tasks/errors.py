"""The errors of workscited, one tree.

WorkscitedError
├── SettingsError        the configuration is wrong; trying again does not help
├── InputError           an input named by the user cannot be read; trying again does not help
├── LockHeldError        another run writes to this database; try again when it has ended
├── StoreError           the database cannot be used as asked; trying again does not help
└── EncoderError         the model is missing, altered or of another space; trying again does not help
"""

from __future__ import annotations


class WorkscitedError(Exception):
    """The root: catch this to catch all that workscited raises on purpose."""


class SettingsError(WorkscitedError):
    """The configuration names an unknown key, a value out of range or a folder that is not there."""


class InputError(WorkscitedError):
    """A file or folder that the user named cannot be read as a document; ``reason`` is a code."""

    def __init__(self, message: str, reason: str = "unreadable") -> None:
        super().__init__(message)
        self.reason = reason


class LockHeldError(WorkscitedError):
    """Another run holds the database's lock; the message names its holder."""


class StoreError(WorkscitedError):
    """The database is of another schema, damaged, or not there."""


class EncoderError(WorkscitedError):
    """The model cannot be loaded, its weights differ from the pinned ones, or spaces would mix."""
