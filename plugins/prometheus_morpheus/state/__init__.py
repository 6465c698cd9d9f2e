"""What the second layer makes of Morpheus transactions: DIDs with their keys and rights, and before proofs.

What lives here: the state with its rules (`machine`), what an attempt asks for (`attempts`), what is known of a DID
(`did_state`), the documents that come out (`documents`, `w3c`), and a document computed again from the transactions
that touch it (`recomputed`).
What may come in: heights, transaction ids and assets in the order of the ledger; all of them may be malformed.
What may go out: documents, histories, before proofs, and the reason why a transaction had no effect.
What never happens here: asking a node, reading a clock, keeping anything on disk, half of a transaction.
Where to start reading: `machine`, then `rules`.
"""
