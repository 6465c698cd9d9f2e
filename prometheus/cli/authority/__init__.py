"""The verbs of a clerk who works for an authority's service: list requests, look at one, approve, reject.

In comes an `Invocation`; out goes an exit code. The clerk signs here, in their own vault; the service holds no key of
theirs. What a verb does is in `prometheus.usecases.answer_requests`. Start with `at_service.py`.
"""
