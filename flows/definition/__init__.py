"""The flow as data: its steps, how it is read, every check before it speaks, and its picture."""
