"""Claims: what is said about somebody, by whom, and what of it is shown.

What lives here: JSON exactly as the Internet of People's reference treats it (`jsontext`, `numbers`, `canonical`),
content ids and masking (`digest`), nonces, signed JSON, bearer tokens, the rights that a DID document grants, and on
top of them the typed documents, their planning and their judgement.
What may come in: text, bytes, parsed JSON, public keys, a signer, the present moment as a value.
What may go out: parsed and frozen values, texts, content ids, verdicts.
What never happens here: files, network, clocks, prompts, secrets in a text, heavy imports before they are needed.
Where to start reading: `jsontext`, then `digest`, then `signed`.
"""
