"""The did:key guest room: identifiers that are nothing but a public key, and the smallest plugin there is.

In come public keys and `did:key:…` texts; out go texts and DID documents. It asks for no capability, knows no vault,
no network and no other plugin. Start with `plugin.py`.
"""
