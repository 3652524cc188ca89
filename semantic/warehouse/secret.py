"""What lets somebody into a warehouse, and texts without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

_HIDDEN = "***"
#: Names of settings whose values let somebody in, or hold the way to what does.
_NAMES = re.compile(
    r"pass(?!code_in)|pwd|secret|token|key|credential|cert|private|signature|\bsas|\bsig\b", re.IGNORECASE
)
#: A character as itself may have any of these before it: an escape, or that of an escape.
_ESCAPED = r"\\{0,4}"


def secrets_in(password: object, settings: Mapping[str, str | Sequence[str]]) -> list[str]:
    """The password, and whatever else in the settings of a URL lets somebody in.

    >>> secrets_in("pw", {"sslpassword": "a", "private_key_file_pwd": ["b"], "host": "/tmp"})
    ['pw', 'a', 'b']
    """
    return list(filter(None, [str(password or ""), *_named(settings)]))


def _named(settings: Mapping[str, str | Sequence[str]]) -> Iterator[str]:
    for name, value in settings.items():
        if _NAMES.search(name):
            yield from [value] if isinstance(value, str) else value


def blotted(text: str, secrets: Iterable[str]) -> str:
    r"""The text with every secret blotted out, however it is spelled: as it is, percent-encoded (wholly or
    in part, more than once), or with escapes.

    >>> blotted(r"no 'p@ss', 'p%40ss' nor p%2540ss, 'p\u0040ss'", ["p@ss"])
    "no '***', '***' nor ***, '***'"

    One that is a letter or two is blotted out where it stands alone.

    >>> blotted("a bad password: 'a'", ["a"])
    "*** bad password: '***'"
    """
    for secret in sorted(set(filter(None, secrets)), key=len, reverse=True):
        pattern = "".join(map(_spellings, secret))
        text = re.sub(pattern if len(secret) > 2 else rf"(?<!\w){pattern}(?!\w)", _HIDDEN, text)
    return text


def _spellings(char: str) -> str:
    """A pattern for the ways to spell a character."""
    encoded = "".join(f"%(?:25)*(?i:{byte:02x})" for byte in char.encode("utf-8", "surrogatepass"))
    ways = [_ESCAPED + re.escape(char), encoded, rf"\\+(?:u|U0000|u00|x)(?i:{ord(char):02x})"]
    ways += [rf"\\+u(?i:{ord(char):04x})", rf"\\+U(?i:{ord(char):08x})"]
    ways += [r"\+"] if char == " " else []
    ways += ["".join(rf"\\+x{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))]
    ways += [char * 2] if char in "'\"" else []
    return f"(?:{'|'.join(ways)})"
