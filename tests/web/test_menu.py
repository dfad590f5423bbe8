"""The menu says beside the worklist how many time limits are overdue."""

import pytest


@pytest.mark.parametrize(("who", "said"), [("dan", True), ("cleo", True), ("amina", False), ("hal", False)])
async def test_the_menu_of_every_page_says_how_much_is_overdue(client, world, who, said):
    """Kai's arrival screen is overdue, and Wetherby's to do."""
    browser = await client(world[who])
    for path in ("/", "/account"):
        page = await browser.get(path)
        assert page.status_code == 200
        assert ("(1 overdue)" in page.text) is said
