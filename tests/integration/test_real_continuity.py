"""A real cluster that goes back in time, because its etcd was restored from a backup, and one whose etcd hangs. Shields
follow the restored truth, and are never young while they cannot know."""

import pytest

from programs import eventually

pytestmark = pytest.mark.long
HEALTHY = ("1/1 (0 restarts)", "green")
BROKEN = ("0/1 (0 restarts)", "red")
PATIENCE = 120  # seconds; an API server starts within, and a list beside a watch that is soon


@pytest.fixture(scope="module")
def plane(own_plane):
    return own_plane




@pytest.fixture
def past(plane, shop, real):
    """Shields that know more than the backup: web broke after it, late came and early went."""
    web = shop.pod("web-1", owner="web")
    shop.create("deployments", "early", {"replicas": 0, "selector": {"matchLabels": {"app": "early"}},
                                         "template": shop.template("early")})
    shields = real(heartbeat="1s", unknown_after="10s")
    url = f"/_/{shop.name}"
    shields.becomes(f"{url}/web/health/", *HEALTHY)
    plane.backup()
    shop.set(web, ready=False)
    shop.create("deployments", "late", {"replicas": 0, "selector": {"matchLabels": {"app": "late"}},
                                        "template": shop.template("late")})
    shop.delete("deployments", "early")
    shields.becomes(f"{url}/web/health/", *BROKEN)
    eventually(lambda: shields.get(f"{url}/early/health/").status == 404)
    eventually(lambda: shields.get(f"{url}/late/health/").status == 200)
    return shields


def shows_the_backup(shop, shields):
    url = f"/_/{shop.name}"
    shields.becomes(f"{url}/web/health/", *HEALTHY, PATIENCE)
    eventually(lambda: shields.get(f"{url}/late/health/").status == 404, PATIENCE, lambda: shields.stderr)
    eventually(lambda: shields.get(f"{url}/early/health/").status == 200, PATIENCE, lambda: shields.stderr)


def follows(shop, shields):
    """What happens after the restore is seen."""
    web, = shop.pods("web")
    for ready, expected in ((False, BROKEN), (True, HEALTHY), (False, BROKEN)):
        shop.set(web, ready=ready)
        shields.becomes(f"/_/{shop.name}/web/health/", *expected, PATIENCE)
    eventually(lambda: shields.raw(f"/_/{shop.name}/web/health/")["age"] == 0, PATIENCE)


def times_it_went_back(shields):
    return len([line for line in shields.lines if "went back from version" in line])


def test_etcd_restored_and_the_api_server_restarted(plane, shop, past):
    plane.restore()
    plane.kill()
    plane.restart()
    shows_the_backup(shop, past)
    # An API server that starts writes so much that its version may be past ours at once.
    past.wait_for_line("went back from version|the watch had not told")
    follows(shop, past)
    assert times_it_went_back(past) <= 1, past.stderr


def test_etcd_restored_while_the_api_server_runs_on(plane, shop, past):
    """Its caches still hold the past that was undone, and its watches tell it: a watch from the restored version brings
    back what was undone since, and nothing that happens now."""
    plane.restore()
    past.wait_for_line("went back from version", PATIENCE)
    shows_the_backup(shop, past)
    follows(shop, past)
    assert times_it_went_back(past) == 1, past.stderr
    plane.kill()
    plane.restart()
    follows(shop, past)
    assert times_it_went_back(past) == 1, past.stderr


def test_etcd_that_hangs_is_no_silence_to_trust(plane, shop, real):
    """The API server answers /version and lists from its caches, and holds every watch open."""
    web = shop.pod("web-1", owner="web")
    url = f"/_/{shop.name}/web/health/"
    shields, forgetful = real(heartbeat="1s"), real(heartbeat="1s", unknown_after="3s")
    before = forgetful.lines_of_the_start()
    with plane.frozen("etcd"):
        eventually(lambda: shields.raw(url)["age"] >= 5, PATIENCE)
        assert shields.last_known(url) == HEALTHY
        forgetful.becomes(url, "unknown", "grey", PATIENCE)
        forgetful.wait_for_line("no sign of life", since=before)
        assert shields.get("/readyz").status == 200
    for program in (shields, forgetful):
        eventually(lambda: program.raw(url)["age"] == 0, PATIENCE)
        program.becomes(url, *HEALTHY)
    shop.set(web, ready=False)
    for program in (shields, forgetful):
        program.becomes(url, *BROKEN, PATIENCE)
    assert len([line for line in forgetful.lines[before:] if "warning" in line.lower()]) <= 2, forgetful.stderr
