"""Checks of the service web in the demo: numbers that change, so that there is something to see."""

import math
import time


def hits():
    """Shows a day of visitors in ten minutes."""
    now = time.time() % 600 / 600
    count = round(4500 - 4500 * math.cos(2 * math.pi * now))
    color = "green" if count > 3000 else "yellow" if count > 300 else "red"
    return {"status": f"{count} an hour", "color": color}
