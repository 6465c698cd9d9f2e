"""How the services speak HTTP: requests read with limits, answers in the forms that other wallets know.

What lives here: a request as answers see it (`asked`), the table of routes (`route`), the recorded texts of refusals
(`refusals`), bearer tokens (`tokens`), the reading of bodies (`payload`), the application (`application`), connections
that are too many or too slow (`door`), the log (`journal`), the page for people (`page`) and the server (`server`).
What may come in: bytes of anybody who reaches the port.
What may go out: answers; a refusal tells nothing that the one who asked did not know.
What never happens here: a rule of an authority or an inspector.
Where to start reading: `asked`, `route`, then `application`.
"""
