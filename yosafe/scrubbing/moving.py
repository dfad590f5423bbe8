"""By how many weeks the days of each young person move. Those who were in an incident together, or are kept apart, move together: else the copy would
tell of people who met before either was there. Pure."""

import hmac
from collections.abc import Iterable

FEWEST, MOST = 1, 13  # weeks: far enough to hide a day, near enough for what is running to stay recent


class Weeks:
    """`for_all` is for what is about nobody, or about many at once."""

    def __init__(self, key: bytes, young_people: Iterable[int], ties: Iterable[tuple[int, int]]) -> None:
        self._key = key
        self._of = {one: one for one in young_people}
        for first, second in ties:
            self._of[self._group(first)] = self._group(second)
        self.groups = len({self._group(one) for one in self._of})
        self.for_all = self._chosen("all")

    def of(self, young_person: int) -> int:
        return self._chosen(str(self._group(young_person)))

    def _group(self, one: int) -> int:
        while self._of[one] != one:
            self._of[one] = self._of[self._of[one]]
            one = self._of[one]
        return one

    def _chosen(self, whose: str) -> int:
        return FEWEST + int.from_bytes(hmac.digest(self._key, f"weeks\x1f{whose}".encode(), "sha256")[:8]) % (MOST - FEWEST + 1)
