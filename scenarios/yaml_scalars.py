"""What a plain YAML scalar means: the core schema of YAML 1.2, section 10.3.2.

Words of YAML 1.1 stay text (`off`, `yes`, `12:30`, dates), as in an editor that knows YAML 1.2.
"""

import math
import re

from .invalid import InvalidValue
from .wording import quoted

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")

# Beyond 64 bits neither SQLite nor most readers of JSON keep an integer exact.
_LARGEST_INTEGER = 2**63 - 1
_LONGEST_INTEGER = 32


def resolved(text: str) -> bool | int | float | str | None:
    """The value of an unquoted scalar. Raises InvalidValue for a number not finite or beyond 64 bits."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    for form, digits in ((_DECIMAL, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if form.fullmatch(text):
            return _integer(text, digits)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
    elif not _NOT_FINITE.fullmatch(text):
        return text
    raise InvalidValue(f"{quoted(text)} is not a finite number", "write a number, or quotes for text")


def _integer(text: str, digits: int) -> int:
    if len(text) <= _LONGEST_INTEGER:
        number = int(text, digits)
        if abs(number) <= _LARGEST_INTEGER:
            return number
    raise InvalidValue(f"{quoted(text)} exceeds 64 bits", "write a smaller number, or quotes for text")
