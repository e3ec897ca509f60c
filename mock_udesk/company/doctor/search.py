"""The search for what was signed: the known mistakes are made again, one and then two of them, until one has the received sign."""

import hashlib
from dataclasses import dataclass
from typing import Final

from ..signing.open_api import as_bytes
from . import slips
from .bases import Base, bases, mistakes, pairs_in_one_place
from .diagnosis import Case
from .readings import LENGTHS, Frame, frames
from .recipes import Mistake, Recipe, digest_of, text_of, with_mistakes

# No explanation makes more hashes, whatever was sent.
MOST_HASHES: Final = 5_000
# Two mistakes are not looked for in texts that are longer: nobody signs them, and hashing takes its time.
_LONGEST_IN_PAIRS: Final = 400
# And only the common ones are looked for alone in these.
_LONGEST: Final = 2_000
_HASHES: Final = {name: getattr(hashlib, name) for name in LENGTHS}


@dataclass(frozen=True, slots=True)
class Reproduced:
    """What the caller did: these mistakes, none when the sign is right."""

    base: Base
    recipe: Recipe
    mistakes: tuple[Mistake, ...]


class Search:
    """One search; `hashes` counts its work."""

    def __init__(self, case: Case, sign: str) -> None:
        self.hashes = 0
        self._case = case
        self._bases = bases(case)
        self._sign = sign
        self._singles: dict[str, list[Mistake]] = {}
        self._frames = {base.recipe.algorithm: frames(sign, base.recipe.algorithm) for base in self._bases}

    def found(self) -> Reproduced | None:
        """What explains the sign with the fewest mistakes; None when nothing known does."""
        for total in (0, 1, 2, 3):
            for base in self._bases:
                for frame in self._frames[base.recipe.algorithm]:
                    own = (*base.mistakes, *frame.mistakes)
                    left = total - len(own)
                    if left < 0 or (frame.is_rare and left) or (left == 2 and total > 2) or left > 2:
                        continue
                    found = self._made(base, frame, left)
                    if found is not None:
                        return Reproduced(base, with_mistakes(base.recipe, found), (*own, *found))
                    if self.hashes >= MOST_HASHES:
                        return None
        return self._in_milliseconds()

    def _in_milliseconds(self) -> Reproduced | None:
        """The last resort, for it takes a thousand hashes: only the sign's timestamp had milliseconds, which nobody else has seen."""
        base = self._bases[0]
        timestamp = base.recipe.values.get("timestamp", "")
        for frame in self._frames[base.recipe.algorithm]:
            if frame.mistakes or len(text_of(base.recipe)) > _LONGEST_IN_PAIRS:
                continue
            for one in slips.of_milliseconds(timestamp):
                recipe = with_mistakes(base.recipe, (one,))
                if self._fits(recipe, frame):
                    return Reproduced(base, recipe, (one,))
        return None

    def _made(self, base: Base, frame: Frame, count: int) -> tuple[Mistake, ...] | None:
        """So many mistakes in the text that give the sign."""
        if count == 0:
            return () if self._fits(base.recipe, frame) else None
        if count == 2:
            return self._two_made(base, frame)
        for one in self._all(base):
            if self._fits(with_mistakes(base.recipe, (one,)), frame):
                return (one,)
        return None

    def _two_made(self, base: Base, frame: Frame) -> tuple[Mistake, ...] | None:
        if len(text_of(base.recipe)) > _LONGEST_IN_PAIRS:
            return None
        common = [(one, one.touches) for one in self._all(base) if one.is_common and _is_short(one)]
        for number, (one, touched) in enumerate(common):
            recipe = with_mistakes(base.recipe, (one,))
            for other, also_touched in common[number + 1 :]:
                if touched.isdisjoint(also_touched) and self._fits(with_mistakes(recipe, (other,)), frame):
                    return one, other
        for both in pairs_in_one_place(base):
            if self._fits(with_mistakes(base.recipe, both), frame):
                return both
        return None

    def _fits(self, recipe: Recipe, frame: Frame) -> bool:
        if self.hashes >= MOST_HASHES:
            return False
        self.hashes += 1
        if recipe.way == "once" and frame.reading.fit == "whole":
            # As nearly all are: the short way.
            digest: str = _HASHES[frame.algorithm](as_bytes(text_of(recipe))).hexdigest()
            return digest == frame.reading.hex
        return frame.reading.fits(digest_of(recipe, frame.algorithm))

    def _all(self, base: Base) -> list[Mistake]:
        """The single mistakes, other requests' nonces last: they have to be looked for."""
        known = self._singles.get(base.scheme)
        if known is None:
            is_long = len(text_of(base.recipe)) > _LONGEST
            known = [one for one in mistakes(self._case, base) if one.is_common or not is_long]
            if base.scheme == "v2" and not is_long:
                known.extend(slips.of_other_nonces(self._case.nonces(), base.recipe.values["nonce"]))
            self._singles[base.scheme] = known
        return known


def _is_short(mistake: Mistake) -> bool:
    return all(len(text) <= _LONGEST_IN_PAIRS for _, text in mistake.added)
