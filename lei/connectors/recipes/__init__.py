"""The recipes that come with LEI, as TOML files."""
