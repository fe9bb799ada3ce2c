"""Rollouts: within the controller's budget, beyond it, and stuck."""

from node_world import ABSENT, PATIENCE, serve

ROLLING = "(rolling out)"


def test_a_rollout_within_its_budget_is_never_red_unless_that_is_asked_for(shop, responder):
    strict = responder(health="strict")
    shop.deployment("web", [serve()], replicas=3)
    shop.becomes("web", "3/3 (0 restarts)", "green")
    shop.becomes("web", "1", "blue", "version")
    with shop.history("web") as history:
        shop.change("deployments", "web", [serve(is_ready=False, version=2)])
        for pod in shop.waiting("web", 3):
            # The old ones serve on until a new one is ready.
            shop.becomes("web", f"3/3 {ROLLING}", "yellow")
            shop.becomes("web", "3/3", "yellow", "replicas")
            strict.becomes(shop.url("web"), "3/4 (0 restarts)", "red", PATIENCE)
            shop.tell(pod, "on")
        shop.becomes("web", "3/3 (0 restarts)", "green")
        shop.becomes("web", "2", "blue", "version")
    assert history.colors == {"green", "yellow"}, history.seen


def test_a_rollout_beyond_its_budget_is_red(shop):
    strategy = {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
    shop.deployment("web", [serve()], replicas=2, strategy=strategy)
    shop.becomes("web", "2/2 (0 restarts)", "green")
    shop.change("deployments", "web", [serve(is_ready=False, version=2)])
    for number, pod in enumerate(shop.waiting("web", 2)):
        shop.becomes("web", f"1/2 {ROLLING}", "yellow")
        if number == 0:
            old, = shop.running("web", version=1)
            shop.tell(old, "off")
            shop.becomes("web", "0/2 (0 restarts)", "red")
            shop.becomes("web", "NotReady", "red", "state")
        shop.tell(pod, "on")
    shop.becomes("web", "2/2 (0 restarts)", "green")


def test_a_rollout_to_an_image_that_nobody_has_and_back(shop):
    shop.deployment("web", [serve()], replicas=2)
    shop.becomes("web", "2/2 (0 restarts)", "green")
    shop.change("deployments", "web", [serve(image=ABSENT)], progressDeadlineSeconds=5)
    shop.becomes("web", "ImagePullBackOff", "red", "state")
    shop.becomes("web", "2/2 (rollout failed)", "red")
    shop.becomes("web", "2/2", "red", "replicas")
    shop.change("deployments", "web", [serve()])
    shop.becomes("web", "2/2 (0 restarts)", "green")
    shop.becomes("web", "Running", "green", "state")


def test_a_rollout_that_is_never_ready_and_then_is(shop):
    shop.deployment("web", [serve()], replicas=2)
    shop.becomes("web", "2/2 (0 restarts)", "green")
    shop.change("deployments", "web", [serve(is_ready=False, version=2)], progressDeadlineSeconds=5)
    shop.becomes("web", "2/2 (rollout failed)", "red")
    shop.becomes("web", "ProgressDeadlineExceeded", "red", "state")
    # Late is not too late.
    for pod in shop.waiting("web", 2):
        shop.tell(pod, "on")
    shop.becomes("web", "2/2 (0 restarts)", "green")
    shop.becomes("web", "Running", "green", "state")


def test_a_paused_rollout_goes_on_when_it_may(shop):
    shop.deployment("web", [serve()])
    shop.becomes("web", "1/1 (0 restarts)", "green")
    shop.change("deployments", "web", [serve(version=2)], paused=True)
    shop.becomes("web", "1/1 (paused)", "yellow")
    shop.plane.patch("deployments", "web", {"spec": {"paused": False}}, shop.name)
    shop.becomes("web", "2", "blue", "version")
    shop.becomes("web", "1/1 (0 restarts)", "green")


def test_a_daemonset_that_changes_its_image_is_never_red(shop):
    shop.daemonset("agent", [serve()])
    shop.becomes("agent", "1/1 (0 restarts)", "green")
    with shop.history("agent") as history:
        shop.change("daemonsets", "agent", [serve(is_ready=False, version=2)])
        pod, = shop.running("agent", version=2)
        shop.becomes("agent", f"0/1 {ROLLING}", "yellow")
        shop.tell(pod, "on")
        shop.becomes("agent", "2", "blue", "version")
        shop.becomes("agent", "1/1 (0 restarts)", "green")
    assert history.colors == {"green", "yellow"}, history.seen


def test_a_statefulset_that_changes_one_of_its_pods_is_never_red(shop):
    """What its partition holds back is as it should be."""
    shop.statefulset("db", [serve()], replicas=2, updateStrategy={"rollingUpdate": {"partition": 1}})
    shop.becomes("db", "2/2 (0 restarts)", "green")
    with shop.history("db") as history:
        shop.change("statefulsets", "db", [serve(is_ready=False, version=2)])
        for pod in shop.waiting("db", 1):
            shop.becomes("db", f"1/2 {ROLLING}", "yellow")
            shop.tell(pod, "on")
        shop.becomes("db", "2/2 (0 restarts)", "green")
    assert shop.raw("db", "version")["versions"] == {"1": 1, "2": 1}
    assert history.colors == {"green", "yellow"}, history.seen


def test_a_set_without_a_rollout_has_no_budget(shop):
    shop.statefulset("db", [serve()], replicas=2)
    shop.becomes("db", "2/2 (0 restarts)", "green")
    pod, _ = shop.running("db", 2)
    shop.tell(pod, "off")
    shop.becomes("db", "1/2 (0 restarts)", "red")
    shop.tell(pod, "on")
    shop.becomes("db", "2/2 (0 restarts)", "green")
