"""The site of the browser tests with codes asked of everyone: `python -m tests.browser.coded HOME PORT`. Its people have no phone yet."""

import asyncio
import os
import sys
from pathlib import Path

from tests.browser.site import here, make, serve


def main(home: Path, port: int) -> None:
    with here(home) as dsn:
        os.environ["YOSAFE_CODES_FOR"] = "all"
        asyncio.run(make(dsn))
        serve(port)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
