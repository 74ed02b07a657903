"""The scoring engine: numpy arrays in, frozen results out; no files, no clock, no catalogue.

normalise: a value to 0..100 by fixed goalposts. relative: by comparison within a sample, for analysis. means: the
weighted means and their slopes. aggregate: a weighted mean over what is present. tree: measures, pillars and composite,
or any other depth. caps: limits on nodes. roll_up: every node of a tree, before and after its caps. composite: the
composite and its status, and what each measure puts into it. steps: what a step of a child is worth in points of a
mean, exactly. change: why a composite moved, exactly. bands: names for scores, without
flicker. uncertainty: intervals, draws of weights, ranks. sensitivity: Sobol indices of any model. errors: the one
exception. arrays: checked input.
"""
