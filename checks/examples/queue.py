"""How many jobs wait, according to a JSON document, {"waiting": 12, …}, at an http URL or in a file.

Every function whose name does not begin with '_' is a check of the service `queue`. Its result is shown as it is; if it
is a dict, `status`, `color` and `label` are shown, and ?raw shows all of it. Exceptions are shown too, with file and
line, so there is no need to catch any. queue.conf has the arguments, which are text."""

import json
from urllib.request import urlopen


def _read(source):
    if source.startswith(("http://", "https://")):
        with urlopen(source, timeout=5) as answer:  # always say how long to wait
            return json.load(answer)
    with open(source, encoding="utf-8") as file:
        return json.load(file)


def waiting(source, many="100", too_many="1000"):
    jobs = int(_read(source)["waiting"])
    if jobs >= int(too_many):
        color = "red"
    else:
        color = "yellow" if jobs >= int(many) else "green"
    return {"status": f"{jobs} waiting", "color": color, "jobs": jobs, "source": source}
