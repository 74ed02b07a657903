"""Weight profiles: what one is and when it is valid (profile), those that come with LEI (presets), and weights out of
people's judgements (elicit)."""
