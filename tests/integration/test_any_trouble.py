"""Whatever happens to an API server, in whatever order: once it is over, shields show what is."""

import random
import time

import pytest

from programs import eventually

STEPS = 40
SETTLED = 60  # seconds: lists beside watches come every one to two seconds, and end ten later; backoffs take longer


class Shop:
    """Two deployments whose pods come, go, and change, and the API server's troubles."""

    def __init__(self, fake, seed):
        self.fake, self.random = fake, random.Random(seed)
        self.webs = [fake.deployment(name, namespace="shop", replicas=2) for name in ("web", "api")]
        self.old = fake.snapshot()
        self.steps = []

    def pods(self):
        return [(web, key) for web in self.webs for key in list(self.fake.objects["pods"]) if key[1].startswith(web.name)]

    def change(self):
        """Handles do not survive a restore, so it changes the objects themselves."""
        pods = self.pods()
        _, key = self.random.choice(pods)
        ready = self.random.random() < 0.5

        def change(pod):
            for one in pod["status"]["containerStatuses"]:
                one["ready"] = ready
            for one in pod["status"]["conditions"]:
                if one["type"] in ("Ready", "ContainersReady"):
                    one["status"] = str(ready)
        if len(pods) > 2 and self.random.random() < 0.2:
            self.fake.delete("pods", *key)
        else:
            self.fake.update("pods", *key, change)

    def lose(self):
        with self.fake.losing("pods"):
            self.change()

    def back_up(self):
        self.old = self.fake.snapshot()

    def restore(self):
        self.fake.restore(self.old, self.random.choice(["silent", "bookmark", "follow", "end", "reset"]))

    def disturb(self):
        self.fake.disturb(self.random.choice(["*", "pods", "deployments"]),
                          self.random.choice(["gone", "garbage", "truncated", "reset", "end", "too-large"]))

    def fail(self):
        self.fake.fault(self.random.choice(["*", "pods", "deployments"]), "*", "status",
                        times=self.random.randint(1, 5), code=self.random.choice([403, 410, 429, 500, 503, 504]))

    def break_lists(self):
        self.fake.fault("pods", "list", self.random.choice(["truncated", "cut", "reset", "garbage", "continue"]),
                        times=self.random.randint(1, 2))

    def hide(self):
        begin, end = self.random.choice([(self.fake.proxy, self.fake.no_proxy), (self.fake.freeze, self.fake.thaw),
                                         (self.fake.hang_etcd, self.fake.wake_etcd),
                                         (self.fake.close, self.fake.reopen),
                                         (lambda: self.fake.revoke("*"), lambda: self.fake.grant("*"))])
        begin()
        self.change()
        time.sleep(self.random.random())
        end()

    def step(self):
        step = self.random.choice([self.change] * 4 + [self.lose, self.back_up, self.restore, self.disturb, self.fail,
                                                       self.break_lists, self.hide, self.fake.compact,
                                                       self.fake.bookmark])
        self.steps.append(step.__name__)
        step()
        time.sleep(self.random.choice([0, 0, 0.05, 0.3]))

    def truth(self):
        ready = {web.name: 0 for web in self.webs}
        for web, key in self.pods():
            pod = self.fake.objects["pods"][key]
            ready[web.name] += pod["status"]["containerStatuses"][0]["ready"]
        return {name: f"{count}/2 (0 restarts)" for name, count in ready.items()}


@pytest.mark.long
@pytest.mark.parametrize("seed", [4, 7, 10, 11])
def test_shields_show_what_is_once_all_is_over(fake, responder, seed):
    shop = Shop(fake, seed)
    shields = responder(heartbeat="1s", relist="1s")
    for _ in range(STEPS):
        shop.step()
    fake.clear_faults()

    def is_right():
        seen = {name: shields.shield(f"/_/{name}/health/")[0] for name in shop.truth()}
        ages = [shields.raw(f"/_/{name}/health/")["age"] for name in seen]
        assert seen == shop.truth() and ages == [0, 0], f"{seen}, wanted {shop.truth()}; ages {ages}"
        return True
    eventually(is_right, SETTLED)
