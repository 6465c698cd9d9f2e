"""The stores that `vault.py` compares: this project's vault, SQLCipher, Askar and KeePass, behind one `Store`.

What lives here: made records, one module per store, and the phases in which they are measured turn and turn about.
What may come in: a size, a folder on the disk to measure. What may go out: rows of times, and rows without one that say
why. What never happens here: a store of a person is opened; a peer is given worse terms than its own documentation
advises. Where to start reading: `store` for what each must do, then `phases`.
"""
