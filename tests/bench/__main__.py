"""`make bench`: fill a database of its own, measure, and write docs/benchmarks.md. SIZE=small takes two minutes.

SIZE=people starts the product instead and lets people click at once.
"""

import os
import shutil
import sys
from time import perf_counter

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from generations.models import User  # noqa: E402
from tests.bench import people, report  # noqa: E402
from tests.bench.costs import Cost, measure, steps_of  # noqa: E402
from tests.bench.data import fill  # noqa: E402
from tests.factories import make_generation, make_user  # noqa: E402

SIZES = {"small": (100, 2_000, 20_000), "full": (100, 10_000, 1_000_000)}


def main(size: str) -> None:
    """Measure on the server of DATABASE_URL, or on SQLite. Its own database is removed afterwards."""
    call_command("collectstatic", interactive=False, verbosity=0)
    old = setup_databases(verbosity=0, interactive=False)
    try:
        costs = {clips: _costs_with(clips) for clips in SIZES[size]}
        report.write(costs, size)
    finally:
        teardown_databases(old, verbosity=0)
        shutil.rmtree(settings.DATA_DIR)


def _costs_with(clips: int) -> dict[str, Cost]:
    """Add a person with this many clips to what is there, and measure their pages."""
    person = make_user(f"person-{clips}", credits=1_000_000)
    staff = User.objects.filter(username="staff").first()
    staff = staff or User.objects.create_superuser("staff", "staff@example.org", "correct horse battery")
    began = perf_counter()
    fill(person, clips)
    make_generation(user=person, status="running")
    print(f"{clips:,} clips made in {perf_counter() - began:.0f} s", flush=True)
    return measure(steps_of(person, staff))


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "full"
    if wanted == "people":
        people.main()
    else:
        main(wanted)
