"""The front door. It imports `sys` only, because a third of a second at every call is what people remember.

Version and help are answered here, from a literal and from texts rendered when the program was built; every other line
goes to `main`. Rules: nothing is imported before it is needed, nothing is computed that could be rendered, and a closed
pipe is no error.
"""

import sys

_FOLDER = __file__.rpartition("/")[0] + "/rendered/help/"
_VERSION = ("--version", "-V")
_HELP = ("--help", "-h")
_INTERRUPTED = 130


def main() -> int:
    """Answer the command line of this process and return the exit code, also when Ctrl-C comes early."""
    try:
        code = _answer(sys.argv[1:])
    except KeyboardInterrupt:
        code = _INTERRUPTED
    _leave(code)
    return code


def _answer(arguments: list[str]) -> int:
    if sys.platform == "win32":
        sys.stderr.write("error: Windows is not supported directly\nhint: use it within WSL\n")
        return 2
    text = _prepared(arguments)
    if text is not None:
        return _say(text)
    if not arguments:
        from prometheus.cli.front_end import start

        return start()
    import gc

    gc.disable()  # nothing that is imported here becomes garbage; `main` enables it again for all but the hot verbs
    from prometheus.cli.main import main as run

    return run(arguments)


def _leave(code: int) -> None:
    """End the process here where nobody waits for its end: taking an interpreter down costs as much as a verb."""
    if "prometheus.cli.main" not in sys.modules or "threading" in sys.modules:
        return
    import atexit
    import os

    if atexit._ncallbacks():
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, AttributeError, ValueError):
        return
    os._exit(code)


def _prepared(arguments: list[str]) -> str | None:
    """Return the text that answers this line, or None where it has to be worked out."""
    if len(arguments) == 1 and arguments[0] in _VERSION:
        from prometheus import __version__

        return f"prometheus {__version__}\n"
    if not arguments:
        return None if _at_terminal() else help_text([])
    if arguments[-1] in _HELP:
        return help_text(arguments[:-1])
    if arguments[0] == "help":
        return help_text(arguments[1:])
    return None


def help_text(words: list[str]) -> str | None:
    """Return the rendered help for words; None where there is none, so that options among them are looked at first."""
    name = ".".join(words) or "prometheus"
    if not name.replace(".", "").replace("-", "").isalnum():
        return None
    try:
        with open(f"{_FOLDER}{name}.txt", encoding="utf-8") as file:
            return file.read()
    except OSError:
        return None


def _at_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _say(text: str) -> int:
    """Write a text to standard output; a reader that has left already is no error."""
    try:
        if sys.stdout is not None:
            sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # it is a text file
            sys.stdout.write(text)
            sys.stdout.flush()
    except BrokenPipeError:
        from prometheus.cli.run import reader_gone

        return reader_gone()
    except OSError as error:
        return _not_written(error)
    return 0


def _not_written(error: OSError) -> int:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stderr.write(f"error: the output could not be written\nwhy: {(error.strerror or '').lower()}\n")
    return 16
