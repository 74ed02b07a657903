"""The scoring engine: numpy arrays in, frozen results out; no files, no clock, no catalogue.

normalise: a value to 0..100 by fixed goalposts. relative: by comparison within a sample, for analysis. means: the
weighted means and their slopes. aggregate: a weighted mean over what is present. tree: measures, pillars and composite,
or any other depth. caps: limits on nodes. roll_up: every node of a tree, before and after its caps. composite: the
composite and its status, and what each measure puts into it. steps: what a step of a child is worth in points of a
mean, exactly. change: why a composite moved, exactly. bands: names for scores, without flicker. errors: the one
exception. arrays: checked input.

How sure: uncertainty: intervals, draws of weights, ranks. value_draws: values known by their sample sizes, carried to
the composite. sensitivity: Sobol indices of any model. importance: what a measure decides, beside its weight. smoother:
the curve that it needs. double_counting: siblings that move together.

What if: goal_seek: the value that reaches a target. flip_points: the weight at which two units swap. opportunities:
where the next points are. reweighted: trees with another weight. curve_shape: where a curve turns and where it is best.

Signal or noise: control_limits: XmR charts. change_verdict: what may be said of the newest change.
"""
