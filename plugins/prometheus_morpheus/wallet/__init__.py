"""The wallet: coins as people write them, addresses by name, which key of which network, and what happened.

What lives here: pure rules about amounts, names, and what a transaction means for one address; the address book in the
plugin's store. What may come in: texts that a person typed, answers of nodes, which are somebody else's claims. What
may go out: integers of flakes, addresses that were checked, rows to show. What never happens here: a question to a
node, a signature, a float. Where to start reading: `coins`, then `purse`.
"""
