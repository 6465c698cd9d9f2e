"""The plugin's verbs, one file for each noun or family; the rows that name them are in `tables`.

What may come in: a `Call`. What may go out: an exit code, and the result through the call. What never happens here:
rules of the ledger (`state`), bytes of transactions (`transactions`), or a second way to send (`sending`).
"""
