"""Errors of the engine. Odd input from people is an outcome; these are mistakes of authors and programmers."""


class FlowError(Exception):
    """Something a flow's author or a caller of the engine got wrong; the message says what, where and the cure."""


class FlowInvalid(FlowError):
    """A flow that cannot be used. `problems` holds every finding, each with its place."""

    def __init__(self, problems: tuple[object, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class EngineMisuse(FlowError):
    """The engine was called in a way that its contract forbids, e.g. with a flow that is not the conversation's."""
