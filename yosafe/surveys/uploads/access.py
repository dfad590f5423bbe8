"""Who sees a file that was sent: whoever sent it. There is no other loader."""

import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import NotFound

from .tables import SurveyUpload

KEPT_FOR = dt.timedelta(days=1)
NOT_KEPT = "This file is no longer kept. Choose it again."


async def get_upload_for(user: User, upload_id: int) -> SurveyUpload:
    """A file that the user sent in the last day, or that a worker has in hand. NotFound for anybody else's."""
    kept = (SurveyUpload.made_at > clock.now() - KEPT_FOR) | (SurveyUpload.status == "running")
    upload: Any = await SurveyUpload.objects().get((SurveyUpload.id == upload_id) & (SurveyUpload.owner == user.id) & kept)
    if upload is None:
        raise NotFound(NOT_KEPT)
    return upload  # type: ignore[no-any-return]  # Piccolo's objects() is not typed
