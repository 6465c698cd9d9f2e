"""The rule by which bodies are brought up to date, whatever the steps are.

Rules:
* The version of a body is its member `v`, a whole number from 1 on; each collection counts for itself.
* Step n makes version n + 1 of version n. Every step is total: it takes whatever a program of version n wrote, and
  damage inside a body is left for the reader to name.
* A body of the current version stays as it is; one of a later version is never guessed at (`TooNew`).
* A collection that is not in the table is somebody else's, and its bodies are left alone.
* Clock stamp and device stay: an upgrade is no new writing, or it would win over a later change on another machine.
"""

from __future__ import annotations

from prometheus.errors import Damaged, TooNew
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Fields = Mapping[str, Any]
    Step = Callable[[Fields], dict[str, Any]]

FIRST: Final = 1


class Chains(NamedTuple):
    """The steps of each collection, the first from version 1 to 2; one without steps is at version 1."""

    steps: Mapping[int, tuple[Step, ...]]

    def knows(self, group: int) -> bool:
        """Whether the bodies of a collection have versions that are counted here."""
        return group in self.steps

    def current(self, group: int) -> int:
        """Return the version in which bodies of a collection are written today."""
        return FIRST + len(self.steps.get(group, ()))

    @property
    def edition(self) -> int:
        """One number for the versions of all collections: 1 before any step, and one more with each."""
        return FIRST + sum(map(len, self.steps.values()))

    def lifted(self, group: int, fields: Fields) -> dict[str, Any]:
        """Return the members of a body as they would be written today.

        Raises:
            Damaged: When the body has no version.
            TooNew: When its version is later than those known here.
        """
        version = self._checked_version(group, fields)
        if not self.knows(group):
            return dict(fields)
        members = dict(fields)
        for number, step in enumerate(self.steps[group][version - FIRST :], start=version + 1):
            members = {**step(members), "v": number}
        return members

    def is_old(self, group: int, fields: Fields) -> bool:
        """Whether a body is of an earlier version than today's; errors as `lifted`."""
        version = self._checked_version(group, fields)
        return self.knows(group) and version < self.current(group)

    def _checked_version(self, group: int, fields: Fields) -> int:
        version = version_of(fields)
        if self.knows(group) and version > self.current(group):
            raise _too_new(group)
        return version


def version_of(fields: Fields) -> int:
    """Return the version of a body.

    Raises:
        Damaged: When it has none; the seal held, so a program wrote it wrongly.
    """
    version = fields.get("v")
    if type(version) is not int or version < FIRST:
        raise Damaged("a record of the vault has a body that this version cannot read", code="RECORD-BODY")
    return version


def _too_new(group: int) -> TooNew:
    return TooNew(
        f"the vault holds a {collection.NAMES.get(group, 'record')} of a later version of the program",
        code="RECORD-TOO-NEW",
        meaning="what it says is not known here, and it is left as it is",
        remedy="use the version of the program that wrote it, or a later one",
    )
