"""Every setting, read from the environment (and `.env`); with nothing set, one machine, SQLite and the sandbox."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(env.str("DOT_ENV", default=str(BASE_DIR / ".env")))

# Everything the product writes on this machine: database, media, the sandbox's state, the secret key.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _kept_secret_key() -> str:
    """A key made on the first start and kept, so that one command is enough and sessions survive a restart."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret_key()
PORT = env.int("PORT", default=8000)
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
if PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "generations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_q",
]

MIDDLEWARE = [
    "seedance_web.middleware.cap_request_body",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "seedance_web.middleware.add_security_headers",
    "seedance_web.middleware.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "seedance_web.middleware.speak_the_users_language",
    "django_htmx.middleware.HtmxMiddleware",
    # Before the CSRF check, which parses a form: what somebody uploads who is not signed in is never read.
    "seedance_web.middleware.LoginRequiredMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "seedance_web.urls"
WSGI_APPLICATION = "seedance_web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "generations.views.context.studio",
            ]
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue for the one lock from the first statement on, readers never wait, and nobody sees
    # "database is locked"; Django's defaults lose a third of the requests under four writers.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
}

# We retry from our own rows, never from the queue; ARCHITECTURE.md tells where the numbers come from.
Q_CLUSTER = {
    "name": "seedance",
    "workers": env.int("WORKERS", default=2),
    "timeout": 120,
    "retry": 1500,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    "recycle": 500,
    "bulk": 1,
    "queue_limit": env.int("WORKERS", default=2),
    "poll": 0.2,
    "log_level": "WARNING",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}

AUTH_USER_MODEL = "generations.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "studio"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "generations.views.joining.JoiningAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
# Off: people come by invitation. On: anybody may, whose address answers.
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=False)
SIGNUP_CREDITS = env.int("SIGNUP_CREDITS", default=0)
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if SIGNUP_OPEN else "none"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Seedance Web: "
ACCOUNT_SESSION_REMEMBER = True

LANGUAGE_CODE = "en"
# Each in its own words, for whoever looks for theirs; a page is in the user's choice, else as the browser says.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["seedance_web.formats"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "seedance_web.staticfiles.HashedStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# smtps is TLS from the first byte on; django-environ takes it for STARTTLS and would wait for a greeting in vain.
_mail_server = env.str("EMAIL_URL", default="consolemail://").replace("smtps://", "smtp+ssl://", 1)
vars().update(env.email_url_config(_mail_server))
# A page that sends a mail waits no longer than this for the mail server, in seconds.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="seedance@localhost")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "generations.views.errors.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# The largest body a form may have; refused by its Content-Length before anything is read.
REQUEST_BODY_LIMIT = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_BODY_LIMIT
# The same where files are added to the library: the largest video, and the form around it.
UPLOAD_BODY_LIMIT = 51 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["generations.library.receiving.MediaUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
# A selection in the gallery is a field for each clip; what a form may weigh is bounded above.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
if IS_HTTPS:
    # TLS ends at the reverse proxy, which is the only one who can reach our loopback port.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

SANDBOX_PORT = env.int("SANDBOX_PORT", default=8090)
IS_SANDBOX = not env.str("APIFRAME_API_KEY", default="")
APIFRAME_API_KEY = env.str("APIFRAME_API_KEY", default="") or "afk_sandbox"
APIFRAME_URL = (
    f"http://127.0.0.1:{SANDBOX_PORT}"
    if IS_SANDBOX
    else env.str("APIFRAME_URL", default="https://api.apiframe.ai")
)
APIFRAME_USER_AGENT = env.str("APIFRAME_USER_AGENT", default="")
# How many clips may be at Apiframe at once: of the whole studio, and of one user.
STUDIO_IN_FLIGHT = env.int("STUDIO_IN_FLIGHT", default=50)
USER_IN_FLIGHT = env.int("USER_IN_FLIGHT", default=5)
# Name a user's files in requests by links that live for an hour, instead of by assets registered with the provider.
ASSETS_AS_UPLOADS = env.bool("ASSETS_AS_UPLOADS", default=False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"generations": {"level": env.str("LOG_LEVEL", default="WARNING")}},
}
