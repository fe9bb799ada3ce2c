"""Jobs, as a kubelet runs them."""

import pytest

from node_world import ABSENT, container, waits

TWO = [waits(8081, name="first"), waits(8082, name="second")]


def ended(status):
    return "terminated" in status["containerStatuses"][0]["state"]


@pytest.mark.parametrize("code, message, color", [("0", "succeeded", "green"), ("1", "failed", "red")])
def test_a_container_that_is_done_waits_for_the_other(shop, code, message, color):
    shop.job("import", TWO, backoffLimit=0)
    shop.becomes("import", "2/2 (0 restarts)", "green")
    pod, = shop.running("import")
    with shop.history("import") as history:
        shop.tell(pod, "exit/0", 8081)
        shop.pods_where("import", 1, ended)
        shop.becomes("import", "2/2 (0 restarts)", "green")
        shop.becomes("import", "Running", "green", "state")
    assert history.colors == {"green"}, history.seen
    shop.tell(pod, f"exit/{code}", 8082)
    shop.becomes("import", message, color)


def test_a_job_tries_again(shop):
    shop.job("import", TWO, backoffLimit=3)
    shop.becomes("import", "2/2 (0 restarts)", "green")
    pod, = shop.running("import")
    with shop.history("import") as history:
        shop.tell(pod, "exit/1", 8081)
        shop.becomes("import", "running", "yellow")
        shop.tell(pod, "exit/0", 8082)
        pod, = shop.running("import")
        shop.becomes("import", "2/2 (0 restarts)", "green")
        for port in (8081, 8082):
            shop.tell(pod, "exit/0", port)
        shop.becomes("import", "succeeded", "green")
    assert history.colors == {"green", "yellow"}, history.seen


def test_a_job_that_tries_no_more(shop):
    shop.job("import", [container("exit", "1")], backoffLimit=0)
    shop.becomes("import", "failed", "red")


def test_a_job_whose_image_nobody_has(shop):
    """Waiting does not mend that."""
    shop.job("import", [waits(image=ABSENT)])
    shop.becomes("import", "ImagePullBackOff", "red", "state")
    shop.becomes("import", "0/1 (0 restarts)", "red")
