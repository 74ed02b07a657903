"""Weight presets that come with LEI: one TOML file each."""
