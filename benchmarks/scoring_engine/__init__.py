"""The pure engine, timed beside what a user would pick instead: `python -m benchmarks.scoring_engine`."""
