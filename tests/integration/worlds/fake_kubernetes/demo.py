"""A small demo cluster: its pods come, go, crash, restart and roll out.

    python3 -m fake_kubernetes.demo --kubeconfig FILE [--site shop|edge] [--port 8001] [--pace 1.0]

Writes FILE, reports it in one line, and runs until it is stopped. With --pace 0.1 everything happens ten times as
fast."""

import argparse
import pathlib
import signal
import sys
import threading

if not __package__:  # run by its path, not as a module
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
    from fake_kubernetes import Cluster
else:
    from . import Cluster

DAY = 86400


def populate(cluster):
    """Fills the cluster with its resting state; returns its workloads by name."""
    for number in (1, 2, 3):
        cluster.node(f"node-{number}")
    return {
        "web": cluster.deployment("web", "shop", replicas=3, age=9 * DAY, sidecars=1),
        "api": cluster.deployment("api", "shop", replicas=2, age=9 * DAY, image="registry.example/api:4.0.1"),
        "db": cluster.statefulset("db", "shop", replicas=3, age=40 * DAY, image="registry.example/postgres:17.2"),
        "mail": cluster.deployment("mail", "office", replicas=1, age=2 * DAY, image="registry.example/mail:2.8"),
        "wiki": cluster.deployment("wiki", "office", replicas=0),
        "backup": cluster.cronjob("backup", "office"),
        "log-agent": cluster.daemonset("log-agent", "infra", replicas=3, age=90 * DAY,
                                       image="registry.example/agent:1.19"),
        "import": cluster.job("import", "shop", outcome="Complete"),
        "search": cluster.deployment("search", "shop", replicas=4, age=3 * DAY, image="registry.example/search:8.1"),
    }


def scenes(cluster, services):
    """The events, each as (seconds to wait, action). They end in the state they began in."""
    web, api, mail, wiki, db = (services[name] for name in ("web", "api", "mail", "wiki", "db"))
    yield 4, lambda: api.pods[0].set(waiting="CrashLoopBackOff", restarts=3, last="Error")
    yield 6, lambda: api.pods[0].set(restarts=4)
    yield from slowly(web.rolling())
    yield 3, lambda: db.pods[1].set(ready=False)
    yield 4, lambda: db.pods[1].set()
    yield 3, lambda: wiki.scale(1)
    yield 5, lambda: mail.pods[0].set(waiting="ImagePullBackOff")
    yield 5, lambda: mail.pods[0].set()
    yield 3, lambda: cluster.press_node("node-3", "DiskPressure")
    yield 3, lambda: cluster.set_node("node-2", ready=False)
    yield 5, lambda: cluster.set_node("node-2", ready=True)
    yield 2, lambda: cluster.press_node("node-3", "DiskPressure", False)
    yield 3, lambda: wiki.scale(0)
    yield 3, api.rollout
    yield from get_stuck(services["search"])
    yield 3, lambda: run_backup(cluster, services["backup"])


def slowly(rolling):
    """One step of a rollout a second."""
    for _ in rolling:
        yield 1, lambda: None


def get_stuck(search):
    """The new image does not exist, until a rollout with one that does."""
    yield 3, search.change
    yield 1, lambda: search.add_pod(waiting="ImagePullBackOff")
    yield 5, search.exceed_deadline
    yield 6, search.rollout


def run_backup(cluster, backup):
    """Runs the backup; every third run fails, and only the last one is kept."""
    for kind in ("jobs", "pods"):
        for namespace, name in list(cluster.objects[kind]):
            if name.startswith("backup-"):
                cluster.delete(kind, namespace, name)
    backup.run(outcome="Failed" if backup.runs % 3 == 2 else "Complete")


def populate_edge(cluster):
    """A cluster near the customers, which also has a service web."""
    for number in (1, 2):
        cluster.node(f"edge-{number}")
    return {
        "web": cluster.deployment("web", "shop", replicas=2, age=30 * DAY),
        "cache": cluster.statefulset("cache", "shop", replicas=2, age=30 * DAY, image="registry.example/cache:7.4"),
        "resolver": cluster.daemonset("resolver", "infra", replicas=2, age=120 * DAY,
                                      image="registry.example/resolver:1.21"),
        "search": cluster.deployment("search", "shop", replicas=2, age=5 * DAY, image="registry.example/search:8.1"),
    }


def scenes_edge(cluster, services):
    search, cache = services["search"], services["cache"]
    yield 5, lambda: search.pods[0].set(ready=False)
    yield 4, lambda: search.pods[0].set()
    yield 6, lambda: cache.pods[1].set(waiting="CrashLoopBackOff", restarts=2, last="OOMKilled")
    yield 5, lambda: cache.pods[1].set(restarts=3)
    yield 4, services["web"].rollout
    yield 5, lambda: cluster.set_node("edge-2", ready=False)
    yield 4, lambda: cluster.set_node("edge-2", ready=True)


SITES = {"shop": (populate, scenes), "edge": (populate_edge, scenes_edge)}


def live(cluster, scenes_of_site, services, stop, pace):
    while True:
        for seconds, action in scenes_of_site(cluster, services):
            if stop.wait(seconds * pace):
                return
            action()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kubeconfig", type=pathlib.Path, required=True)
    parser.add_argument("--site", choices=SITES, default="shop")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--pace", type=float, default=1.0)
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Cluster(port=options.port) as cluster:
        populate_site, scenes_of_site = SITES[options.site]
        services = populate_site(cluster)
        cluster.write_kubeconfig(options.kubeconfig, context="demo")
        print(f"demo cluster on {cluster.url}, kubeconfig {options.kubeconfig}", flush=True)
        live(cluster, scenes_of_site, services, stop, options.pace)


if __name__ == "__main__":
    main()
