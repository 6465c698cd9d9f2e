"""The verbs of the house itself: help, version, settings, folders, reports, completion, manual pages.

In comes an `Invocation`; out go lines, JSON or a file that the person agreed to. None of them opens a vault.
Start with `help.py`.
"""
