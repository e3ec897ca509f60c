"""The tests mirror the package; all of them start at the same literal moment."""

from datetime import datetime, timedelta, timezone

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=timezone(timedelta(hours=8)))
