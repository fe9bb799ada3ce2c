"""Jobs and CronJobs of a real controller manager, while a test plays kubelet."""

import time

import pytest

from programs import eventually
from real_objects import CONTROLLER_TIMEOUT

pytestmark = pytest.mark.usefixtures("controllers")
ONE = "1/1 (0 restarts) green"


def newest(shop, app):
    """The pod that waits for kubelet."""
    return shop.pending(app, 1)[0]


def wait_for_kind(shop, kind, name, condition):
    def met():
        return condition(shop.plane.get(kind, name, shop.name)["status"])
    eventually(met, CONTROLLER_TIMEOUT)


# ---- Jobs ----

def test_a_job_that_needs_two_tries(shop, scene):
    shop.job("import", backoffLimit=2)
    pod = newest(shop, "import")
    scene.shows("import", health="running yellow", state="Pending yellow")
    shop.set(pod)
    scene.shows("import", health=ONE, state="Running green", replicas="1/1 green")
    shop.finish(pod, succeeded=False)
    again = newest(shop, "import")
    scene.shows("import", health="running yellow", state="Pending yellow")
    shop.set(again)
    scene.shows("import", health=ONE, state="Running green")
    shop.finish(again)
    scene.shows("import", health="succeeded green", state="Succeeded green")


def test_a_job_beyond_its_deadline(shop, scene):
    shop.job("import", activeDeadlineSeconds=1)
    scene.shows("import", health="failed red", state="Failed red")


def test_a_job_whose_image_cannot_be_pulled(shop, scene):
    shop.job("import")
    shop.set(newest(shop, "import"), phase="Pending", waiting="ImagePullBackOff")
    scene.shows("import", health="0/1 (0 restarts) red", state="ImagePullBackOff red", replicas="0/1 red")


def test_a_job_with_a_container_that_is_done_and_one_that_runs(shop, scene):
    shop.job("import", containers=2)
    shop.set(newest(shop, "import"), only_first=True, terminated=(0, "Completed"))
    scene.shows("import", health="2/2 (0 restarts) green", state="Running green")


def test_a_job_of_several_pods_that_moves_on(shop, scene):
    shop.job("import", completions=5, parallelism=3)
    first, *others = shop.pending("import", 3)
    for pod in (first, *others):
        shop.set(pod)
    scene.shows("import", health="3/3 (0 restarts) green", replicas="3/3 green")
    shop.finish(first)
    pod = newest(shop, "import")
    scene.shows("import", health="running yellow", state="Pending yellow")
    shop.set(pod)
    scene.shows("import", health="3/3 (0 restarts) green", replicas="3/3 green")


def test_an_indexed_job_resolves_by_its_pods_name(shop, scene):
    job = shop.job("import", completions=2, parallelism=2, completionMode="Indexed")
    if "completionMode" not in job["spec"]:
        pytest.skip("this Kubernetes has no Indexed Jobs")
    shop.run("import", 2)
    scene.shows("import", health="2/2 (0 restarts) green")
    scene.shows("import-1", health="2/2 (0 restarts) green")


def test_a_suspended_job(shop, scene):
    job = shop.job("import", suspend=True)
    if "suspend" not in job["spec"]:
        pytest.skip("this Kubernetes cannot suspend Jobs")
    scene.shows("import", health="suspended lightgrey", state="Suspended lightgrey")
    shop.update("jobs", "import", suspend=False)
    shop.set(newest(shop, "import"))
    scene.shows("import", health=ONE)


# ---- CronJobs ----

def let_it_run(shop, name):
    """Makes the controller believe that the run of this year's first day was missed."""
    last_year = int(time.strftime("%Y")) - 1
    shop.plane.patch_status("cronjobs", name, {"lastScheduleTime": f"{last_year}-01-01T00:00:00Z"}, shop.name)
    return newest(shop, name)


def forget_runs(shop, name):
    """What a TTL or a history limit of 0 does: the CronJob ran just now, and its Job is gone."""
    for job in shop.plane.list("jobs", shop.name):
        shop.delete("jobs", job["metadata"]["name"])
    shop.wait_pods(name, 0)
    shop.plane.patch_status("cronjobs", name, {"lastScheduleTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())},
                            shop.name)


def test_a_cronjob_that_its_controller_runs(shop, scene):
    shop.cronjob("backup")
    scene.shows("backup", health="scheduled lightgrey", state="Scheduled lightgrey")
    pod = let_it_run(shop, "backup")
    scene.shows("backup", health="running yellow", state="Pending yellow")
    shop.set(pod)
    scene.shows("backup", health=ONE, state="Running green")
    shop.update("cronjobs", "backup", suspend=True)
    scene.shows("backup", health=ONE)
    shop.finish(pod, succeeded=False)
    scene.shows("backup", health="suspended, last run failed yellow", state="SuspendedFailed yellow")
    shop.update("cronjobs", "backup", suspend=False)
    scene.shows("backup", health="failed red", state="Failed red")


def test_a_cronjob_after_a_failure_is_what_its_newest_run_is(shop, scene):
    backup = shop.cronjob("backup")
    shop.run_cronjob(backup, "backup-1")
    pod = newest(shop, "backup")
    shop.set(pod)
    shop.finish(pod, succeeded=False)
    scene.shows("backup", health="failed red")
    wait_for_kind(shop, "jobs", "backup-1", lambda status: status.get("failed"))
    second_after(shop, "backup-1")
    shop.run_cronjob(backup, "backup-2")
    pod = newest(shop, "backup")
    scene.shows("backup", health="running yellow", state="Pending yellow")
    shop.set(pod)
    scene.shows("backup", health=ONE)
    shop.finish(pod)
    scene.shows("backup", health="succeeded green")
    shop.update("cronjobs", "backup", suspend=True)
    scene.shows("backup", health="suspended lightgrey", state="Suspended lightgrey")


def second_after(shop, job):
    """Times of creation have whole seconds: waits until the next Job is newer."""
    created = shop.plane.get("jobs", job, shop.name)["metadata"]["creationTimestamp"]
    eventually(lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) > created)


def test_a_cronjob_whose_runs_are_not_kept(shop, scene):
    """Kubernetes 1.20 does not tell when the last run succeeded; 1.21 and later do."""
    shop.cronjob("backup", failedJobsHistoryLimit=0)
    pod = let_it_run(shop, "backup")
    shop.set(pod)
    scene.shows("backup", health=ONE)
    shop.finish(pod, succeeded=False)
    eventually(lambda: not shop.plane.list("jobs", shop.name), CONTROLLER_TIMEOUT)
    tells = shop.plane.group("cronjobs") == "/apis/batch/v1"
    scene.shows("backup", health="failed red" if tells else "scheduled lightgrey")


def test_an_old_failure_of_a_cronjob_does_not_stay_for_ever(shop, scene):
    backup = shop.cronjob("backup", successfulJobsHistoryLimit=0)
    shop.run_cronjob(backup, "backup-1")
    pod = newest(shop, "backup")
    shop.set(pod)
    shop.finish(pod, succeeded=False)
    scene.shows("backup", health="failed red", state="Failed red")
    wait_for_kind(shop, "jobs", "backup-1", lambda status: status.get("failed"))
    second_after(shop, "backup-1")
    status = {"lastScheduleTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    tells = shop.plane.group("cronjobs") == "/apis/batch/v1"
    if tells:
        status["lastSuccessfulTime"] = status["lastScheduleTime"]
    shop.plane.patch_status("cronjobs", "backup", status, shop.name)
    scene.shows("backup", health="succeeded green" if tells else "scheduled lightgrey")
