"""As a new project has them, less what nothing here uses."""

import os
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.management.utils import get_random_secret_key

_DATABASE = urlsplit(os.environ["PEER_DATABASE_URL"])
_CONNECTIONS = int(os.environ["PEER_CONNECTIONS"])
_ASKED = {name: values[0] for name, values in parse_qs(_DATABASE.query).items()}

SECRET_KEY = get_random_secret_key()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "service.urls"
USE_TZ = True
TIME_ZONE = "Europe/London"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["rest_framework", "incidents"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _DATABASE.path.removeprefix("/"),
        "USER": unquote(_DATABASE.username or ""),
        "PASSWORD": unquote(_DATABASE.password or ""),
        "HOST": _ASKED.get("host") or _DATABASE.hostname or "",
        "PORT": _ASKED.get("port") or _DATABASE.port or "",
        "OPTIONS": {"options": "-c search_path=peers", "pool": {"min_size": _CONNECTIONS, "max_size": _CONNECTIONS}},
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["incidents.authentication.ByApiKey"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
