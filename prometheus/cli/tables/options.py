"""The options that every command takes, before or after its words."""

from __future__ import annotations

from prometheus.cli.command import Param

GLOBAL_OPTIONS: tuple[Param, ...] = (
    Param("vault", "Use this vault instead of the configured one", ("--vault",), metavar="NAME"),
    Param("json", "Write the result or the error as one JSON object", ("--json",), kind="flag"),
    Param("quiet", "Say nothing but results, warnings and errors", ("--quiet", "-q"), kind="flag"),
    Param("verbose", "Say more about what happens", ("--verbose", "-v"), kind="flag"),
    Param("yes", "Answer yes to every question", ("--yes", "-y"), kind="flag"),
    Param("no_input", "Never ask: fail where an answer is needed", ("--no-input",), kind="flag"),
    Param("no_color", "Write without colour", ("--no-color",), kind="flag"),
    Param("passphrase_fd", "Read the passphrase from this open file", ("--passphrase-fd",), "number", "N"),
    Param(
        "passphrase_file", "Read the passphrase from this file, or - for input", ("--passphrase-file",), "file", "PATH"
    ),
)
"""Secrets come by file descriptor, by file or from the terminal; there is no option that carries one."""
