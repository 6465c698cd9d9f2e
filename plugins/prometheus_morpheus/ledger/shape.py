"""What a request must look like before anything in it is judged: Hydra's schema, checked by hand.

A misfit refuses the whole request. Hydra joins the texts of its validator for every known type; those texts are of no
use to anybody, so one plain text is given here.
"""

from __future__ import annotations

from prometheus.errors import InputError


class UnfitRequest(InputError):
    """The request has a form no Hydra node takes: status 422 with this text."""
