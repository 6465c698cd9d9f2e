"""Prometheus: the personal agent of the Internet of People.

The hall of the house: what the product knows and does. The version is a literal so that start-up reads nothing.
"""

__version__ = "0.1.0"
