"""A development ledger: one process on SQLite that keeps Hydra's rules, for tests, demonstrations and times offline.

What lives here: the chain (`chain`), its rules as numbers (`rules`), blocks and their bytes (`block`), the first block
(`genesis`), what a request must look like (`shape`), the pool (`pool`), balances (`accounts`), and the file that keeps
all of it (`store`). The HTTP interface over it is in `http`.
What may come in: signed transactions as JSON, a clock, a folder.
What may go out: blocks that are really signed, answers with the texts that Hydra nodes give.
What never happens here: anybody's real money, a connection to another node, a key that is not published with this code.
Where to start reading: `chain`.
"""
