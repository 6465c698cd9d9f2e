"""The development ledger over HTTP, with the paths, bodies and refusals of Hydra 2.7 and its layer-2 plugin 5.1.

What lives here: the answers of layer 1 (`layer_one`), of Morpheus (`layer_two`) and of an empty naming system
(`naming`), how things look in them (`views`, `pages`, `configuration`), the faucet and the controls for tests
(`controls`), and the server (`server`).
What may come in: requests of anybody who reaches the port, read strictly and bounded in size.
What may go out: JSON. A refusal has the status and the text that Hydra gives; what only its validator says is left out.
What never happens here: a rule of the ledger (those are in `chain` and in `prometheus_morpheus.state`), a request to
another machine, a control without the flag that allows it.
Where to start reading: `layer_two`, then `server`.
"""
