# What the barriers page says beside its bars.

barriers-grid = How many people named what: the stronger the colour, the more.
