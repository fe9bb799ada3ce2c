"""For the tests of shields: two services, one well and one not, and badges drawn by the library.

KS_BADGE_DRIVER names the driver that draws, KS_BUILD_DIR the build folder."""

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pytest

from programs import ROOT

DRIVER = Path(os.environ.get("KS_BADGE_DRIVER") or
              Path(os.environ.get("KS_BUILD_DIR", ROOT)) / "tests/integration/drivers/badge")
DEADLINE = 120

STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"]
WEB = "/_/web/health/"
DB = "/_/db/health/"
ABSENT = "/_/nobody/health/"
HEALTHY, SICK = "2/2 (0 restarts)", "0/1 (0 restarts)"
LOGO = "data:image/svg+xml;base64,PHN2Zy8+"


def drawn(label, message, color, **rest):
    """The badge as drawn by the library."""
    badge = json.dumps({"label": label, "message": message, "color": color, **rest})
    done = subprocess.run([str(DRIVER)], input=badge.encode() + b"\n", capture_output=True, check=True,
                          timeout=DEADLINE)
    svg = done.stdout.decode().removesuffix("\n")
    assert svg.startswith("<svg"), (badge, svg)
    return svg


def health(message=HEALTHY, color="green", label="health", **rest):
    return drawn(label, message, color, **rest)


def asked(path, *pairs, **query):
    return f"{path}?{urlencode([*pairs, *query.items()])}"


def max_age(answer):
    """The age for both kinds of caches, which must be the same; None for no-store."""
    text = answer.headers["cache-control"]
    if text == "no-store":
        return None
    ages = re.findall(r"(?:max-age|s-maxage)=(\d+)", text)
    assert len(ages) == 2 and ages[0] == ages[1], text
    return int(ages[0])


@pytest.fixture(autouse=True, scope="module")
def driver():
    if not DRIVER.is_file():
        pytest.skip(f"{DRIVER} is not built")


@pytest.fixture
def services(fake):
    """web is well, db is not."""
    fake.deployment("web", namespace="shop", replicas=2)
    fake.statefulset("db", namespace="shop", ready=False)
    fake.node("node-1")
    return fake


@pytest.fixture
def shields(services, responder):
    return responder()
