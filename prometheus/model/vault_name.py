"""Names of vaults: short, lower case, and never a path.

A name becomes a file name, so only ``a-z 0-9 - _`` are in it, at most 32 of them, beginning with a letter or digit.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import Final

DEFAULT_NAME: Final = "personal"
NAME_LIMIT: Final = 32
_FIRST: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_LATER: Final = _FIRST | frozenset("-_")


def is_vault_name(text: str) -> bool:
    """Whether a text may name a vault."""
    return 0 < len(text) <= NAME_LIMIT and text[0] in _FIRST and _LATER.issuperset(text)


def checked_vault_name(text: str) -> str:
    """Return the name, or refuse it.

    Raises:
        NotUnderstood: When it has another form; a path or an upper-case name is not made to fit.
    """
    if not is_vault_name(text):
        raise NotUnderstood(
            "that is not a name for a vault",
            code="VAULT-NAME",
            meaning="a name has 1 to 32 of a-z, 0-9, - and _, and begins with a letter or a digit",
            remedy="choose a name such as personal or work",
        )
    return text
