"""Asking nodes of the Hydra ledger, without believing them.

What lives here: where nodes are (`endpoint`), how they are asked (`http`), which network they belong to
(`identity_pin`), what they can be asked (`node`) and what an answer is (`answers`), comparing two or more (`quorum`),
and checking that blocks are what they claim (`blocks`, `block_bytes`).
What may come in: base URLs, a store for pins, answers of nodes, each of which may lie, stall or be garbage.
What may go out: answers as frozen values, checked for form and length, each with the node that gave it; errors that say
which of the three kinds of failure it was, and whether a transaction may have arrived.
What never happens here: a key in hand, a transaction posted twice without being asked, an answer believed because it
came, a request to a host that the person did not name.
Where to start reading: `answers`, then `node`. Importing this package imports nothing heavy; `http` brings aiohttp.
"""
