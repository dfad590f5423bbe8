"""Shares with their uncertainty, for whatever is counted. Pure."""

import math


def wilson(hits: int, base: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion."""
    share, zz = hits / base, z * z
    centre, spread = share + zz / (2 * base), z * math.sqrt(share * (1 - share) / base + zz / (4 * base * base))
    return (centre - spread) / (1 + zz / base), (centre + spread) / (1 + zz / base)
