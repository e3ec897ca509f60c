"""What a received sign may be: a digest by one of the algorithms, written as it should be or otherwise."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote

from .recipes import Mistake

# By the length of a digest in hex: the usual algorithm, then those that are rare.
ALGORITHMS: Final = {
    32: ("md5",),
    40: ("sha1",),
    56: ("sha224",),
    64: ("sha256", "sha3_256"),
    96: ("sha384",),
    128: ("sha512", "sha3_512"),
}
NAMES: Final = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha3_256": "SHA3-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
    "sha3_512": "SHA3-512",
}
LENGTHS: Final = {name: length for length, names in ALGORITHMS.items() for name in names}
# Shorter ends of a digest may be met by chance.
_SHORTEST: Final = 16
_LONGEST: Final = 600
_HEX: Final = re.compile(r"[0-9a-f]+")
_TOOL: Final = re.compile(r"(?:[^=]{0,40}= ?)?([0-9a-fA-F]{32,128})(?:\s+\*?-?)?")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")

Fit = Literal["whole", "cut", "unpadded"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a sign: the hex of a digest, what was done to it, and how it compares to a whole digest."""

    hex: str
    mistakes: tuple[Mistake, ...]
    fit: Fit = "whole"

    def fits(self, digest: str) -> bool:
        """Whether the sign is this digest, read so."""
        match self.fit:
            case "whole":
                return self.hex == digest
            case "cut":
                return digest.startswith(self.hex) or digest.endswith(self.hex) or digest[8:-8] == self.hex
            case "unpadded":
                data = bytes.fromhex(digest)
                return self.hex in (
                    digest.lstrip("0"),
                    "".join(f"{byte:x}" for byte in data),
                    "".join(f"{byte if byte < 128 else byte | 0xFFFFFF00:x}" for byte in data),
                )


@dataclass(frozen=True, slots=True)
class Frame:
    """An algorithm that a reading may be the digest by. A rare one is tried on its own, not beside other mistakes."""

    algorithm: str
    reading: Reading
    mistakes: tuple[Mistake, ...]
    is_rare: bool


def frames(sign: str, right: str) -> list[Frame]:
    """All ways in which a sign may be a digest, those with the fewest mistakes first; none when it can't be one."""
    found: list[Frame] = []
    for reading in _readings(sign):
        for algorithm, is_rare in _algorithms(reading, right):
            other = () if algorithm == right else (_other_algorithm(algorithm, right),)
            found.append(Frame(algorithm, reading, (*reading.mistakes, *other), is_rare))
    return sorted(found, key=lambda frame: (frame.is_rare, len(frame.mistakes)))


def is_hex(sign: str) -> bool:
    """Whether a sign is lower-case hex and nothing else."""
    return _HEX.fullmatch(sign) is not None


def _algorithms(reading: Reading, right: str) -> Iterator[tuple[str, bool]]:
    if reading.fit == "whole":
        usual, *rare = ALGORITHMS.get(len(reading.hex), ("",))
        if usual:
            yield usual, False
        yield from ((name, True) for name in rare)
        return
    is_usual_length = len(reading.hex) in ALGORITHMS
    for length, (usual, *_) in ALGORITHMS.items():
        if reading.fit == "cut" and length > len(reading.hex):
            yield usual, is_usual_length or usual != right
        elif reading.fit == "unpadded" and (
            length * 3 // 4 <= len(reading.hex) < length or length < len(reading.hex) <= length * 4
        ):
            yield usual, usual != right


def _other_algorithm(algorithm: str, right: str) -> Mistake:
    return Mistake(
        cause=f"{algorithm}_instead_of_{right}",
        text=f"the sign was made with {NAMES[algorithm]}, right is {NAMES[right]}",
        fix=f"hash the string to sign with {NAMES[right]}",
        algorithm=algorithm,
    )


