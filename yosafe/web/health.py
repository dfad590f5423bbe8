"""For whoever watches the machines."""

from litestar import Controller, Response, route
from litestar.enums import HttpMethod

from yosafe.db import replica
from yosafe.db.engine import DB
from yosafe.db.upgrade import status
from yosafe.errors import DatabaseAway
from yosafe.jobs.queue import Standing, standing


class HealthRoutes(Controller):
    include_in_schema = False
    opt = {"permission": "public"}  # noqa: RUF012  # Litestar's own attribute

    @route("/healthz", http_method=[HttpMethod.GET, HttpMethod.HEAD])
    async def alive(self) -> Response[dict[str, str]]:
        """The process answers."""
        return Response({"status": "alive"})

    @route("/readyz", http_method=[HttpMethod.GET, HttpMethod.HEAD])
    async def ready(self) -> Response[dict[str, str | Standing | replica.Standing]]:
        """The database answers and is upgraded, and how the queue of jobs stands; 503 with the reason where not. How the replica stands, too, where
        there is one; without it the main server is read."""
        try:
            await DB.fetchval("SELECT 1")
            pending = (await status()).pending
        except DatabaseAway as away:
            return Response({"status": "not ready", "reason": str(away)}, status_code=503)
        if pending:
            return Response({"status": "not ready", "reason": f"{len(pending)} upgrades are waiting: run `yosafe db upgrade`"}, status_code=503)
        found: dict[str, str | Standing | replica.Standing] = {"status": "ready", "jobs": await standing()}
        if (stands := replica.REPLICA.standing()) is not None:
            found["replica"] = stands
        return Response(found)
