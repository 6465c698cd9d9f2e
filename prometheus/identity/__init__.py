"""Identity: words, keys, names. From a phrase on paper to a DID, a signature and an address.

What lives here: BIP39 phrases (`bip39`), key trees (`slip10`, `bip32`, `morpheus_keys`, `hydra_keys`), the text forms
of keys, key ids and signatures (`multicipher`), DIDs (`did`), ledger networks (`networks`), password boxes and the
vault files of the Internet of People (`password_box`, `iop_vault`), and a persona's default face (`persona_names`).
What may come in: text and bytes; a password where something is opened.
What may go out: frozen values, texts, bytes; secrets only inside `SecretKey` and extended keys that do not print them.
What never happens here: files, network, clocks, prompts; cryptographic primitives of our own; secrets in error texts.
Where to start reading: `multicipher`, then `did`, then `morpheus_keys`.
"""
