"""Shows whether you may deploy now. This file has the style of kube-shields 0.0.6, whose files work unchanged: functions
marked with `snowflake` are checks, the others are helpers."""

import time

from kube_shields import snowflake

FRIDAY = 4


def frozen(now):
    """From Friday 15:00 to Monday, UTC."""
    return now.tm_wday > FRIDAY or (now.tm_wday == FRIDAY and now.tm_hour >= 15)


@snowflake
def deploys():
    if frozen(time.gmtime()):
        return {"status": "frozen until Monday", "color": "red"}
    return {"status": "go", "color": "green"}
