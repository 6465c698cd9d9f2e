"""Rows of the services: an authority, an inspector, a verifier, and the key for what people send them."""

from __future__ import annotations

from prometheus.api import Command, Param

_FOLDER = Param("folder", "Folder of the service; one under the state folder when left out", kind="file", metavar="DIR")
_REACHED = (
    Param("tls_cert", "Certificate chain (PEM) for https", ("--tls-cert",), "file", metavar="FILE"),
    Param("tls_key", "Its private key (PEM)", ("--tls-key",), "file", metavar="FILE"),
    Param("behind_proxy", "A proxy on the way speaks https and tells who asks", ("--behind-proxy",), "flag"),
    Param("url", "Address under which others reach it, where that is another", ("--url",), metavar="URL"),
    Param("name", "What you call yourself on its page", ("--name",), metavar="TEXT"),
    Param("rate", "Requests a minute from one address; 0 is no limit", ("--rate",), "number", metavar="N", default=600),
)
_KEY = (
    Param("key_fd", "Open descriptor that gives the key of the service", ("--key-fd",), "number", metavar="N"),
    Param("key_file", "File with the key of the service", ("--key-file",), "file", metavar="FILE"),
)
_CLERK = Param(
    "clerk", "Public key of who may see and decide; repeatable", ("--clerk",), metavar="PUBLIC-KEY", many=True
)
_ROOM = (
    Param("most", "How many may wait or be kept at one time", ("--most",), "number", metavar="N", default=10_000),
    Param("room", "MiB that may be stored", ("--room",), "number", metavar="MIB", default=2048),
)
_LEDGER = Param("ledger", "Ledger to look keys up in; repeatable", ("--ledger",), many=True)


def _listen(port: int) -> Param:
    return Param("listen", "Where to listen; port 0 takes a free one", ("--listen",), default=f"127.0.0.1:{port}")


def _keep(name: str, what: str, days: int) -> Param:
    return Param(f"keep_{name}", what, (f"--keep-{name}",), metavar="DAYS", default=f"{days}d")


_SAFETY = (
    "It listens at this machine alone. Any other address needs --tls-cert and --tls-key, or a proxy that speaks https "
    "and --behind-proxy, for what people send must not be readable on the way.\n\n"
    "It runs until Ctrl-C or a termination signal, finishes the answers it has begun, and ends with 0. A port that is "
    "taken, and a folder that another service has open, end with 11. The log on standard error has one JSON object a "
    "line, without links, names, ids or addresses."
)
_SEALED = (
    "What people send is sealed on the disk with a key that is given at start and is nowhere else; `serve key` makes "
    "one. Without the key nothing of it can be read, by you neither: keep a copy away from the folder."
)

COMMANDS: tuple[Command, ...] = (
    Command(
        ("serve", "authority"),
        "Take requests for claims over the network, for clerks to decide",
        "prometheus_morpheus.verbs.serve:authority",
        (
            _FOLDER,
            _listen(4710),
            *_KEY,
            _CLERK,
            Param(
                "requests_from",
                "Who may send requests",
                ("--requests-from",),
                "choice",
                default="anyone",
                choices=("anyone", "listed"),
            ),
            Param("did", "DID in whose name clerks decide; repeatable", ("--did",), metavar="DID", many=True),
            _LEDGER,
            _keep("decided", "How long claim, evidence and statement stay after a decision", 30),
            _keep("undecided", "How long they stay where nobody decides", 180),
            *_REACHED,
            *_ROOM,
        ),
        about="Serves the HTTP interface of an IOP authority in both of its generations, so that any wallet of the "
        "Internet of People can take part. The folder has a file for each process in `processes/`, and may have the "
        "files `clerks` and `requesters` with one public key a line. A clerk decides from a machine of their own with "
        "`authority requests`; the service itself holds no key that could sign.\n\n"
        f"{_SEALED}\n\nWith --did statements in another name are refused. With --ledger, which needs --did, a "
        "clerk sees and decides only while the ledger says that their key may sign for the authority.\n\n"
        f"{_SAFETY}",
        examples=(
            ("Try it on this machine", "prometheus serve authority town/ --key-file authority.key --clerk pez2CLk…"),
        ),
    ),
    Command(
        ("serve", "inspector"),
        "Publish what you ask to see, and take presentations",
        "prometheus_morpheus.verbs.serve:inspector",
        (
            _FOLDER,
            _listen(4711),
            *_KEY,
            _CLERK,
            _LEDGER,
            _keep("presentations", "How long presentations stay", 30),
            *_REACHED,
            *_ROOM,
        ),
        about="Serves the HTTP interface of an IOP inspector in both of its generations. The folder has a file for "
        "each scenario in `scenarios/`, and may have the file `clerks` with the public keys of those who may list what "
        "has arrived. Judging is done elsewhere, with `inspect`.\n\n"
        f"{_SEALED}\n\nWith a ledger it is a verifier too.\n\n{_SAFETY}",
        examples=(
            ("A pool that asks for an age", "prometheus serve inspector pool/ --key-file pool.key --clerk pez2CLk…"),
        ),
    ),
    Command(
        ("serve", "verifier"),
        "Tell others what the ledger says of a signature",
        "prometheus_morpheus.verbs.serve:verifier",
        (_listen(4712), _LEDGER, *_REACHED),
        about="Serves `/after-proof` and `/validate` of an IOP inspector alone, and keeps nothing. It needs a "
        f"ledger.\n\n{_SAFETY}",
        examples=(("By the ledger on this machine", "prometheus serve verifier --ledger local"),),
    ),
    Command(
        ("serve", "key"),
        "Make the key that seals what people send to a service",
        "prometheus_morpheus.verbs.serve:key",
        (Param("out", "New file for it", ("--out",), "file", metavar="FILE", required=True),),
        about="Writes 32 random bytes as one line of text into a new file that only you may read. Give it to "
        "`serve authority` and `serve inspector` with --key-file, or with --key-fd from a store of secrets.",
        examples=(("One for an authority", "prometheus serve key --out authority.key"),),
    ),
)
