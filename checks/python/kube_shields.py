"""The module that checks in Python may import from kube-shields.

    from kube_shields import snowflake

    @snowflake
    def hits():
        return {"status": 42, "color": "green"}

If a file marks functions, only those are checks. If it marks none, every function that it defines is a check, unless
its name begins with '_'. See kube-shields-checks(7)."""

__all__ = ["snowflake"]

marked = []  # in the order of the marks


def snowflake(function):
    """Marks a function as a check."""
    marked.append(function)
    return function
