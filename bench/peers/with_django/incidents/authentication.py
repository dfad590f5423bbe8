import hashlib
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from .models import Account, ApiKey


class ByApiKey(BaseAuthentication):
    """`Authorization: Bearer <key>`: whoever it acts for."""

    def authenticate(self, request: Any) -> tuple[Account, ApiKey] | None:
        scheme, _, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        kept = ApiKey.objects.select_related("account").filter(key_hash=hashlib.sha256(key).digest(), expires_at__gt=timezone.now()).first()
        if kept is None:
            raise AuthenticationFailed("Sign in to go on.")
        return kept.account, kept

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"
