"""A conversation played outside the shop: on a plausible scene, in virtual time, by hand or from a transcript."""
