"""Versions of the risk model by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned

from . import actions, capacity_queries, drifting, indicator_queries, queries
from .drifting import DriftOut
from .schemas import (
    CapacityOut,
    CapacityPreview,
    IndicatorLine,
    IndicatorOut,
    ModelLine,
    ModelOut,
    SetCapacity,
    SetThresholds,
    SignVersion,
    Standing,
    StopModel,
)


class ModelsApi(Controller):
    path = "/models"
    tags = ("models",)

    @get("/", opt={"permission": "model:read"})
    async def versions(self, user: NamedDependency[User]) -> Page[ModelLine]:
        """The versions of the risk model that were trained here, the newest first, a hundred at most."""
        return whole(await queries.lines(user))

    @get("/standing", opt={"permission": "model:read"})
    async def standing(self, user: NamedDependency[User]) -> Standing:
        """Whether a version raises flags; where none does, why, with the figures."""
        return await queries.standing(user)

    @get("/drift", opt={"permission": "model:read"})
    async def drift(self, user: NamedDependency[User]) -> DriftOut:
        """Whether the version that is used still meets what it learnt, and what to do."""
        return await drifting.drift(user)

    @get("/{model:int}", opt={"permission": "model:read"})
    async def card(self, model: FromPath[int], user: NamedDependency[User]) -> Response[ModelOut]:
        """A version with its card, who signed it and when it was used. Small groups are withheld."""
        return await _shown(user, model)

    @post("/{model:int}/signatures", opt={"permission": "model:sign"}, status_code=200)
    async def sign(
        self, model: FromPath[int], data: JSONBody[SignVersion], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ModelOut]:
        """Sign that you have read the card and that the version may be used. The second signature, of another agency, puts it to use. Refused with
        409 and the figures where it does not reach the bar."""
        async with shown_if_stale(lambda: _shown(user, model)):
            await actions.sign_version(by=user, version=model, new=data, steps=version)
        return await _shown(user, model)

    @post("/{model:int}/end", opt={"permission": "model:sign"}, status_code=200)
    async def end(
        self, model: FromPath[int], data: JSONBody[StopModel], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ModelOut]:
        """Take a version out of use. Its flags clear at once, with the reason."""
        async with shown_if_stale(lambda: _shown(user, model)):
            await actions.end_use(by=user, new=data, version=model, steps=version)
        return await _shown(user, model)


class IndicatorsApi(Controller):
    path = "/indicators"
    tags = ("models",)

    @get("/", opt={"permission": "model:read"})
    async def found(self, request: AnyRequest, user: NamedDependency[User]) -> Page[IndicatorLine]:
        """Every kind of flag with its thresholds, all at once."""
        return whole(await indicator_queries.indicators(user, terminology(request)))

    @get("/{name:str}", opt={"permission": "model:read"})
    async def show(self, request: AnyRequest, name: FromPath[str], user: NamedDependency[User]) -> Response[IndicatorOut]:
        """A kind of flag: thresholds with their history, how often it was borne out, whom it flags and misses. Small groups are withheld."""
        return await _indicator(request, user, name)

    @post("/{name:str}/thresholds", opt={"permission": "indicator:set"}, status_code=200)
    async def set_them(
        self, request: AnyRequest, name: FromPath[str], data: JSONBody[SetThresholds], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[IndicatorOut]:
        """Change thresholds. They hold from today on; a past day's flags stay as they were."""
        async with shown_if_stale(lambda: _indicator(request, user, name)):
            await actions.set_thresholds(by=user, indicator=name, new=data, steps=version)
        return await _indicator(request, user, name)


async def _indicator(request: AnyRequest, user: User, name: str) -> Response[IndicatorOut]:
    found = await indicator_queries.indicator(user, name, terminology(request))
    return versioned(found, found.steps)


class CapacitiesApi(Controller):
    path = "/capacities"
    tags = ("models",)

    @get("/", opt={"permission": "capacity:read"})
    async def found(self, user: NamedDependency[User]) -> Page[CapacityOut]:
        """How many the panels can see that you may know of, all at once."""
        return whole(await capacity_queries.capacities(user))

    @get("/{establishment:str}", opt={"permission": "capacity:read"})
    async def show(
        self, establishment: FromPath[str], user: NamedDependency[User], a_week: Annotated[int | None, QueryParameter(ge=1, le=1000)] = None
    ) -> Response[CapacityPreview]:
        """`a_week`: what would follow from it: how often flags would be right, whom they would find, and whom they would leave out, by group."""
        return await _capacity(user, establishment, a_week)

    @post("/{establishment:str}", opt={"permission": "capacity:set"}, status_code=200)
    async def set_it(
        self, establishment: FromPath[str], data: JSONBody[SetCapacity], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CapacityPreview]:
        """Say how many a panel can see a week. It holds from today on; a past day's flags stay as they were."""
        async with shown_if_stale(lambda: _capacity(user, establishment, None)):
            await actions.set_capacity(by=user, establishment=establishment, new=data, steps=version)
        return await _capacity(user, establishment, data.a_week)


async def _capacity(user: User, establishment: str, a_week: int | None) -> Response[CapacityPreview]:
    found = await capacity_queries.capacity(user, establishment, a_week)
    return versioned(found, found.now.steps)


async def _shown(user: User, version: int) -> Response[ModelOut]:
    found = await queries.model(user, version)
    return versioned(found, found.steps)
