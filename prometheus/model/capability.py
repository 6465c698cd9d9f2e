"""What a plugin may ask for, in the words that a person reads before letting it in.

A door opens only for a plugin that named it so and was let in with it. Whatever else a plugin writes among its
capabilities is shown and opens nothing.
"""

from __future__ import annotations

from prometheus.model.frozen import Final

KEEPS_RECORDS: Final = "keep records of its own in your vault, and add its acts to your log"
SEES_PERSONAS: Final = "see your personas"
SIGNS: Final = "sign as your personas"
SPENDS: Final = "sign with the ledger keys of your wallet"
