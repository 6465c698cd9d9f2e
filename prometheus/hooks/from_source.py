"""Import the packages of strangers from their source files only.

The fingerprint that the user agreed to covers sources and extension modules, not Python's byte code, which changes by
itself. So byte code must not run either: a planted file of it would act under the name of a source that nobody touched.
Compiling a plugin at each use costs some milliseconds; plugins of this distribution are not affected.
"""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader, SourcelessFileLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType


class _FromSource(SourceFileLoader):
    """Loads a module from its source, whatever lies in ``__pycache__``."""

    def get_code(self, fullname: str) -> CodeType:
        """Return the code that the source stands for."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class _Finder:
    """Finds the modules of some top packages as the other finders do, and changes how they are loaded."""

    def __init__(self) -> None:
        self.packages: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module of a stranger is; None for everything else.

        Raises:
            ImportError: When there is byte code and no source.
        """
        if fullname.partition(".")[0] not in self.packages:
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        spec = next((found for finder in others if (found := finder.find_spec(fullname, path, target))), None)
        if spec is None:
            return None
        if isinstance(spec.loader, SourcelessFileLoader):
            raise ImportError("byte code without its source is not run", name=fullname)  # noqa: TRY004 - what importers expect
        if isinstance(spec.loader, SourceFileLoader):
            spec.loader = _FromSource(fullname, spec.loader.get_filename(fullname))
        return spec


_finder = _Finder()


def only_from_source(module: str) -> None:
    """Import a module's top package, and all that is in it, from source from now on."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    _finder.packages.add(top_package(module))


def top_package(module: str) -> str:
    """Return the first name of a module, which is what a fingerprint covers."""
    return module.partition(".")[0]
