"""What `typing` gives at run time, for modules that have to start at once.

Importing `typing` takes almost as long as starting Python, and each `typing.NamedTuple` compiles its annotations and a
constructor; together they were half of the time of ``claim verify``. Type checkers see the names of `typing` itself;
the running program sees these: annotations are never evaluated here, so the names in them only have to exist, and a
named tuple is built from its field names alone. It has the same fields, defaults, methods and equality.

Not here: run-time protocols, the functional form of named tuples.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import (
        Any,
        Final,
        Generic,
        Literal,
        NamedTuple,
        NoReturn,
        Protocol,
        Self,
        TypeAlias,
        TypeVar,
        cast,
    )
else:
    from operator import itemgetter

    Any = Final = NoReturn = Self = TypeAlias = object

    class Literal:
        """Stands for any literal type."""

        def __class_getitem__(cls, _values):
            """Return something that may stand in an annotation."""
            return object

    class Generic:
        """The base of a class that is generic for type checkers."""

        __slots__ = ()

        def __class_getitem__(cls, _parameters):
            """Return the class itself: the program does not tell its kinds apart."""
            return cls

    class TypeVar:
        """A name that only type checkers fill in."""

        def __init__(self, name, **_limits):
            self.name = name

    class Protocol:
        """The base of a description that is checked before the program runs."""

    def cast(_type, value):
        """Return the value."""
        return value

    class _Naming(type):
        """Makes a tuple class from the annotated names in the body of a class."""

        def __new__(cls, name, bases, body):
            if not bases or hasattr(bases[0], "_fields"):
                return type.__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            body["_field_defaults"] = {field: body[field] for field in fields if field in body}
            for place, field in enumerate(fields):
                body[field] = property(itemgetter(place))
            body |= {"_fields": fields, "__match_args__": fields, "__slots__": ()}
            return type.__new__(cls, name, (*bases, tuple), body)

    class NamedTuple(metaclass=_Naming):
        """The base of a tuple whose places have names."""

        __slots__ = ()

        def __new__(cls, /, *values, **named):
            """Return the tuple; each field needs one value, a default standing in for it where it has one."""
            fields = cls._fields
            if named or len(values) != len(fields):
                values = cls._filled(values, named)
            return tuple.__new__(cls, values)

        @classmethod
        def _filled(cls, values, named):
            fields = cls._fields
            rest = fields[len(values) :]
            if len(values) + len(named) == len(fields) and named.keys() == set(rest):
                return (*values, *[named[field] for field in rest])
            known = {**cls._field_defaults, **dict(zip(fields, values, strict=False))}
            again = [field for field in fields[: len(values)] if field in named]
            unknown = [name for name in named if name not in fields]
            known.update(named)
            missing = [field for field in fields if field not in known]
            if again or unknown or missing or len(values) > len(fields):
                wrong = ", ".join(again + unknown + missing) or "the number of values"
                raise TypeError(f"{cls.__name__} is not made from these: {wrong}")
            return [known[field] for field in fields]

        @classmethod
        def _make(cls, values):
            """Return one with these values in their order."""
            return cls(*values)

        def _replace(self, /, **named):
            """Return one that differs in these places."""
            return type(self)(**{**self._asdict(), **named})

        def _asdict(self):
            """Return the values by their names."""
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            shown = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({shown})"


__all__ = [
    "TYPE_CHECKING",
    "Any",
    "Final",
    "Generic",
    "Literal",
    "NamedTuple",
    "NoReturn",
    "Protocol",
    "Self",
    "TypeAlias",
    "TypeVar",
    "cast",
]
