"""Whole stories, played by the fake cluster as controllers and kubelets play them: what the shields say on the way, at
every moment that they publish, not only in the end."""

import threading

import pytest

from programs import eventually

# An observer that stopped early would have seen nothing bad.
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")


class Observer:
    """Reads one service's health over and over, until it is closed: every state that it saw, in order."""

    def __init__(self, shields, path):
        self.shields, self.path, self.seen, self.over = shields, path, [], threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.over.wait(0.002):
            answer = self.shields.get(f"{self.path}?raw")
            if answer.status == 200:
                self.note(answer.json())

    def note(self, raw):
        if not self.seen or self.seen[-1] != raw:
            self.seen.append(raw)

    def close(self):
        self.over.set()
        self.thread.join()

    def reaches(self, message, color):
        self.shields.becomes(self.path, message, color)

    def has(self, **members):
        """Waits until the answer has these members."""
        def same():
            raw = self.shields.raw(self.path)
            assert members.items() <= raw.items(), (members, raw)
            return True
        eventually(same)

    @property
    def colors(self):
        self.note(self.shields.raw(self.path))  # if all was over before the first look
        return [raw["color"] for raw in self.seen]

    def assert_never_red(self):
        assert "red" not in self.colors, self.told()

    def told(self):
        return "\n".join(f"{raw['message']} {raw['color']} {raw['reasons']}" for raw in self.seen)

    def assert_at_most(self, pods):
        assert max(raw["total"] for raw in self.seen) <= pods and max(raw["pods"] for raw in self.seen) <= pods

    def least_ready(self):
        return min(raw["pods_ready"] for raw in self.seen)


@pytest.fixture
def observe(fake, responder):
    """observe() starts the binary and observes the health of shop/web."""
    observers = []

    def start(path="/_/shop/web/health/", **settings):
        shields = responder(**settings)
        fake.wait_watched()
        observers.append(Observer(shields, path))
        return observers[-1]
    yield start
    for observer in observers:
        observer.close()


def ready_pods(workload):
    return sum(pod.is_ready for pod in workload.old + workload.pods)


def follow(observer, workload, desired):
    """Plays a rollout; after every step, waits until the shield shows what is ready now. The watch of controllers may
    lag behind that of pods, so nothing goes on before the shield knows that a rollout has begun."""
    for step in workload.rolling():
        if step == "changed":
            observer.has(outcome="rolling-out")
        observer.has(pods_ready=min(desired, ready_pods(workload)))
        yield step


def finish(steps):
    for _ in steps:
        pass


# ---- rollouts ----

@pytest.mark.parametrize("replicas", [1, 3, 4])
def test_a_normal_rollout_is_never_red_and_never_shows_more_than_desired(fake, observe, replicas):
    web = fake.deployment("web", "shop", replicas=replicas)
    seen = observe()
    finish(follow(seen, web, replicas))
    seen.reaches(f"{replicas}/{replicas} (0 restarts)", "green")
    seen.assert_never_red()
    seen.assert_at_most(replicas)
    assert "yellow" in seen.colors
    assert seen.shields.shield("/_/shop/web/version/") == ("2.0.0", "blue")


def test_a_rollout_in_one_go_is_never_red(fake, observe):
    web = fake.deployment("web", "shop", replicas=3)
    seen = observe()
    web.rollout()
    seen.reaches("3/3 (0 restarts)", "green")
    seen.assert_never_red()
    seen.assert_at_most(3)


def test_a_rollout_that_gets_stuck_turns_red_and_well_again_with_the_next_one(fake, observe):
    web = fake.deployment("web", "shop", replicas=2)
    seen = observe()
    web.change()
    web.add_pod(waiting="ContainerCreating")
    seen.reaches("2/2 (rolling out)", "yellow")
    web.pods[0].set(waiting="ImagePullBackOff")
    seen.shields.becomes("/_/shop/web/state/", "ImagePullBackOff", "red")
    seen.assert_never_red()
    web.exceed_deadline()
    seen.reaches("2/2 (rollout failed)", "red")
    finish(follow(seen, web, 2))
    seen.reaches("2/2 (0 restarts)", "green")


def test_strict_health_is_red_while_anything_differs(fake, observe):
    web = fake.deployment("web", "shop", replicas=2)
    seen = observe(health="strict")
    web.change()
    new = web.add_pod(waiting="ContainerCreating")
    seen.reaches("2/3 (0 restarts)", "red")
    new.set()
    web.old.pop().delete()
    seen.reaches("2/2 (0 restarts)", "green")


def test_a_statefulset_is_updated_one_by_one(fake, observe):
    db = fake.statefulset("web", "shop", replicas=3)
    seen = observe()
    finish(follow(seen, db, 3))
    seen.reaches("3/3 (0 restarts)", "green")
    seen.assert_never_red()
    assert seen.least_ready() == 2
    seen.assert_at_most(3)


