"""The verb ``inspect``: judge what was shown in answer to a scenario, from files, links or an inspector's service.

In comes an `Invocation`; out goes the exit code of the verdict. Files and links need no vault; the list of what arrived
is asked for with a token of a persona. Start with `judge.py`.
"""
