"""The verbs of the vault, one file each or one for a few small ones.

In comes an `Invocation`; out goes an exit code. Secrets come by `passphrase` and `typed_words`, from a terminal, an
open file or a named file, and are asked for before a vault is opened. Start with `create.py`.
"""
