"""What may be said about draws, in bodies and in addresses alike."""

from __future__ import annotations

from marshmallow import validate

from lei.services.score_analyses.value_samples import FEWEST_DRAWS, MOST_DRAWS

# Of larger whole numbers some JSON readers lose the last digits, and the answer could not be repeated.
_LARGEST_SEED = 2**53 - 1

DRAWS = validate.Range(FEWEST_DRAWS, MOST_DRAWS, error=f"Give between {FEWEST_DRAWS} and {MOST_DRAWS:,} draws.")
SEED = validate.Range(0, _LARGEST_SEED, error=f"A seed is a whole number from 0 to {_LARGEST_SEED}.")
CONFIDENCE = validate.Range(0.5, 0.999, error="A confidence lies between 0.5 and 0.999; 0.95 is usual.")
SEED_TEXT = "The same seed, question and data give the same answer; it is in the answer."
CONFIDENCE_TEXT = "How much of the draws an interval holds."
