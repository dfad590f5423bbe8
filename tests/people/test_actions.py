"""What may be recorded of young people: success beside refusal."""

from tests.world import events_of


async def test_the_world_stands(world):
    assert await events_of(world.kai.id) == ["young-person:added", "placement:started"]