def _readings(sign: str) -> Iterator[Reading]:
    """The sign itself, and the digests that other ways of writing one come to."""
    if not sign or len(sign) > _LONGEST:
        return
    if is_hex(sign):
        yield from _of_hex(sign, ())
        return
    seen: set[str] = set()
    for text, mistakes in _unwrapped(sign):
        lower = text.lower()
        if not is_hex(lower) or lower in seen:
            continue
        seen.add(lower)
        case = () if text == lower else (_UPPER_CASE,)
        yield from _of_hex(lower, (*mistakes, *case))
    yield from _of_base64(sign)


def _of_hex(text: str, mistakes: tuple[Mistake, ...]) -> Iterator[Reading]:
    yield Reading(text, mistakes)
    if _SHORTEST <= len(text) < 128:
        yield Reading(text, (*mistakes, _CUT), "cut")
    if len(text) not in ALGORITHMS and len(text) >= 24:
        yield Reading(text, (*mistakes, _UNPADDED), "unpadded")


def _unwrapped(sign: str) -> Iterator[tuple[str, tuple[Mistake, ...]]]:
    yield sign, ()
    bare = sign.strip()
    if bare != sign:
        yield bare, (_SPACES,)
    if bare[:2].lower() == "0x":
        yield bare[2:], (_PREFIX,)
    if bare[:1] in "'\"" and bare[-1:] == bare[:1]:
        yield bare[1:-1], (_QUOTED,)
    for separator in ":- ":
        if separator in bare:
            yield bare.replace(separator, ""), (_SEPARATED,)
    if tool := _TOOL.fullmatch(bare):
        yield tool[1], (_TOOL_OUTPUT,)


def _of_base64(sign: str) -> Iterator[Reading]:
    # A + that was not percent-encoded arrives as a space.
    for text, mistakes in ((sign.replace(" ", "+"), ()), (unquote(sign), (_ENCODED,))):
        if (mistakes and text == sign) or not _BASE64.fullmatch(text):
            continue
        plain = text.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except binascii.Error:
            continue
        if len(data) * 2 in ALGORITHMS:
            yield Reading(data.hex(), (*mistakes, _BASE_64))
        inner = data.decode("ascii", "replace")
        if is_hex(inner.lower()) and len(inner) in ALGORITHMS:
            upper = () if inner == inner.lower() else (_UPPER_CASE,)
            yield Reading(inner.lower(), (*mistakes, _BASE_64_OF_HEX, *upper))


def _written(cause: str, text: str, fix: str) -> Mistake:
    return Mistake(cause=cause, text=text, fix=fix)


_PLAIN_HEX: Final = "send the digest as plain lower-case hex"
_UPPER_CASE: Final = _written(
    "upper_case_hex",
    "the sign has upper-case letters, right is lower-case hex",
    "write the digest in lower case, as hexdigest() does, or lower() it",
)
_CUT: Final = _written("sign_cut", "the sign is only a part of the digest", "send the whole digest")
_UNPADDED: Final = _written(
    "hex_without_leading_zeros",
    "zeros of the digest got lost (or signs were added) when it was written as hex: each byte has two digits",
    'write each byte with two digits, like String.format("%02x", b & 0xff); BigInteger.toString(16) drops zeros',
)
_SPACES: Final = _written("sign_with_spaces", "the sign has blanks or a line end around it", "strip the digest")
_PREFIX: Final = _written("hex_prefix", "the sign begins with 0x", _PLAIN_HEX)
_QUOTED: Final = _written("sign_quoted", "the sign stands in quotes", _PLAIN_HEX)
_SEPARATED: Final = _written("hex_with_separators", "the sign has separators between its bytes", _PLAIN_HEX)
_TOOL_OUTPUT: Final = _written(
    "sign_with_tool_output",
    "the sign holds more than the digest: what sha256sum or openssl print around it",
    "keep the hex digits alone, e.g. sha256sum | cut -d' ' -f1",
)
_ENCODED: Final = _written("sign_percent_encoded_twice", "the sign was percent-encoded twice", _PLAIN_HEX)
_BASE_64: Final = _written(
    "base64_instead_of_hex", "the sign is the digest in Base64, right is lower-case hex", _PLAIN_HEX
)
_BASE_64_OF_HEX: Final = _written(
    "base64_of_hex", "the sign is the Base64 of the digest's hex, right is the hex itself", _PLAIN_HEX
)
