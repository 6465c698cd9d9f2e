"""The verbs of claims: asking for them, witnessing, keeping, showing and judging them.

In come the values of one call; out go results and exit codes. What a verb does is in `usecases`; nothing is signed or
shown here that was not agreed to.
"""
