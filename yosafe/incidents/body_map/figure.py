"""The figure: where each region of the code list `body_region` lies, in a box of 200 by 460. Drawn for yosafe from straight lines; of paired
regions one side is written down and the other is its mirror. Pure."""

from functools import cache

from msgspec import Struct

from yosafe.reference.codes import code_list

WIDTH, HEIGHT = 200, 460
VIEWS = {"front": "Front", "back": "Back"}
# On the left of the picture stands the young person's right in front, and their left at the back.
_ON_THE_LEFT = {"front": "right", "back": "left"}
Points = tuple[tuple[float, float], ...]


class Shape(Struct, frozen=True):
    """A region as a polygon, and the middle of it, where marks stand."""

    region: str
    points: str
    x: float
    y: float


_MIDDLE: dict[str, dict[str, str]] = {
    "front": {
        "forehead": "64,50 68,30 84,16 100,13 116,16 132,30 136,50",
        "nose": "96,52 104,52 108,77 92,77",
        "mouth": "86,79 114,79 110,89 90,89",
        "chin": "72,86 84,82 88,91 112,91 116,82 128,86 116,101 100,106 84,101",
        "neck_front": "87,105 100,109 113,105 115,117 85,117",
        "belly": "70,171 130,171 128,211 72,211",
        "groin": "72,213 128,213 130,230 112,230 108,232 92,232 88,230 70,230",
        "private_parts": "91,234 109,234 106,250 100,254 94,250",
    },
    "back": {
        "head_back": "66,64 66,38 78,20 100,12 122,20 134,38 134,64 124,88 108,96 92,96 76,88",
        "neck_back": "88,98 112,98 115,117 85,117",
        "back_upper": "70,147 99,152 101,152 130,147 130,179 70,179",
        "back_lower": "70,181 130,181 128,213 72,213",
    },
}
_PAIRED: dict[str, dict[str, str]] = {
    "front": {
        "eye_{}": "64,52 94,52 93,65 65,65",
        "cheek_{}": "65,67 92,67 90,79 82,81 70,84",
        "shoulder_{}_front": "86,118 66,121 54,129 51,142 68,142 77,125",
        "chest_{}": "99,119 79,125 70,142 70,169 99,169",
        "upper_arm_{}_front": "50,144 67,144 65,183 48,183",
        "forearm_{}_front": "48,185 65,185 59,233 44,231",
        "palm_{}": "43,233 59,235 60,254 51,266 38,255",
        "thigh_{}_front": "70,232 88,232 98,256 96,322 72,322",
        "knee_{}": "73,324 96,324 95,346 74,346",
        "shin_{}": "74,348 95,348 92,424 78,424",
        "foot_{}": "77,426 92,426 94,444 84,452 66,448",
    },
    "back": {
        "ear_{}": "57,50 65,46 65,68 58,66",
        "shoulder_{}_back": "98,119 68,121 54,129 51,142 69,145 98,150",
        "buttock_{}": "72,215 99,215 99,248 71,246",
        "upper_arm_{}_back": "50,144 68,147 65,183 48,183",
        "forearm_{}_back": "48,185 65,185 59,233 44,231",
        "hand_{}_back": "43,233 59,235 60,254 51,266 38,255",
        "thigh_{}_back": "71,248 99,250 96,322 72,322",
        "calf_{}": "73,324 96,324 92,420 78,420",
        "sole_{}": "77,422 92,422 93,444 84,452 70,448",
    },
}


@cache
def shapes(view: str) -> tuple[Shape, ...]:
    """Every region of a view, in the order of the code list."""
    drawn = {name: _points(text) for name, text in _MIDDLE[view].items()}
    near = _ON_THE_LEFT[view]
    far = "left" if near == "right" else "right"
    for name, text in _PAIRED[view].items():
        points = _points(text)
        drawn[name.format(near)] = points
        drawn[name.format(far)] = tuple((WIDTH - x, y) for x, y in points)
    return tuple(_shape(code.code, drawn[code.code]) for code in code_list("body_region").codes if code.group == view)


def _points(text: str) -> Points:
    return tuple((float(x), float(y)) for x, y in (pair.split(",") for pair in text.split()))


def _shape(region: str, points: Points) -> Shape:
    middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
    return Shape(region, " ".join(f"{x:g},{y:g}" for x, y in points), round(middle[0], 1), round(middle[1], 1))
