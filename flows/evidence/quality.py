"""How good the asking was: who was reached, who answered, where people left, and how long they took."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One question: how many people were asked it and answered it, and half of them took at most so long (seconds).

    `optional`: leaving it unanswered is no drop-off.
    """

    step: str
    asked: int
    answered: int
    median_seconds: float | None
    optional: bool = False

    @property
    def dropped(self) -> int:
        """How many were asked and did not answer."""
        return max(0, self.asked - self.answered)


@dataclass(frozen=True, slots=True)
class Quality:
    """Conversations that began in a time, and how far they came.

    `enrolled` were to be asked, `left_alone` not (the group nobody writes to). `reached`: a question went out to them.
    `seen`: they are known to have opened it, because they did something there; mails carry no tracking, so there may
    be more. `completed`: they answered every question they were asked that is not optional. `median_seconds` is from
    the first message to the first answer.
    """

    enrolled: int
    left_alone: int
    reached: int
    seen: int
    answered: int
    completed: int
    median_seconds: float | None
    questions: tuple[Question, ...]

    @property
    def response(self) -> float | None:
        """The share of those reached who answered."""
        return self.answered / self.reached if self.reached else None

    @property
    def completion(self) -> float | None:
        """The share of those who answered who went through to the end."""
        return self.completed / self.answered if self.answered else None
