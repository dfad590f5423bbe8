"""Body maps and files of some late incidents, through the actions themselves, each at its moment of the past."""

import datetime as dt
import io
import random
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.body_map.access import get_person_for
from yosafe.incidents.body_map.actions import add_mark
from yosafe.incidents.body_map.schemas import AddMark
from yosafe.incidents.files.actions import add_file
from yosafe.incidents.files.schemas import AddFile
from yosafe.incidents.tables import Incident
from yosafe.people.access import young_person_ref

from .book import days
from .estate import Agencies, Place
from .words import words

BACK, MOST = days(28), 4  # of each place
# Where each injury is mostly found, and as what it is marked.
PLACES = {
    "bruise": ("bruise", ("cheek_right", "upper_arm_left_front", "back_upper")), "black_eye": ("swelling", ("eye_left", "eye_right")),
    "cut": ("cut", ("forearm_left_front", "forearm_right_front", "mouth")), "graze": ("graze", ("hand_right_back", "forearm_left_back", "knee_left")),
    "sprain": ("pain", ("palm_right", "foot_left")), "fracture": ("fracture_suspected", ("hand_right_back",)), "tooth": ("tooth", ("mouth",)),
    "bite": ("bite", ("forearm_right_back",)), "burn": ("burn", ("shoulder_left_front",)),
}  # fmt: skip
_HURT = """
    SELECT i.id, i.recorded_at, v.young_person, v.injuries[1] AS injury
    FROM incident i JOIN involvement v ON v.incident = i.id AND v.injuries[1] = ANY($4)
        JOIN placement p ON p.young_person = v.young_person AND p.left_at IS NULL AND p.establishment = i.establishment
    WHERE i.establishment = $1 AND i.recorded_at BETWEEN $2 AND $3 AND NOT i.restricted
        AND i.kind IN ('assault', 'self_harm', 'injury', 'use_of_force')
    ORDER BY i.recorded_at DESC, v.id LIMIT $5
"""


async def mark_bodies(places: Sequence[Place], agencies: Agencies, rng: random.Random, now: dt.datetime) -> None:
    """At every establishment some who were hurt lately have a body map; with the first there are a picture and a statement."""
    texts = words("incidents")["files"]
    for place in places:
        officer = await user_by_email(rng.choice(agencies.at(place.code, Role.YOI_OFFICER)).email)
        found = await DB.fetch(_HURT, place.code, now - BACK, now - dt.timedelta(hours=2), list(PLACES), MOST)
        for number, one in enumerate(found):
            with clock.stopped_at(one["recorded_at"] + dt.timedelta(minutes=rng.uniform(5, 60))):
                incident = await get_incident_for(officer, one["id"])
                await _mark(officer, incident, one, rng)
                if number == 0:
                    ref = young_person_ref(one["young_person"])
                    photo = AddFile(kind="photograph", caption="Where it is hurt, on return from health care", taken_by="Nurse on duty", shows=[ref])
                    await add_file(photo, by=officer, incident=incident, file=io.BytesIO(_picture()))
                    statement = AddFile(kind="statement", caption="What the officer on the landing saw", taken_by=officer.name, shows_others=True)
                    await add_file(statement, by=officer, incident=incident, file=io.BytesIO(rng.choice(texts["statements"]).encode()))


async def _mark(officer: User, incident: Incident, one: Any, rng: random.Random) -> None:
    ref = young_person_ref(one["young_person"])
    kind, regions = PLACES[one["injury"]]
    mark = AddMark(young_person=ref, region=rng.choice(regions), kind=kind, size_mm=rng.randint(5, 60), seen_by="Nurse on duty")
    await add_mark(mark, by=officer, incident=incident, person=await get_person_for(officer, incident, ref))


def _picture() -> bytes:
    """A made-up photograph, which says so."""
    image = Image.new("RGB", (900, 600), "#e9e4dc")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((250, 180, 650, 420), 90, fill="#d9b59a")
    draw.ellipse((400, 260, 500, 330), fill="#8a5a6a")
    draw.text((20, 20), "Synthetic picture: nobody is shown", fill="black")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