def test_a_daemonset_is_updated_node_by_node(fake, observe):
    agent = fake.daemonset("web", "shop", replicas=3)
    seen = observe()
    finish(follow(seen, agent, 3))
    seen.reaches("3/3 (0 restarts)", "green")
    seen.assert_never_red()
    assert seen.least_ready() == 2
    seen.assert_at_most(3)


@pytest.mark.parametrize("kind", ["deployment", "statefulset"])
def test_kube_shields_that_starts_in_the_middle_of_a_rollout_says_the_same(fake, responder, observe, kind):
    """Not so for the last pod of a DaemonSet: nothing in its object tells the end of a rollout from a lost pod."""
    web = getattr(fake, kind)("web", "shop", replicas=2)
    seen = observe()
    for number, _ in enumerate(follow(seen, web, 2)):
        if number % 3 == 0:
            late = responder()
            for check in ("health", "state", "replicas"):
                path = f"/_/shop/web/{check}/"
                eventually(lambda: late.shield(path) == seen.shields.shield(path),
                           message=lambda: f"{path}: {late.shield(path)}, {seen.shields.shield(path)}")
            late.stop()
    seen.assert_never_red()


# ---- nodes ----

def test_a_node_dies_and_comes_back(fake, observe):
    for name in ("node-1", "node-2"):
        fake.node(name)
    fake.deployment("web", "shop", replicas=2, node="node-2")
    seen = observe()
    seen.reaches("2/2 (0 restarts)", "green")
    fake.set_node("node-2", ready=False)
    seen.reaches("0/2 (0 restarts)", "red")
    seen.shields.becomes("/_/shop/web/state/", "NodeNotReady", "red")
    seen.shields.becomes("/c/nodes/", "1/2", "red")
    fake.set_node("node-2", ready=True)
    seen.reaches("2/2 (0 restarts)", "green")
    seen.shields.becomes("/_/shop/web/state/", "Running", "green")


def test_a_node_under_pressure(fake, responder):
    for name in ("node-1", "node-2", "node-3"):
        fake.node(name)
    shields = responder()
    fake.wait_watched()
    shields.becomes("/c/nodes/", "3/3", "green")
    fake.press_node("node-1", "DiskPressure")
    shields.becomes("/c/nodes/", "DiskPressure, 3/3", "yellow")
    fake.press_node("node-2", "MemoryPressure")
    fake.set_node("node-3", ready=False)
    shields.becomes("/c/nodes/", "DiskPressure, MemoryPressure, 2/3", "red")
    assert shields.raw("/c/nodes/")["pressures"] == {"DiskPressure": 1, "MemoryPressure": 1}
    fake.press_node("node-1", "DiskPressure", False)
    fake.press_node("node-2", "MemoryPressure", False)
    fake.set_node("node-3", ready=True)
    shields.becomes("/c/nodes/", "3/3", "green")


# ---- runs to completion ----

def test_a_job_with_retries_is_never_red(fake, observe):
    seen = observe()
    job = fake.job("web", "shop", pods=0)
    for succeeds in (False, False, True):
        pod = job.add_pod(statuses=False)
        seen.reaches("running", "yellow")
        pod.set()
        seen.reaches("1/1 (0 restarts)", "green")
        if not succeeds:
            pod.finish(1)
            seen.reaches("running", "yellow")
    pod.finish()
    job.end("Complete")
    seen.reaches("succeeded", "green")
    seen.assert_never_red()


def test_a_job_that_fails_for_good_is_red_before_its_last_pod_has_ended(fake, observe):
    job = fake.job("web", "shop", pods=2)
    seen = observe()
    job.pods[0].finish(1)
    job.end("FailureTarget", "BackoffLimitExceeded")
    seen.reaches("failed", "red")
    job.pods[1].deleting()
    job.pods[1].delete()
    job.end("Failed")
    eventually(lambda: seen.shields.raw(seen.path)["pods"] == 0)
    assert seen.shields.shield(seen.path) == ("failed", "red")


def test_an_indexed_job_moves_on_and_is_never_red(fake, observe):
    seen = observe()
    job = fake.job("web", "shop", pods=3, spec={"parallelism": 3, "completions": 5, "completionMode": "Indexed"})
    seen.reaches("3/3 (0 restarts)", "green")
    for pod in list(job.pods[:2]):
        pod.finish()
        seen.has(pods_ready=2)
        new = job.add_pod(statuses=False)
        seen.reaches("running", "yellow")
        new.set()
        seen.reaches("3/3 (0 restarts)", "green")
    for pod in job.pods[2:]:
        pod.finish()
    job.end("Complete")
    seen.reaches("succeeded", "green")
    seen.assert_never_red()


