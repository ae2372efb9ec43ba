"""Data in and out: CSV files of shops read with care, and exports that open anywhere without running anything."""
