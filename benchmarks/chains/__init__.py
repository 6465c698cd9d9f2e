"""What `ledger.py` compares: the same signed work, our development ledger, and Hydra's rules on Node.

What lives here: made transactions (`work`), one module per side (`ours`, `peer`), each a child process that is asked
over HTTP and told by a signal to make blocks of all that waits.
May come in: the product as it is installed, the hydra-devnode peer. May go out: seconds.
Never happens here: a verdict.
"""
