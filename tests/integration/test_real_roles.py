"""Rights that are taken away and given back while kube-shields runs. What a kind told stays, and grows old; nothing gets
greener because a controller can no longer be read."""

import pytest

from programs import eventually
from real_roles import RULES

pytestmark = [pytest.mark.usefixtures("controllers"), pytest.mark.long]
PATIENCE = 60  # seconds; the longest backoff, on a busy machine
LASTING = 180  # seconds; a refusal counts as lasting after one minute
WITHOUT_CONTROLLERS = [rule for rule in RULES if rule["apiGroups"] != ["apps"]]


@pytest.fixture
def web(shop):
    """A Deployment of three pods, of which one is ready."""
    shop.deployment("web", replicas=3)
    for pod in shop.run("web", 3)[1:]:
        shop.set(pod, ready=False)


def age(shields, url):
    return shields.raw(url)["age"]


def is_red(shields, url):
    """Perhaps with its age."""
    message, color = shields.shield(url)
    assert message.startswith("1/3 (0 restarts)") and color == "red"


def test_a_binding_that_is_deleted_and_given_back(shop, grant, as_reader, web):
    grant(RULES, everywhere=True)
    shields, forgetful = as_reader(watch_timeout="1s"), as_reader(watch_timeout="1s", unknown_after="3s")
    url = f"/_/{shop.name}/web/health/"
    shields.becomes(url, "1/3 (0 restarts)", "red")
    grant.revoke()
    eventually(lambda: age(shields, url) >= 10, PATIENCE)
    is_red(shields, url)
    forgetful.becomes(url, "unknown", "grey", PATIENCE)
    assert shields.get("/readyz").status == 200
    grant.restore()
    eventually(lambda: age(shields, url) == 0, PATIENCE, lambda: shields.stderr)
    forgetful.becomes(url, "1/3 (0 restarts)", "red", PATIENCE)
    for pod in shop.pods("web"):
        shop.set(pod)
    shields.becomes(url, "3/3 (0 restarts)", "green", PATIENCE)


def test_a_controller_that_may_no_longer_be_read_makes_nothing_greener(shop, grant, as_reader, web):
    grant(RULES, everywhere=True)
    shields, forgetful = as_reader(watch_timeout="1s"), as_reader(watch_timeout="1s", unknown_after="20s")
    url = f"/_/{shop.name}/web/health/"
    shields.becomes(url, "1/3 (0 restarts)", "red")
    assert shields.raw(url)["judged_without"] == []
    grant.change(WITHOUT_CONTROLLERS)
    eventually(lambda: age(shields, url) >= 5, PATIENCE)
    is_red(shields, url)
    shields.wait_for_line('grant "list" and "watch" of deployments again', LASTING)
    is_red(shields, url)
    eventually(lambda: "deployments" in shields.raw(url)["judged_without"])
    assert forgetful.shield(url) == ("unknown", "grey")
    grant.change(RULES)
    shields.signal(1)
    forgetful.signal(1)
    for program in (shields, forgetful):
        eventually(lambda: age(program, url) == 0, PATIENCE, lambda: program.stderr)
        program.becomes(url, "1/3 (0 restarts)", "red", PATIENCE)
        assert program.raw(url)["judged_without"] == []
