"""Texts made from the table of commands when the program is built: help, completion, manual pages, reference.

In comes the table; out go files in `prometheus/cli/rendered/` and `docs/reference/`. Nothing here runs when a command
runs, except for the verbs of plugins, whose help and completion cannot be prepared. ``python -m
prometheus.cli.rendering`` writes the files, with ``--check`` it tells which are stale. Start with `help_text.py`.
"""
