"""Phrases that stand in public documents: whoever uses one as his own has no secret.

The list holds SHA-256 digests, not words: of the NFKD phrase (whatever BIP39 password is used with it) and of the seeds
that the published passwords give. In it are the example phrase of the Internet of People, the 24-word test vectors of
BIP39 (all of one word among them), and every 24-word phrase in the test vectors of this project.

What this is not: a measure of strength. A phrase that is not listed may still be known to somebody.
"""

from __future__ import annotations

from prometheus.identity.bip39 import normal_phrase
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_memory import LockedBytes

if TYPE_CHECKING:
    from prometheus_memory import SecretBytes

_PHRASES = frozenset(
    (
        "0f388b04e512d7a0eda5889c96ff034cf63499b73898965a8e187e3a8a25d198",
        "2d828875d37fda3fb80de76b5ca03202e82c9fca6ab334c3de9d10b58d82ac20",
        "30452ba5605dd25289bc2ae7b1883a53b1cece62e2331fa105b88c9682dd37c7",
        "341c225b06c91708aa82ab8389075a8227fda76fb2b9cae2d445e36ca8c44da1",
        "3b1c5e02107409ea60548d8d8f686fd8d722791f3618deb1f9eb1e9f5c02cd35",
        "3c26c8e1b56cdc6b2be82c1a95505e8b7987f94039923aa247bb006536558767",
        "56bd8b8eb030f2c779fb323482117e7f3ce98882a7fd733fa15979b860b4b278",
        "658bcc924035a2abb081a1c4f086952ad6c04028168636c537c2a42909d3ffb8",
        "69be79ef3c28f55d7cb84db2dd3c18dfff45eeefebd09b8c5f7f3489b8ba09ac",
        "867f9f5929a7201c1116579e17be6ce501f8a8c5a8d0d1ac7173d72ae78fd945",
        "91ae8cc7e7c01595fcdb705191b0559f278bce1f52f1d48c517b887b6315fffd",
        "9d7f5c7afa887a66cd98dcc2e4cc0e5f7537018ac3d530d62aa7445d755814a8",
        "a5fe1cb4158ffd2a27ae93b5ac617903504c3ec9d8f6ac9737ecc207cb460e72",
        "af3b9b05d286b6580f5a30f20eb5c73e44909ca633bc2a8e0ac6b703699f400b",
        "d1c751368ba283c1daeaa423d95b23644097357105db5edfaa9c2c059397b20d",
        "e96bfc1d78867126dadff72e64807301e9bb837bcf329c86976647e529520528",
        "f1caf867e5d76cda238ed5b72f07b4f177fc0ea84e7dd6173d51d0ba8a856358",
        "f932db1535b91200b6f5f4efaf012cd751a11f4b34395af68ba23a3c575b516c",
        "fff81defbe46fc6e8dd6c0c65524d4becd5c5ea46f77ac4eca4619b15d334729",
    )
)
_SEEDS = frozenset(
    (
        "04e1ab651c96fd6dd9e9aea4ac2e2befcdd6a916fb71b97e1d68c5f6f3c9cd60",
        "063f0a88c4229df67c8880dfb0f7907af3833d8c4f3d940e342864ccb827a22a",
        "0ad20cfab12c7bdff1f572497079303fba40754b03376b71ff15292967590fce",
        "1e8611a2674ac50943e61d9c1d4e76ded5ee41a4dcd0eb8be58ad87a3c32750f",
        "375a8dea690b96c13888a799404367fa85e7b854af73f683f6d9d18b40116fa7",
        "41a37fb1472b4bbaa6dbf94dcde1bb6935fa20b9cd2b3ae500045c50c4d26712",
        "4689027ae8060769cbc2557cf4a979d3e38fd91e837db9296de5f66d25ffc0fe",
        "4a1ea5c7fcd424d46b76a645e2bda202497f8acf1f9851b155302d3a9ed87523",
        "4c231849e10a94cf6545d907d23da9c709328f281c591e2ec78ad6d79ec9509f",
        "53df3f5c45fbda39383b68591f22cac425dbb820c38dcac92af1afbb9ced9306",
        "5705f028f0089250523ee80128718b456ee13c0cff6dceade6d0fc6e66e7845f",
        "63c39f4c02fa38f4f6d7697c8cdffc521f779dd0490199fe619768a7d121f8fa",
        "64a057825ec37f2a13b65c3cfe607512225b8513a46418e69fa887b7de6c8779",
        "720e9b7831b0646cfb9704f87e34fa440dda8e60eb007e8a7ee8aa66a106d8aa",
        "736553a1d35178968dfe5e0e7df0d8faac813446f0733d0decd2b288dffa3d42",
        "750b6e12283003ef040aac1262e5b5c98d395a8603725575fca5650caad04d2b",
        "78f30d8c01dce964369986b532f6bfdb2ff025aaadd3eba4bc09eceee50fde0f",
        "7a6344791d6ff2586cf242765d22cd256ef813a2cc8daa270ae6fb90d2c17a9c",
        "844355cdb071f279ae3e6820b45963d0d2a7fbc02f566882673f0e35edfd31aa",
        "89c4a8ef3af3a5aff8421e632e8430f295088836e135beb86001b4e3d61da1fe",
        "8bce454989d3864464367aaa60ea04893003847aafd7c0ba37d1bc1bbae8bf86",
        "a032ffd5632b12658dd5aefb4e0a338173813e6d09045fe1158e34aed7a9968c",
        "a640e22e9e42f875e020e8a82628015a71265596faa3700008d4b52436629dc9",
        "a77ba678d3b60406ff9845f7e4d815d4a4ddbcb2420823580e6be1a5ca0405ed",
        "b660e95b2f6d306b99c0ca1fbd2976ec939257d69f17e6757bfff16a262dd293",
        "c28fa927eb3fed2f084e0d0441902a383d3561edd526a7006d5e0971b3db37c9",
        "c6ba1e3e3b59d89b36d87a59f50c7728f53bd98e990ab522add82f9e6fa80aa5",
        "d1280c95c82825d0060d5a67b631c527bfeef072211a212911c8117c18b553bc",
        "d75f91f24a2a17ac8fd352c758304d5406e3b9bd767098bf573cc20c1f0fd941",
        "e0f3d333a48d6da917ce879aef31df3320f0cc3f6e27556be4b144b08af5410d",
        "e36b01f8edb57b9ac26dc3a5a09bd04e07150da7edf8f250066e69a0a324576d",
        "e451f11e6409307a5e13f1bfdd9320df67dae686a118571c51b5ceb37bb34f05",
        "ed0c17e7de484b395755d3028df3b5a963205bea9bf6946479da5e344754129a",
        "ed13162c1b895a199de20ef92b74d0b56185fbb8ec8ccb8860be2aeb24981a85",
        "eeaf751c08a5f1dd68480b1c1d3e26a2497636767ed3deb5a714c51c7cbdf09f",
        "fb5e0ffe24af7244ef41b73909c4eb0e550785d422ab9bd9fb2ab25e8dbcc09e",
    )
)


def is_published(seed: SecretBytes) -> bool:
    """Return whether a seed is that of a published phrase with one of its published passwords."""
    return _digest(seed) in _SEEDS


def is_published_phrase(phrase: str | LockedBytes) -> bool:
    """Return whether a phrase is published, whatever white space is between its words; in locked memory it is normal.

    Normal is: words in NFKD, one space between them.
    """
    if isinstance(phrase, str):
        return _digest(normal_phrase(phrase).encode(errors="replace")) in _PHRASES
    return _digest(phrase) in _PHRASES


def _digest(secret: SecretBytes) -> str:
    from hashlib import sha256

    return sha256(secret.view if isinstance(secret, LockedBytes) else secret).hexdigest()
