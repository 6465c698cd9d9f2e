"""Published words make a demo and nothing else: only when asked for, and the name of the vault says so for ever."""

from __future__ import annotations

from prometheus.errors import NotUnderstood, RefusedError
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation

_DEMO: Final = "demo"


def agrees_to_demo(call: Invocation, name: str, *, is_published: bool) -> bool:
    """Return whether the vault to be made is a demo.

    Raises:
        RefusedError: When the words are published and that was not asked for.
        NotUnderstood: When the name of the vault does not say that it is a demo.
    """
    if not is_published:
        return False
    if not call.flag("allow_published"):
        raise RefusedError(
            "these recovery words are published, so everyone has their keys",
            code="WORDS-PUBLISHED",
            meaning="they are an example out of a manual or a test",
            remedy="make a vault with words of its own: 'prometheus vault create'",
        )
    if name != _DEMO and not name.startswith(f"{_DEMO}-"):
        raise NotUnderstood(
            "a vault of published words has to be called demo, or demo- and something",
            code="DEMO-NAME",
            meaning="its name says for ever that nothing in it is safe",
            remedy=f"call it {_DEMO}-{name}",
        )
    call.output.warn("DEMO: everyone has the keys of this vault; it gets no recovery slot")
    return True
