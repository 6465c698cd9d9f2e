"""What the product does, one verb a file.

In come a `Session` (vault, clock, signer) and plain values; out go frozen results. Use cases know no terminal, no file
of the user's and no concrete vault: those meet in `compose`. They are synchronous until there is a network to wait for.
Start with `session.py`, then `present_claim.py`.
"""
