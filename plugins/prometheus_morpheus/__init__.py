"""Morpheus: DIDs with a history and claims with a time, on the Hydra ledger.

What lives here: what a transaction is (`transactions`), the rules of the second layer (`state`), asking nodes
(`client`), actions and what became of them (`sending`), a development ledger (`ledger`), and the verbs.
What may come in: the plugin's doors (`prometheus.api`), the pure rooms, answers of nodes, each of which may lie.
What may go out: verbs, transactions that the person agreed to, and what is known of a DID with its source and age.
What never happens here: a key in hand, personal data on a ledger, an answer believed because a node gave it.
Where to start reading: `transactions`, then `state`.
"""
