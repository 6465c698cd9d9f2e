"""Verbs about claims: asking for them, witnessing and keeping them; those that start at once are in `claim_hot`."""

from __future__ import annotations

from prometheus.cli.command import Command, Param
from prometheus.cli.tables import claim_hot
from prometheus.cli.tables.options import LEDGER, OFFLINE

_OUT = Param("out", "File to write, - for standard output", ("--out",), "file", "FILE", default="-")
_DRY_RUN = Param("dry_run", "Show what would happen and change nothing", ("--dry-run",), "flag")
_PAGE = (
    Param("limit", "At most this many, 0 for all", ("--limit",), "number", default=100),
    Param("after", "Go on after this one, by its id", ("--after",), metavar="ID"),
)
_CLAIM = Param("claim", "Its id, or six characters or more of it", metavar="ID", required=True)
_CLAIMS = Param("claims", "Ids, or six characters or more of them", metavar="ID", required=True, many=True)

_AUTHORITY = Param(
    "authority", "Ask this authority over the network: the address of its service", ("--authority",), metavar="URL"
)
_EVIDENCE = Param(
    "evidence",
    "What goes to the authority beside the claim: a JSON file, or FIELD=FILE such as photo=me.jpg",
    ("--evidence",),
    "file",
    "[FIELD=]FILE",
    many=True,
)
_NETWORK = (
    Param("allow_http", "Send over plain http to another machine, readable on the way", ("--allow-http",), "flag"),
    Param(
        "accept_changed_process",
        "Take a process that took another's place under the same version",
        ("--accept-changed-process",),
        "flag",
    ),
)

