"""Encryption of private text with a family's key: AES-256-GCM, bound to its place.

A family's key is stored in the database, wrapped by the master key, which is kept outside the data
(its own file, or the setting EVERYHOUR_MASTER_KEY). So a stolen disk image or backup of the data
is unreadable, and destroying the wrapped key makes every copy of the family's text unreadable. It
does not protect against someone who controls the running server.
"""

import base64
import contextlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"


class Unreadable(Exception):
    """The text cannot be decrypted with this key at this place, or was changed."""


def seal(key: bytes, text: str, *, place: str) -> bytes:
    """Encrypt text; `place` names table, row and column, so that texts cannot be swapped."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> str:
    """Decrypt; raise Unreadable for another key or place, or changed bytes."""
    sealed = bytes(sealed)
    if sealed[:1] != VERSION or len(sealed) < 1 + NONCE_BYTES + 16:
        raise Unreadable("The bytes are too short, or of an unknown version.")
    try:
        return (
            AESGCM(key)
            .decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place.encode())
            .decode()
        )
    except InvalidTag as error:
        raise Unreadable("The key or the place differs, or the bytes were changed.") from error


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def wrap(master: bytes, key: bytes, *, place: str) -> bytes:
    return seal(master, base64.b64encode(key).decode(), place=f"key:{place}")


def unwrap(master: bytes, wrapped: bytes, *, place: str) -> bytes:
    return base64.b64decode(unseal(master, wrapped, place=f"key:{place}"))


def master_key(*, given: str, path: Path) -> bytes:
    """Return the master key from the setting, or from its file, which is created if missing.

    Raises ValueError if it is not 32 bytes in base64.
    """
    if given:
        return _decode_key(given)
    if not path.exists():
        keep_key(path, base64.b64encode(secrets.token_bytes(KEY_BYTES)))
    return _decode_key(path.read_text())


def keep_key(path: Path, key: bytes) -> None:
    """Write a new key atomically and durably, readable by its owner; the first writer wins.

    The file is complete before its name is linked, and the directory is synced after: without that
    sync the name can be lost in a power cut.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(half, path)
    half.unlink()
    # Both, because the directory may be as new as the file.
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _decode_key(text: str) -> bytes:
    key = base64.b64decode(text.strip(), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"The master key must be {KEY_BYTES} bytes in base64: use `openssl rand -base64 32`."
        )
    return key
