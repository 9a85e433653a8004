"""Codes, keys and texts: how they are made, and what is taken from what people type."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from qmnist_core.errors import ClassError

ALPHABET = "346789BCDFGHJKMNPQRTVWXY"
"""Of codes. Nothing in it is mistaken for something else, such as 0 for O, and without vowels it spells no words."""
CODE_LENGTH = 6
MOST_IN_NAME = 24
"""Characters of a member's name."""

JOINERS = "\u200c\u200d"
"""Invisible, but Persian words and many emoji need them inside."""
DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"


def new_code() -> str:
    """A random code of a class, such as "K7RX4M": one of 190 million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """A code as it was made, however it was typed: in small or wide letters, with spaces or hyphens; "" for no code."""
    typed = unicodedata.normalize("NFKC", text[:100]).upper()
    code = "".join(letter for letter in typed if letter not in DASHES and not letter.isspace())
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def new_key() -> str:
    """A secret of 128 random bits, 22 characters that need no escaping in an address."""
    return secrets.token_urlsafe(16)


def digest(secret: str) -> str:
    """What is kept of a secret: its SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def clean_name(text: str) -> str:
    """A name as it is shown: composed (NFC), without what is invisible or turns the writing's direction, its spaces
    squeezed, at most `MOST_IN_NAME` characters; "" if nothing is left.
    """
    spaced = " ".join(text.split())
    shown = "".join(letter for letter in spaced if letter in JOINERS or unicodedata.category(letter)[0] != "C")
    squeezed = " ".join(unicodedata.normalize("NFC", shown).split())
    return squeezed[:MOST_IN_NAME].strip(" " + JOINERS)


def check_text(name: str, text: object, most: int) -> str:
    """A text that every database keeps as it is.

    Errors: ClassError, unless it has 1 to `most` characters and none of them is a control character.
    """
    if not isinstance(text, str) or not 0 < len(text) <= most:
        raise ClassError(f"{name} must be a text of 1 to {most:,} characters: shorten or complete it")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise ClassError(f"{name} has a control character in it: type it anew")
    return text
