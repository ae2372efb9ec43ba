"""The schema's history, run by `holdback db upgrade` (see storage.database.upgrade)."""
