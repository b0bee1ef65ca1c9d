"""All settings, from the environment and `.env`; by default one machine, SQLite and the sandbox."""

import os
import re
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from seedance_web import logs
from seedance_web.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
env.read_env(env.str("DOT_ENV", default=str(BASE_DIR / ".env")))

# DATA_DIR holds everything the product writes on this machine: database, media, sandbox state, secret key.
# BACKUP_DIR is where the nightly backup goes; empty for none.
BACKUP_DIR = env.str("BACKUP_DIR", default="")
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
# It has private pictures, password hashes and the secret key: no other account of the machine may read it.
if DATA_DIR.stat().st_uid == os.getuid():
    DATA_DIR.chmod(0o700)


def _kept_secret_key() -> str:
    """Create a key on the first start and keep it, so that one command starts everything and sessions survive."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text().strip()


DEBUG = env.switch("DEBUG")
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret_key()
# Earlier keys, newest first: sessions and links signed with them stay valid during a key change.
SECRET_KEY_FALLBACKS = [key for key in env.list("SECRET_KEY_FALLBACKS", default=[]) if key]
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.port("PORT", 8000)
PUBLIC_URL = env.address(
    "PUBLIC_URL", schemes={"http", "https"}, example="https://studio.example.org"
).rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")
# A studio may be one of several applications of its host: https://example.org/studio.
SUB_PATH = urlsplit(PUBLIC_URL).path
FORCE_SCRIPT_NAME = SUB_PATH or None
if SUB_PATH:
    # The cookie of messages would go to the whole host.
    MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
if PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.removesuffix(SUB_PATH)]
# Addresses and networks of reverse proxies. The client's address is the right-most hop of X-Forwarded-For
# that is not one of these. Without proxies, the header is ignored.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", ["127.0.0.1", "::1"] if PUBLIC_URL else [])

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
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_q",
]

MIDDLEWARE = [
    "seedance_web.request_ids.identify_requests",
    "seedance_web.proxies.read_forwarded_headers",
    # Before middleware that responds itself: refusals and static files need the headers too.
    "django.middleware.security.SecurityMiddleware",
    "seedance_web.middleware.add_security_headers",
    "seedance_web.middleware.refuse_unused_methods",
    "seedance_web.middleware.answer_probes",
    "seedance_web.middleware.cap_request_body",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "seedance_web.middleware.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "seedance_web.middleware.speak_the_users_language",
    "django_htmx.middleware.HtmxMiddleware",
    # Before the CSRF check, which parses a form: an anonymous upload is never read.
    "seedance_web.middleware.LoginRequiredMiddleware",
    "seedance_web.second_factor.RequireSecondFactor",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "seedance_web.rate_limits.LimitRequests",
]

# Prometheus reads /metrics with this token; empty: there is no such page, and nothing is counted.
METRICS_TOKEN = env.token("METRICS_TOKEN")
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "seedance_web.request_metrics.count_requests")
    # Web processes count into files, and any of them adds them up. prometheus_client reads it when imported.
    # Machines may share DATA_DIR, and each counts for itself.
    METRICS_DIR = DATA_DIR / "metrics" / socket.gethostname()
    METRICS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)

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
                "seedance_web.context.studio",
            ]
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue for the lock from their first statement, readers never wait, and no one gets
    # "database is locked"; Django's defaults lose a third of the requests under four writers.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL",
    }
    # Created here, because SQLite would let every account read it; its journals get the same mode.
    _database = Path(DATABASES["default"]["NAME"])
    if _database.parent == DATA_DIR:
        _database.touch(mode=0o600)
        if _database.stat().st_uid == os.getuid():
            _database.chmod(0o600)
else:
    # Pages and probes report an unreachable database before their caller times out.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
# Counters of rate limits last up to a day. A full table would drop some, by default from 300 entries on.
_database_cache: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "cache",
    "TIMEOUT": 24 * 3600,
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else _database_cache
    )
}

# Two queues with separate processes: short tasks never wait for tasks that move files.
WORKERS = env.number("WORKERS", 2, least=1)
WORKERS_LIGHT = env.number("WORKERS_LIGHT", WORKERS, least=1)
WORKERS_HEAVY = env.number("WORKERS_HEAVY", WORKERS, least=1)
# We retry from our own rows, never from the queue; ARCHITECTURE.md explains the numbers.
Q_CLUSTER: dict[str, Any] = {
    "name": "seedance",
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    "recycle": 500,
    "bulk": 1,
    "poll": 0.2,
    "log_level": "WARNING",
    # For a task without a lane; all of ours have one.
    "timeout": 60,
    "retry": 180,
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
    "broker_class": f"generations.operations.worker.brokers.{'SteadyRedis' if REDIS_URL else 'SteadyORM'}",
    "ALT_CLUSTERS": {
        "light": {"workers": WORKERS_LIGHT, "queue_limit": WORKERS_LIGHT, "timeout": 60, "retry": 180},
        # Ten minutes per file. Each task has at most one other ahead of it.
        "heavy": {"workers": WORKERS_HEAVY, "queue_limit": WORKERS_HEAVY, "timeout": 600, "retry": 1500},
    },
}

AUTH_USER_MODEL = "generations.User"
AUTHENTICATION_BACKENDS = [
    "generations.accounts.backend.Backend",
    # For sessions that began with it.
    "django.contrib.auth.backends.ModelBackend",
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
# accounts/sign_in.py limits password guesses; "login_failed" limits wrong codes, by person. Mails to one address
# are limited per day. Someone at an open browser guesses the password as slowly as elsewhere.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "10/15m/key",
    "reauthenticate": "10/15m/user",
    "change_password": "10/15m/user",
    "reset_password": "20/d/ip,5/d/key",
}
ACCOUNT_FORMS = {"login": "generations.accounts.forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
# Off: people need an invitation. On: anyone with a confirmed email may sign up.
SIGNUP_OPEN = env.switch("SIGNUP_OPEN", default=False)
SIGNUP_CREDITS = env.number("SIGNUP_CREDITS", 0)
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if SIGNUP_OPEN else "none"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Seedance Web: "
ACCOUNT_SESSION_REMEMBER = True
# A change of password, email or factors asks for the password or a code, unless given in the last five minutes.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# One email address per person. A new one replaces it when its link is opened.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "generations.accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "generations.accounts.forms.AddPasskeyForm",
    "authenticate_webauthn": "generations.accounts.forms.PasskeyForm",
    "edit_webauthn": "generations.accounts.forms.RenamePasskeyForm",
    "login_webauthn": "generations.accounts.forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "generations.accounts.forms.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
# A whole office may share an IP address, and a sign-in takes two requests.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_TOTP_ISSUER = "Seedance Web"
# Accounts are invited or confirmed by email before they can sign in.
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_ADAPTER = "generations.accounts.sessions.SessionAdapter"
# Who must have a second factor: "staff", "everyone" or "nobody". Groups can require it as well.
REQUIRE_SECOND_FACTOR = env.str("REQUIRE_SECOND_FACTOR", default="staff" if IS_HTTPS else "nobody")

# Single sign-on: one OpenID Connect provider.
OIDC_URL = env.address("OIDC_URL", schemes={"http", "https"}, example="https://id.example.org").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_NAME = env.str("OIDC_NAME", default="")
# Create accounts for people who have none. Off: only people who were invited or added can sign in.
OIDC_SIGNUP = env.switch("OIDC_SIGNUP")
# For a provider that verifies emails without saying so.
OIDC_TRUST_EMAILS = env.switch("OIDC_TRUST_EMAILS")
# Their groups and ours, "theirs=ours,theirs=ours": roles and credit groups. Empty leaves groups alone.
OIDC_GROUPS = env.dict("OIDC_GROUPS", default={})
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="groups")
# Off: people sign in by single sign-on or a passkey alone.
PASSWORD_SIGN_IN = env.switch("PASSWORD_SIGN_IN", default=True)
SOCIALACCOUNT_ADAPTER = "generations.accounts.single_sign_on.SingleSignOnAdapter"
# The identity provider has verified it, or there is no sign-in.
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": env.str("OIDC_SCOPES", default="openid profile email").split(),
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_URL},
            }
        ],
    }
}

LANGUAGE_CODE = "en"
# Each in its own language. A page uses the user's choice, otherwise the browser's language.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["seedance_web.formats"]
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True

STATIC_URL = f"{SUB_PATH}/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
# Where nginx serves MEDIA_ROOT, for `X-Accel-Redirect`; empty: the web process sends files itself.
ACCEL_PREFIX = env.path_prefix("ACCEL_PREFIX")
# With S3_BUCKET, media live in a private bucket, and browsers read them by links that are signed for some minutes.
S3_BUCKET = env.bucket("S3_BUCKET")
S3_ENDPOINT_URL = env.address("S3_ENDPOINT_URL", schemes={"http", "https"}, example="https://s3.example.org")
S3_LINK_SECONDS = 15 * 60
if S3_BUCKET and not S3_ENDPOINT_URL:
    raise ImproperlyConfigured("S3_ENDPOINT_URL must be set if S3_BUCKET is.")
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT_URL,
            "access_key": env.str("S3_ACCESS_KEY_ID", default=None),
            "secret_key": env.str("S3_SECRET_ACCESS_KEY", default=None),
            "region_name": env.str("S3_REGION", default=None),
            # Path style: every bucket has the endpoint's origin, which the content security policy names.
            "addressing_style": "path",
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": False,
            "querystring_expire": S3_LINK_SECONDS,
            # What is read back goes to disk beyond this many bytes; by default it would stay in memory.
            "max_memory_size": 1024 * 1024,
        },
    }
    if S3_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "seedance_web.staticfiles.HashedStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
# A hash in the file's name, or in the name of the folder that all scripts share.
WHITENOISE_IMMUTABLE_FILE_TEST = r"[./][0-9a-f]{12}[./]"

vars().update(env.mail("EMAIL_URL", "consolemail://"))
# How long a page that sends a mail waits for the mail server, in seconds.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "seedance@localhost")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "generations.views.plumbing.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{SUB_PATH}/"
# Largest request body of a form, in bytes; refused by its Content-Length before anything is read.
REQUEST_BODY_LIMIT = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_BODY_LIMIT
# The same for adding files to the library: the largest video and its form.
UPLOAD_BODY_LIMIT = 51 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["generations.library.uploads.MediaUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
# A selection in the gallery has a field per clip; the body limit above bounds a form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# Requests per minute: to expensive pages and "change", every other POST, by person; a search makes one per letter.
# Pages of strangers count by address.
RATE_LIMITS = {
    "change": 300,
    "invitation": 60,
    "export": 6,
    "entries_csv": 20,
    "quote": 300,
    "search": 300,
    "generation_create": 60,
    "upload": 120,
    "generation_retry": 60,
    "restore": 60,
    "bulk": 60,
}
# Whether HSTS covers other hosts of the domain is the operator's choice: HSTS_SUBDOMAINS and HSTS_PRELOAD.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if IS_HTTPS:
    # TLS ends at the reverse proxy; only the proxy can reach our loopback port.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [rf"^{re.escape(f'{SUB_PATH}/'.lstrip('/'))}(healthz|readyz|metrics)$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    # Both affect other hosts of the same domain, which may not be ready.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.switch("HSTS_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.switch("HSTS_PRELOAD", default=False)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # Browsers take __Host- only for a whole host.
    COOKIE_PREFIX = "__Secure-" if SUB_PATH else "__Host-"
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}session", f"{COOKIE_PREFIX}csrf"

SANDBOX_PORT = env.port("SANDBOX_PORT", 8090)
# The shortest time a clip of the sandbox takes.
SANDBOX_SECONDS = env.number("SANDBOX_SECONDS", 6)
# How many days a line of the audit log is kept; 0 keeps it for ever.
AUDIT_DAYS = env.number("AUDIT_DAYS", 365)
IS_SANDBOX = not env.key("APIFRAME_API_KEY")
# Tests of faults kill processes at these points (generations/models/failpoints.py).
KNOWN_FAILPOINTS = (
    "body-stored",  # submit: the exact bytes are stored, nothing is sent
    "clip-sent",  # submit: a job exists, its id is not stored
    "answer-read",  # poll: the job has ended, nothing is recorded
    "hold-settled",  # poll: credits are settled, not committed
    "hold-released",  # a failure: credits are released, not committed
    "clip-downloaded",  # fetch: the file is in a scratch folder
    "files-moved",  # fetch: the files are in place, no row speaks of them
    "file-uploaded",  # library: the file is at Apiframe, its address is not stored
)
FAILPOINTS = env.choices("FAILPOINTS", known=KNOWN_FAILPOINTS)
if FAILPOINTS and not IS_SANDBOX:
    raise ImproperlyConfigured("FAILPOINTS must be unset where APIFRAME_API_KEY is set.")
APIFRAME_API_KEY = env.key("APIFRAME_API_KEY") or "afk_sandbox"
# The previous API key: webhooks for jobs sent with it are still signed with it.
APIFRAME_API_KEY_PREVIOUS = env.key("APIFRAME_API_KEY_PREVIOUS")
APIFRAME_URL = (
    f"http://127.0.0.1:{SANDBOX_PORT}"
    if IS_SANDBOX
    else env.address(
        "APIFRAME_URL",
        "https://api.apiframe.ai",
        schemes={"http", "https"},
        example="https://api.apiframe.ai",
    )
)
APIFRAME_USER_AGENT = env.str("APIFRAME_USER_AGENT", default="")
# Most clips at Apiframe at once: for the whole studio, and per user.
STUDIO_IN_FLIGHT = env.number("STUDIO_IN_FLIGHT", 50, least=1)
USER_IN_FLIGHT = env.number("USER_IN_FLIGHT", 5, least=1)
# Megabytes that a person's library may hold; the trash may hold as much again.
LIBRARY_LIMIT_MB = env.number("LIBRARY_LIMIT_MB", 5000)
# Use one-hour upload links for a user's files in requests, instead of assets registered with the provider.
ASSETS_AS_UPLOADS = env.switch("ASSETS_AS_UPLOADS", default=False)

# Unexpected errors are reported there; errors.py says what is sent.
SENTRY_DSN = env.address(
    "SENTRY_DSN", schemes={"http", "https"}, example="https://public@sentry.example.org/1"
)
LOG_LEVEL = env.choice("LOG_LEVEL", "WARNING", known=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": logs.formatters(),
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": env.choice("LOG_FORMAT", "line", known=logs.FORMATS),
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "generations": {"level": LOG_LEVEL},
        "seedance_web": {"level": LOG_LEVEL},
    },
}
