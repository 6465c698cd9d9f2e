"""The verbs of personas: add, look at, change.

In comes an `Invocation`; out goes an exit code. What a verb does is in `usecases`. Start with `show.py`.
"""