_REQUEST = Command(
    ("claim", "request"),
    "Ask an authority to confirm something about you",
    "prometheus.cli.claim.request:run",
    (
        Param("schema", "What kind of claim: name or id of a schema", ("--schema",), metavar="SCHEMA"),
        Param("data", "Your data as plain JSON, - for standard input; asked for when left out", ("--data",), "file"),
        Param("persona", "Whom it is about; the active persona when left out", ("--persona",)),
        _EVIDENCE,
        _AUTHORITY,
        Param("process", "With --authority: which of its processes, by name or id", ("--process",)),
        *_NETWORK,
        _OUT,
        _DRY_RUN,
    ),
    about="Write plain values, or type them into the form. Each value that the schema marks is wrapped with a nonce, "
    "so that you can hide it on its own later; text is put into Unicode form NFKD. What does not fit the schema is "
    "named field by field, and what will be weak about the claim is said before you sign. A copy of the signed request "
    "stays in your vault, and `claim export` writes it once more.\n\n"
    "With --authority the processes of that authority are fetched and compared with their content ids, what leaves is "
    "shown whole, and the request is in your vault before the first byte leaves. Without a connection `claim "
    "status` sends it later.",
    examples=(
        ("Over the network", "prometheus claim request --authority https://authority.example"),
        ("From a file", "prometheus claim request --schema degree --data my-degree.json --out request.json"),
        ("With a form", "prometheus claim request --schema identity-card --out request.json"),
    ),
)
_STATUS = (
    Command(
        ("claim", "status"),
        "Ask what became of the requests that you sent, and take in what came",
        "prometheus.cli.claim.status:run",
        (
            Param("request", "Only this request, by its id or six characters of it", metavar="ID"),
            Param("all_personas", "Ask for all personas, which links them", ("--all-personas",), "flag"),
            Param("accept_doubts", "Take an answer in about which there is a doubt", ("--accept-doubts",), "flag"),
            Param("wait", "Go on asking until every request is answered", ("--wait",), "flag"),
            Param("timeout", "With --wait: give up after so many seconds", ("--timeout",), "number"),
            OFFLINE._replace(help="Ask nobody"),
        ),
        about="Sends what is still to be sent, asks each authority about what is open, and keeps the statements that "
        "answer, once they are of the process and about the very claim that you asked for. An answer that is not is "
        "shown and not kept (exit 12). Without a connection you see what is known, and how old that is.\n\n"
        "Asked is for the active persona, or for the request that you name: whoever sees the questions of two personas "
        "come together learns that they belong together.",
        examples=(("Until the answer is there", "prometheus claim status --wait"),),
    ),
    Command(
        ("claim", "withdraw"),
        "Take back a request that you sent",
        "prometheus.cli.claim.status:take_back",
        (Param("request", "Its id, or six characters or more of it", metavar="ID", required=True),),
        about="An authority of another make may have no way for this, and then says so.",
    ),
    Command(
        ("claim", "renew"),
        "Ask for a claim anew, with the same values, before it ends",
        "prometheus.cli.claim.renew:run",
        (
            Param("claim", "Its id, or six characters or more of it", metavar="ID", required=True),
            _AUTHORITY._replace(help="Another authority than the one that gave it"),
            _EVIDENCE._replace(help="Instead of the evidence of the first time: JSON file, or FIELD=FILE"),
            *_NETWORK,
            _DRY_RUN,
        ),
        about="The request goes to the authority that gave the claim. Where it publishes another process now, what "
        "differs is shown, and you are asked. The old claim stays until it ends.",
        examples=(("What ends soon", "prometheus claim list --expiring 30d"),),
    ),
)
_WITNESS = Command(
    ("claim", "witness"),
    "As an authority, check a request and sign a statement about it",
    "prometheus.cli.claim.witness:run",
    (
        Param("request", "The signed request, - for standard input", kind="file", required=True),
        Param("persona", "Who signs; the active persona when left out", ("--persona",)),
        Param("authority", "In whose name; the DID of who signs when left out", ("--authority",), metavar="DID"),
        Param("after", "From when it may be used: a date, a time, or now", ("--after",), metavar="TIME"),
        Param("before", "Until when: a date, a time, or a duration such as P1Y", ("--before",), metavar="TIME"),
        Param("constraints", "JSON file with what else limits it", ("--constraints",), "file"),
        Param("accept_unknown", "Sign although a check could not be made", ("--accept-unknown",), "flag"),
        LEDGER,
        OFFLINE,
        _OUT,
        _DRY_RUN,
    ),
    about="Checks the signature, that the claimant's key made it, and the claim against the schema to the last field; "
    "a ledger that you name or configure is asked whether that key may act still. "
    "Shows every value and asks. Whether it is true is for you to know. A text that looks like a content id is never "
    "signed: its holder could later show another document in its place. A copy of the statement stays in your vault.",
    examples=(
        ("For a year", "prometheus claim witness request.json --before P1Y --out statement.json"),
        ("Only check", "prometheus claim witness request.json --dry-run"),
    ),
)
_KEEP = (
    Command(
        ("claim", "accept"),
        "Keep a statement that an authority signed about you",
        "prometheus.cli.claim.keep:accept",
        (Param("statement", "The signed statement, - for standard input", kind="file", required=True),),
        about="The statement is kept byte for byte. Accepting it twice changes nothing. Whether you trust the "
        "authority is asked where claims are verified.",
        examples=(("What came back", "prometheus claim accept statement.json"),),
    ),
    Command(
        ("claim", "list"),
        "List your claims, without their values",
        "prometheus.cli.claim.look:list_all",
        (
            Param("persona", "Only those about this persona", ("--persona",)),
            Param("type", "Only those of this schema", ("--type",), metavar="SCHEMA"),
            Param("expired", "Only those that may not be used any more", ("--expired",), "flag"),
            Param("expiring", "Only those that end within this time, the first first", ("--expiring",), metavar="30d"),
            Param("trash", "What is in the trash", ("--trash",), "flag"),
            Param("requests", "What you asked for, answered or not", ("--requests",), "flag"),
            Param("witnessed", "What you witnessed for others", ("--witnessed",), "flag"),
            *_PAGE,
        ),
        about="The newest first. Of many, the last line says how many there are and where the list goes on.",
        examples=(
            ("The newest twenty", "prometheus claim list --limit 20"),
            ("Every id, for a script", "prometheus claim list --limit 0 --json"),
        ),
    ),
    Command(
        ("claim", "show"),
        "Show a claim with its values",
        "prometheus.cli.claim.look:show",
        (_CLAIM, Param("trash", "One that is in the trash", ("--trash",), "flag")),
    ),
    Command(
        ("claim", "search"),
        "Find claims by what is in them",
        "prometheus.cli.claim.look:search",
        (Param("text", "Beginnings of words that all have to occur", metavar="TEXT", required=True, many=True), *_PAGE),
        about="Finds the claims in which each word that you give begins some word: of values, names of fields and "
        "kinds, names of your personas, DIDs of subjects and authorities, ids. Case and accents do not matter; of a "
        "very long value only the beginning is searched. The result shows no values.",
        examples=(("Two beginnings", "prometheus claim search kov budap"),),
    ),
    Command(
        ("claim", "delete"),
        "Put claims into the trash for thirty days",
        "prometheus.cli.claim.discard:delete",
        (_CLAIMS, _DRY_RUN),
        about="The copies of requests and statements that you signed are deleted the same way, by their ids.",
    ),
    Command(
        ("claim", "restore"),
        "Take claims out of the trash",
        "prometheus.cli.claim.discard:restore",
        (_CLAIMS,),
    ),
    Command(
        ("claim", "export"),
        "Write claims, or copies of what you signed, as they were issued",
        "prometheus.cli.claim.export:run",
        (_CLAIMS._replace(required=False), Param("all", "Every claim of the vault", ("--all",), "flag"), _OUT),
        about="One claim is written exactly as its authority signed it, several as a bundle that `claim import` reads. "
        "Nothing in it is hidden. The id of a request or statement that you signed yourself (see `claim list "
        "--requests` and `--witnessed`) writes its file once more.",
        examples=(("Take all to another vault", "prometheus claim export --all --out claims.json"),),
    ),
    Command(
        ("claim", "import"),
        "Keep statements from files, also those about others",
        "prometheus.cli.claim.keep:import_files",
        (
            Param(
                "files",
                "Statements or bundles, - for standard input",
                kind="file",
                required=True,
                many=True,
                metavar="FILE",
            ),
        ),
        about="All of them are checked before the first is kept; when one is refused, none is. What is here already "
        "changes nothing.",
    ),
)

COMMANDS: tuple[Command, ...] = (_REQUEST, *_STATUS, _WITNESS, *_KEEP, *claim_hot.COMMANDS)
