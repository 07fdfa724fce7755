"""Secrets at rest: Fernet (AES-128-CBC with HMAC-SHA256), keys derived from ROTA_ENCRYPTION_KEYS.

The first key seals; every key opens. So keys rotate: put a new one first, `rota rotate-keys`, take the old one away.
https://cryptography.io/en/latest/fernet/#cryptography.fernet.MultiFernet
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.errors import Conflict
from service.settings import get_settings


class CannotSeal(Conflict):
    """There is no key, or none that opens what was sealed."""

    code, title = "cannot_seal", "Secrets cannot be kept"


def seal(secret: str) -> str:
    """The secret, encrypted with the newest key. Raises CannotSeal."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again. Raises CannotSeal where no key opens it."""
    try:
        return _box().decrypt(sealed).decode()
    except InvalidToken as error:
        raise CannotSeal("No key opens this secret.", way_forward="Add its key to ROTA_ENCRYPTION_KEYS.") from error


def reseal(sealed: str) -> str:
    """The same secret, encrypted with the newest key. Raises CannotSeal."""
    return seal(unseal(sealed))


def _box() -> MultiFernet:
    keys = get_settings().encryption_keys
    if not keys:
        raise CannotSeal("There is no key to keep secrets with.", way_forward="Set ROTA_ENCRYPTION_KEYS.")
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A Fernet key of any long secret; HKDF suffices, since the secret is random and no password."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rota installations").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
