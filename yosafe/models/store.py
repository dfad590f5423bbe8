"""A trained model as text: numbers in JSON, nothing that could run. It carries its hash and a signature made with the installation's key, and is
refused where either is wrong, where it is of another format, or where it was made for other features."""

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from msgspec import Struct

from yosafe.errors import Conflict

from .card import Card
from .features import NAMES

if TYPE_CHECKING:
    from .estimator import HarmModel

FORMAT = 1
_PURPOSE = b"yosafe risk model\x00"


class Numbers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fitted `HarmModel` as plain numbers."""

    format: int
    features: tuple[str, ...]
    strength: float
    folds: int
    seed: int
    missing: tuple[int, ...]
    fill: tuple[float, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    coef: tuple[float, ...]
    intercept: float
    calibration: tuple[float, float]


class Artefact(Struct, frozen=True, kw_only=True):
    """What is kept: the model and its card as texts, the SHA-256 of a manifest of both, and the signature of that."""

    model: str
    card: str
    sha256: str
    signature: str


def packed(model: "HarmModel", card: Card, key: str) -> Artefact:
    """A fitted model and its card, signed with a key."""
    slope, shift = model.calibration_
    numbers = Numbers(
        format=FORMAT, features=NAMES, strength=float(model.strength), folds=int(model.folds), seed=int(model.seed),
        missing=tuple(model.missing_.tolist()), fill=tuple(model.fill_.tolist()), mean=tuple(model.mean_.tolist()),
        scale=tuple(model.scale_.tolist()), coef=tuple(model.coef_.tolist()), intercept=float(model.intercept_),
        calibration=(float(slope), float(shift)),
    )  # fmt: skip
    return signed(*(msgspec.json.encode(part, order="sorted").decode() for part in (numbers, card)), key=key)


def signed(model: str, card: str, *, key: str) -> Artefact:
    """The texts of a model and its card, signed with a key."""
    digest = _manifest(model, card)
    return Artefact(model=model, card=card, sha256=digest, signature=_signature(digest, key))


def unpacked(kept: Artefact, key: str) -> "tuple[HarmModel, Card]":
    """The model in an artefact, and its card. Raises Conflict for one that was changed, signed with another key, or made for other features."""
    digest = _manifest(kept.model, kept.card)
    if not hmac.compare_digest(digest, kept.sha256):
        raise Conflict("This model or its card isn't as it was when it was trained: its hash is another. It is not used. Train it again.")
    if not hmac.compare_digest(_signature(digest, key), kept.signature):
        raise Conflict("This model was not signed with this installation's key. It is not used. Train it again here.")
    try:
        numbers, card = msgspec.json.decode(kept.model, type=Numbers), msgspec.json.decode(kept.card, type=Card)
    except msgspec.MsgspecError:
        raise Conflict("This model is of a format that this yosafe doesn't know. It is not used. Train it again.") from None
    if numbers.format != FORMAT or numbers.features != NAMES:
        raise Conflict("This model was made for other features than this yosafe has. It is not used. Train it again.")
    return _rebuilt(numbers), card


def _rebuilt(numbers: Numbers) -> "HarmModel":
    from .estimator import HarmModel

    inputs = len(numbers.features) + len(numbers.missing)
    if {len(numbers.mean), len(numbers.scale), len(numbers.coef)} != {inputs} or len(numbers.fill) != len(numbers.features):
        raise Conflict("This model's numbers don't fit each other. It is not used. Train it again.")
    model: Any = HarmModel(strength=numbers.strength, folds=numbers.folds, seed=numbers.seed)
    model.classes_, model.n_features_in_ = np.array([False, True]), len(numbers.features)
    model.missing_ = np.array(numbers.missing, dtype=np.intp)
    for name in ("fill", "mean", "scale", "coef"):
        setattr(model, f"{name}_", np.array(getattr(numbers, name), dtype=np.float64))
    model.intercept_, model.calibration_ = numbers.intercept, numbers.calibration
    return model  # type: ignore[no-any-return]


def _manifest(model: str, card: str) -> str:
    parts = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in (("card", card), ("model", model))}
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


def _signature(digest: str, key: str) -> str:
    return hmac.new(key.encode(), _PURPOSE + digest.encode(), hashlib.sha256).hexdigest()
