"""A scripted fake of the Kubernetes API server, for what a healthy one will not do. Python's standard library only. Pods
have the conditions that a kubelet sets, and controllers' objects the status that their controllers compute.

    with Cluster() as cluster:                          # plain HTTP on a free port; Cluster(certificates=DIR) for TLS
        web = cluster.deployment("web", namespace="shop", replicas=2)   # with its pods, ready
        web.pods[0].set(ready=False)                    # or restarts=3, waiting="CrashLoopBackOff", terminated=(1, "Error")
        web.pods[0].delete()
        web.scale(3); web.rollout(); web.delete()
        for step in web.rolling(): …                    # a rollout, as its controller does it, step by step
        web.change(); web.exceed_deadline(); web.forbid(); web.edit(lambda spec: …)     # a rollout that gets stuck
        web.annotate({"kube-shields.io/hidden": "true"})                # or annotations={…} when it is made
        cluster.statefulset(…); cluster.daemonset(…); cluster.job("import", outcome="Complete")
        cluster.replicaset(…); cluster.replicationcontroller(…)         # without a Deployment
        cluster.cronjob("backup").run(outcome="Failed"); cluster.node("node-1", ready=True)
        cluster.set_node("node-1", ready=False); cluster.press_node("node-1", "DiskPressure")
        cluster.budget("cache", expected=3, minAvailable=2)             # a PodDisruptionBudget
        cluster.pod("lone", namespace="shop", owner=("CloneSet", "cache"), restarts=2, age=86400, count=2, sidecars=1)
        cluster.add("pods", obj); cluster.update("pods", "shop", "web-x", function_that_changes_a_dict)
        cluster.delete("pods", "shop", "web-x")         # the raw way
        cluster.write_kubeconfig(path, token="t")       # user: token, token_file, client_certificate=(crt, key), exec=[…]

Settings, to be changed at any time:

    cluster.tokens = {"t"}              bearer tokens that are accepted; None: no authentication (the default)
    cluster.require_certificate = True  401 without a client certificate (TLS only)
    cluster.protobuf = True             False: answers JSON whatever was asked for; "406": refuses protobuf
    cluster.cronjobs = "v1"             "v1beta1": an old server; None: no such resource
    cluster.budgets = "v1"              "v1beta1" and None likewise
    cluster.only_namespaces = {"shop"}  403 elsewhere and for cluster-wide requests: a Role, no ClusterRole
    cluster.metadata_last = False       True: the metadata of a JSON list follows its items
    cluster.uid = "…"                   of the namespace kube-system: another one is another cluster

Faults. verb: "list", "watch", "heartbeat" (a list with a limit), "identity" (kind "namespaces": kube-system) or "*";
kind: a plural or "*"; times: how many requests, None for ever. Nothing but "*" meets /version:

    fault = cluster.fault("pods", "list", "reset", times=1); fault.clear(); cluster.clear_faults()

    any verb    "status" (code=500)   "redirect" (location=URL)   "content-type"   "silence": no byte, not even a status
                "hang-up": the connection is closed without an answer
                "page" (code=503, content_type="text/html", body=…): something that Kubernetes would not answer
                "status" and "page" with retry_after=SECONDS, or retry_date=SECONDS from now, written as a date
                "too-large": 504 "Too large resource version"; causes=False: only the message says so
    list,       half of the list, then: "truncated" a clean end, "cut" a broken one, "reset" RST, "stall" nothing,
    heartbeat   "hold" the rest once fault.release() is called
                "stall" in the middle of a chunk or of a character (at="chunk"; at="utf-8", of the first ü)
                "garbage"   "slow" (bytes_per_second=2000)   "endless"   "no-resource-version"   "empty"
                "continue": the first half, and metadata.continue   "stale" (snapshot=…): resourceVersion=0
                is answered by a cache that lags
    watch       "gone" an ERROR event with code 410, "garbage", "truncated" half a frame, "reset", "stall", "end"
                "stall" in the middle of an event (at="event", "chunk" or "utf-8")
                "too-large" an ERROR event, or with early=True the 504   "error" an ERROR event (code=…)

    cluster.disturb("pods", "reset")    one of the faults of watch, to the watches that are open now; with its options
    cluster.compact()                   older resourceVersions are gone: requests for one get 410
    cluster.bookmark()                  a BOOKMARK to every open watch
    cluster.freeze(); cluster.thaw()    connections are kept and accepted, but no byte is sent
    cluster.close(); cluster.reopen()   connection refused, then the same port again
    cluster.use_certificate("other-server")   of another CA, and all connections end

Troubles of whole API servers. Open watches stay, and are silent:

    cluster.proxy(code=503)             a proxy answers everything with a page; see the options of "page", and location=URL
    cluster.no_proxy()
    cluster.hang_etcd()                 only /version is answered; cache=True: lists with resourceVersion=0, too
    cluster.wake_etcd()

    cluster.revoke("pods"); .grant("pods")   403 for these kinds, or for "*"; watches="end": the open ones end
    old = cluster.snapshot()            a backup of etcd, and later the way back:
    cluster.restore(old)                objects and version of then; open watches stay silent, as a real server's do
                                        until versions have passed theirs. watches="bookmark" of the lower version,
                                        "follow" events of lower versions, "end", "reset"
    cluster.future = "silent"           so are new watches from a version that the server does not have. "status": 504
                                        "Too large resource version", as a list; "event": the same as an ERROR event
    with cluster.losing("pods"): …      changes that no watch tells
    cluster.become_another(version=7)   another uid, no objects

Requests received:

    cluster.requests                    list of Request(verb, kind, namespace, path, query, headers, connection, at)
    cluster.count("pods", "list")       how many; cluster.wait_for("pods", "list", 2) waits for the second
    cluster.wait_watched()              until every kind that may be watched has an open watch; .wait_watched("pods")

`python3 -m fake_kubernetes.demo --kubeconfig FILE --port 8001` is a cluster to look at. """

from .certificates import make_certificates
from .cluster import Cluster
from .server import Request

__all__ = ["Cluster", "Request", "make_certificates"]
