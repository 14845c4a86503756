"""What can be wrong with a results store, or with what is asked of it."""


class StoreError(Exception):
    """The file is not a store, or not one that this version can read, or does not hold what was asked for."""
