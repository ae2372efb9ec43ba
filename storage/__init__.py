"""What is remembered: tables, and plain async functions that take the transaction."""