def test_a_cronjob_that_keeps_no_job(fake, observe):
    """History limits of 0, or a TTL: only the CronJob's own status tells how the last run ended."""
    backup = fake.cronjob("web", "shop")
    seen = observe()
    seen.reaches("scheduled", "lightgrey")
    for ago, succeeds in ((300, False), (200, True), (100, False)):
        job = backup.run(age=ago, statuses=False)
        seen.reaches("running", "yellow")
        job.pods[0].set()
        seen.reaches("1/1 (0 restarts)", "green")
        backup.ended(job, succeeds, ago - 50)
        said = ("succeeded", "green") if succeeds else ("failed", "red")
        seen.reaches(*said)
        job.delete()
        eventually(lambda: seen.shields.raw(seen.path)["pods"] == 0)
        seen.reaches(*said)


def test_a_workflow_whose_step_is_tried_again(fake, observe):
    seen = observe()
    tries = [fake.pod("web-x7k2p-build-1", "shop", owner=("Workflow", "web-x7k2p"), age=60,
                      annotations={"workflows.argoproj.io/node-name": "web-x7k2p.build(0)"})]
    seen.reaches("1/1 (0 restarts)", "green")
    tries[0].finish(1)
    tries.append(fake.pod("web-x7k2p-build-2", "shop", owner=("Workflow", "web-x7k2p"), age=0,
                          annotations={"workflows.argoproj.io/node-name": "web-x7k2p.build(1)"}))
    seen.reaches("1/1 (0 restarts)", "green")
    tries[1].finish()
    seen.reaches("succeeded", "green")


# ---- sets of others ----

def test_a_set_without_a_budget_remembers_how_many_it_had(fake, observe):
    pods = fake.pods(("Cluster", "web"), 3, "shop")
    seen = observe()
    seen.reaches("3/3 (0 restarts)", "green")
    pods.pop().delete()
    seen.reaches("2/3 (0 restarts)", "red")
    seen.has(pods_desired=3, pods_desired_guessed=True)
    for pod in pods:
        pod.delete()
    seen.reaches("0/3 (0 restarts)", "red")
    fake.pods(("Cluster", "web"), 3, "shop")
    seen.reaches("3/3 (0 restarts)", "green")


def test_a_set_with_a_budget_that_knows(fake, observe):
    pods = fake.pods(("Cluster", "web"), 3, "shop", labels={"app": "web"})
    fake.budget("web", "shop", expected=3, maxUnavailable=1)
    seen = observe()
    seen.reaches("3/3 (0 restarts)", "green")
    pods.pop().delete()
    fake.recount("web", "shop")
    seen.reaches("2/3 (0 restarts)", "red")
    seen.has(pods_desired=3, pods_desired_guessed=False)
    for pod in pods:
        pod.delete()
    fake.recount("web", "shop")
    seen.reaches("0/3 (0 restarts)", "red")
    fake.pods(("Cluster", "web"), 2, "shop", labels={"app": "web"})
    fake.recount("web", "shop", expected=2)
    seen.reaches("2/2 (0 restarts)", "green")


@pytest.mark.parametrize("code", [403, 404])
def test_budgets_that_may_not_be_watched_are_missed_by_nobody(fake, observe, responder, code):
    fake.fault("poddisruptionbudgets", "*", "status", times=None, code=code)
    pods = fake.pods(("Cluster", "web"), 2, "shop")
    shields = responder()
    fake.wait_watched("pods")
    pods.pop().delete()
    shields.becomes("/_/shop/web/health/", "1/2 (0 restarts)", "red")


def test_a_replicaset_without_pods(fake, observe):
    web = fake.replicaset("web", "shop", replicas=3, pods=0)
    seen = observe()
    seen.reaches("0/3 (0 restarts)", "red")
    for _ in range(3):
        web.add_pod()
    seen.reaches("3/3 (0 restarts)", "green")
    web.delete()
    eventually(lambda: seen.shields.get(seen.path).status == 404)


def test_a_deploymentconfig_keeps_its_name_through_a_rollout(fake, observe):
    def version(number):
        return fake.replicationcontroller(f"web-{number}", "shop", owner=("DeploymentConfig", "web"), replicas=2,
                                          labels={"deployment": f"web-{number}", "deploymentconfig": "web"})
    old = version(3)
    seen = observe()
    seen.reaches("2/2 (0 restarts)", "green")
    version(4)
    old.scale(0)
    eventually(lambda: seen.shields.raw(seen.path)["pods"] == 2)
    seen.reaches("2/2 (0 restarts)", "green")
    for old_name in ("web-3", "web-4"):
        assert seen.shields.shield(f"/_/shop/{old_name}/health/") == ("2/2 (0 restarts)", "green")
