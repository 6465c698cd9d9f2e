"""A secret that does not print itself.

`Secret` travels between the terminal, the vault and the signer. It has no text form, cannot be pickled, copied or
formatted, and compares in constant time. `expose()` is the one place to look for when reading where secrets go.
"""

from __future__ import annotations

from prometheus.model.frozen import Final, NoReturn

REDACTED: Final = "Secret(…)"


class Secret:
    """Bytes that must not reach a screen, a log or a traceback."""

    __slots__ = ("_bytes",)

    def __init__(self, value: bytes | bytearray) -> None:
        self._bytes = bytearray(value)

    def expose(self) -> bytes:
        """Return a copy of the bytes; the caller answers for where it goes."""
        return bytes(self._bytes)

    def wipe(self) -> None:
        """Overwrite the bytes held here; copies that were exposed stay with whoever took them."""
        self._bytes[:] = bytes(len(self._bytes))

    def __len__(self) -> int:
        return len(self._bytes)

    def __eq__(self, other: object) -> bool:
        from hmac import compare_digest

        return isinstance(other, Secret) and compare_digest(self._bytes, other._bytes)

    __hash__ = None  # type: ignore[assignment]  # a hash would be a stable trace of the secret

    def __repr__(self) -> str:
        return REDACTED

    def __format__(self, spec: str) -> str:
        return REDACTED

    def __str__(self) -> NoReturn:
        refusal = "a secret has no text form"
        raise TypeError(refusal)

    def __reduce__(self) -> NoReturn:
        refusal = "a secret cannot be pickled or copied"
        raise TypeError(refusal)
