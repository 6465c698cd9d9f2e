"""A development ledger: one process on SQLite that keeps Hydra's rules, for tests, demonstrations and times offline.

What lives here: the chain (`chain`) and what can be asked of it (`reading`), its rules as numbers (`rules`), blocks and
their bytes (`block`), the first block (`genesis`), the second, which is like no other ledger's (`second_block`), whose
turn it is (`turns`), what a request must look like (`shape`), what becomes of it (`admission`, `judging`), the pool
(`pool`), balances (`accounts`), what blocks did (`effects`), and the file that keeps them (`store`). The HTTP interface
over it is in `http`.
What may come in: signed transactions as JSON, a clock, a folder.
What may go out: blocks that are really signed, answers with the texts that Hydra nodes give.
What never happens here: anybody's real money, a connection to another node, a key that is not published with this code.
Where to start reading: `chain`.
"""
