"""The YAML schema of a scenario, the loader with its errors, and the bundled library."""
