"""Weight profiles: what one is and when it is valid (profile), those that come with LEI (presets); weights out of
people's judgements (pairwise, points, ranks, opinions) and, as advice only, out of data (data_driven)."""
