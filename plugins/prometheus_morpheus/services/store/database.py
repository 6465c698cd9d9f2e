"""The file of a service."""

from __future__ import annotations


class Database:
    """The open file; one process has it at a time."""
