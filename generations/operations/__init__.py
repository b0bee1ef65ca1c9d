"""What staff run and watch: the worker, alerts, notifications, figures, charts, backup, system checks."""
