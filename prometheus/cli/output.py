"""What a command says, and where.

* Standard output is data: the result, as lines for a person or, with ``--json``, as one object ``{"v": 1, …}``.
* Standard error is narration: notes, warnings, progress, errors. ``--quiet`` silences notes, never errors.
* Texts that came from elsewhere pass through `safe()`: control characters and direction overrides become visible, so
  that no claim can paint over the terminal.
"""

from __future__ import annotations

import json
import sys

from prometheus.model.frozen import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DOCUMENT_VERSION: Final = 1
_FIRST_PRINTABLE, _DELETE, _LAST_C1 = 0x20, 0x7F, 0x9F
_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF
_FIRST_TAG, _LAST_TAG = 0xE0000, 0xE007F
_DIRECTION: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LINE_BREAKS: Final = "\u2028\u2029"
_UNSEEN: Final = (
    "\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff9\ufffa\ufffb"
)
_NAMED: Final = frozenset(map(ord, _DIRECTION + _LINE_BREAKS + _UNSEEN))


class _Visible(dict[int, str]):
    """What is shown for each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = shown = _visible(code)
        return shown


_VISIBLE: Final = _Visible()


def safe(text: str) -> str:
    r"""Return the text with everything that steers a terminal, or hides in a text, written as ``\u…`` instead."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_VISIBLE)


def _visible(code: int) -> str:
    if _FIRST_TAG <= code <= _LAST_TAG:
        return f"\\udb40\\u{0xDC00 + (code & 0x3FF):04x}"
    is_control = code < _FIRST_PRINTABLE or _DELETE <= code <= _LAST_C1
    if is_control or code in _NAMED or _FIRST_SURROGATE <= code <= _LAST_SURROGATE:
        return f"\\u{code:04x}"
    return chr(code)


class Output:
    """The two streams of one command, and how it was asked to speak."""

    __slots__ = ("colour", "is_json", "is_quiet", "may_ask")

    def __init__(self, *, is_json: bool, is_quiet: bool, may_ask: bool, colour: bool) -> None:
        self.is_json = is_json
        self.is_quiet = is_quiet
        self.may_ask = may_ask
        self.colour = colour

    def result(self, document: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Write the result: the document with ``--json``, else the lines."""
        if self.is_json:
            # In JSON such characters stand within texts alone, where their visible form means the same.
            self.line(safe(json.dumps({"v": DOCUMENT_VERSION, **document}, ensure_ascii=False)))
            return
        for line in lines:
            self.line(line)

    def line(self, text: str) -> None:
        """Write one line to standard output; the caller has made foreign parts `safe`."""
        sys.stdout.write(text + "\n")

    def data(self, content: bytes) -> None:
        """Write bytes to standard output: as they are, and to a terminal with nothing in them that could steer it."""
        if sys.stdout.isatty():
            for line in content.decode("utf-8", "backslashreplace").removesuffix("\n").split("\n"):
                self.line(safe(line))
            return
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

    def note(self, text: str) -> None:
        """Tell the person something on standard error, unless ``--quiet``."""
        if not self.is_quiet:
            sys.stderr.write(text + "\n")

    def tell(self, text: str) -> None:
        """Show the person something that belongs to a question, also with ``--quiet``."""
        sys.stderr.write(text + "\n")

    def warn(self, text: str) -> None:
        """Tell the person something that they must not miss."""
        sys.stderr.write(f"warning: {text}\n")

    def paint(self, text: str, style: str) -> str:
        """Return the text in an SGR style such as ``1`` or ``32`` where colour is wanted."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour else text
