"""Verbs of the wallet: what it holds, what it was paid, and what it spends.

What lives here: looking (`balance`, `history`, `export`, with what endpoints say `compared`), spending (`send`, `vote`,
both by `spending`), addresses (`receive`, `address`), and of which network a call means the wallet (`place`).
What may come in: a `Call`. What may go out: an exit code, and the result through the call. What never happens here: a
payment that nobody was shown, and a balance of memory told without its age (`last_known`).
Where to start reading: `place`, then `spending`.
"""
