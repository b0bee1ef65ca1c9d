"""Keys of the test settings, with a mark that tests/leaks.py searches for."""

MARK = "MarkedKeyOfTests"
API_KEY, OLD_API_KEY = f"afk_{MARK}api", f"afk_{MARK}old"
SECRET_KEY = f"{MARK} that signs sessions and links, long enough"
METRICS_TOKEN = f"{MARK}metrics"
MAIL_PASSWORD = f"{MARK}mail"
OIDC_SECRET = f"{MARK}oidc"
S3_SECRET = f"{MARK}bucket"
