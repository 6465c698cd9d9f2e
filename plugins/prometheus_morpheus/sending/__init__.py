"""What is to happen on the ledger, and what became of it: nothing is paid twice, nothing is lost, nothing is guessed.

What lives here: actions and how they move on (`action`, `moves`), the next nonce (`nonces`), what they cost (`costs`),
what nodes say of them (`sightings`), where they are kept (`drawer`), and the `Desk` that does the work.
What may come in: wishes of the person, a plugin's store, a signer of wallets, nodes that may lie, a clock.
What may go out: signed bytes that are in the vault already, and actions, each with the reason of its state.
What never happens here: two nonces for one action, other bytes after a lost answer, success before layer 2 said so.
Where to start reading: `action`, then `desk`.
"""
