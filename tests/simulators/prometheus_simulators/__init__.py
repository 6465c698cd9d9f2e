"""An in-memory world for tests: a clock that stands still, a vault without a file.

Each stands behind a Protocol of `prometheus.ports`, so that use cases run as they would in the house.
"""
