"""What the Python files among the checks may import from kube-shields.

    from kube_shields import snowflake

    @snowflake
    def hits():
        return {"status": 42, "color": "green"}

Where a file marks functions, only those are checks; where it marks none, all it defines whose names do not begin with
'_'. See kube-shields-checks(7)."""

__all__ = ["snowflake"]

marked = []  # in the order in which they were


def snowflake(function):
    """Marks a function as a check."""
    marked.append(function)
    return function
