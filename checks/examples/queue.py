"""Shows how many jobs wait. Reads a JSON document such as {"waiting": 12} from an http URL or a file.

Every function whose name does not begin with '_' is a check of the service `queue`. The shield shows its result or, if
that is a dict, its `status`, `color` and `label`; ?raw shows the whole dict. Exceptions are shown too, with file and
line, so you need not catch them. queue.conf contains the arguments, which are strings."""

import json
from urllib.request import urlopen


def _read(source):
    if source.startswith(("http://", "https://")):
        with urlopen(source, timeout=5) as answer:  # always set a timeout
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
