"""Morpheus: DIDs with a history and claims with a time, on the Hydra ledger, and the services that claims pass by.

What lives here, from the ground up:
* a ledger: its transactions (`transactions`), the rules of its second layer (`state`), one for development (`ledger`);
* asking it: its nodes (`client`), what they know of a DID or a time, compared and worked out again (`resolving`);
* doing something there: actions and what became of them (`sending`), changes of a DID (`changing`), coins (`wallet`);
* claims between machines: authority, inspector and verifier as they are run (`services`) and asked (`asking_services`);
* the verbs (`verbs`), and the rows that name them (`tables`).
What may come in: the plugin's doors (`prometheus.api`), the pure rooms, answers of nodes and services, each of which
may lie, and requests of anybody who reaches a service.
What may go out: verbs, transactions that the person agreed to, what is known of a DID with its source and age, answers.
What never happens here: a key in hand, personal data on a ledger, an answer believed because a node gave it.
Where to start reading: `transactions`, then `state`.
"""
