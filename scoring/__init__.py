"""The scoring engine: numpy arrays in, frozen results out; no files, no clock, no catalogue.

normalise: a value to 0..100 by fixed goalposts. means: the weighted means and their slopes. aggregate: a weighted mean
over what is present. composite: measures to pillars to one composite, and what each measure puts into it. change: why a
composite moved, exactly. bands: names for scores, without flicker. errors: the one exception. arrays: checked input.
"""
