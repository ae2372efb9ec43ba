"""What every page shares: look, layouts, words, static files and the headers that guard them."""
