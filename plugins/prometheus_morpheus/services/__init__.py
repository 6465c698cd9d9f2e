"""The services of the IOP ecosystem: an authority, an inspector and a verifier, each served over HTTP.

What lives here: what all three stand on - the bridge to HTTP (`http`), what is kept on disk (`store`), how personal
data in it is sealed (`sealing`) and when it is purged (`purging`), the folder of processes and scenarios (`catalogue`),
who may decide (`clerks`), what is learnt from the ledger (`ledger`) - and one room for each of the three (`authority`,
`inspector`, `verifier`).
What may come in: requests of anybody who reaches the port, read strictly and bounded in size, number and time; and a
folder that whoever runs the service has written.
What may go out: public documents, what a capability link or a token allows to see, and log lines without personal data.
What never happens here: a signature. A service holds no key of a persona; a clerk signs in a vault of their own.
Where to start reading: `http.asked`, then `http.route`, then the room of a service.
"""
