"""The questions that pages, reports and exports ask. They only read, and take the transaction."""
