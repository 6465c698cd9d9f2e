"""The plugin's verbs, a room for each noun; the rows that name them are in `tables`.

What lives here: verbs about DIDs (`did`), the wallet (`wallet`), nodes and what waits for them (`ledger`), times
(`timestamp`), services (`serve`), and what is wanted until a ledger can be reached (`wanted`). Beside them lies what
several nouns do alike: whom a verb asks (`asking`), how it is sent (`at_desk`), what an operation costs (`offering`).
What may come in: a `Call`. What may go out: an exit code, and the result through the call. What never happens here:
rules of the ledger (`state`), bytes of transactions (`transactions`), or a second way to send (`sending`).
Where to start reading: `asking`, then the verb that you mean.
"""
