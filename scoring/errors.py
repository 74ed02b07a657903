"""The one exception of the scoring engine."""


class ScoringError(ValueError):
    """Input that cannot be scored; the message is a sentence that says what is wrong and what is allowed."""
