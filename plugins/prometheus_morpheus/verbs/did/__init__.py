"""Verbs about DIDs that have a history: what is known of one, and changes of its document.

What lives here: looking one up (`resolve`, `history`, `verify`), changing it (`change`, on what `basis` found), what
sources contradict each other about (`disagreements`), and what these share: `lines`, `personas`, and what the vault
keeps and remembers (`keeping_found`, `recalling`).
What may come in: a `Call`. What may go out: an exit code, and the result through the call. What never happens here: a
change that is signed before the person saw the document before and after.
Where to start reading: `resolve`, then `change`.
"""
