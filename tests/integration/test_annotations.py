"""The effect of a controller's annotations, from the API server to the answer. Unit tests cover the decoders' rules."""

import pytest

from programs import eventually

HIDDEN = {"kube-shields.io/hidden": "true"}
# kubectl keeps the whole object in an annotation; others do worse.
NOISE = {"kubectl.kubernetes.io/last-applied-configuration": "x" * 200_000, "a": "", "z/z": "é"}


@pytest.fixture(params=[True, False], ids=["protobuf", "json"])
def encoded(fake, request):
    fake.protobuf = request.param
    return fake


def listed(shields):
    """The names in /services/; asserts that / lists the same."""
    names = shields.get("/services/").json()
    page = shields.get("/").body.decode()
    everything = {"web", "db", "agent", "import", "backup"}
    assert {name for name in everything if f'<th scope="row">{name}</th>' in page} == set(names)
    return names


@pytest.mark.parametrize("kind", ["deployment", "statefulset", "daemonset", "job"])
def test_hidden_is_left_out_of_lists_and_answers_by_its_namespace(encoded, responder, kind):
    encoded.deployment("web", namespace="shop")
    getattr(encoded, kind)("db", namespace="shop", annotations={**NOISE, **HIDDEN})
    shields = responder()
    assert listed(shields) == ["web"]
    assert shields.shield("/_/shop/db/health/")[1] == "green"
    assert shields.get("/_/db/health/").status == shields.get("/services/db/").status == 404
    assert shields.raw("/n/shop/health/")["total"] == 2


def test_a_cronjobs_own_annotation_counts_not_its_jobs(encoded, responder):
    encoded.cronjob("backup", annotations=HIDDEN).run(outcome="Complete")
    encoded.cronjob("import")
    encoded.job("import-28000001", owner=("CronJob", "import"), annotations=HIDDEN)
    shields = responder()
    eventually(lambda: listed(shields) == ["import"])
    assert shields.shield("/_/default/backup/health/") == ("succeeded", "green")
    assert shields.get("/_/backup/health/").status == 404


def test_a_service_is_hidden_while_annotated(encoded, responder):
    web = encoded.deployment("web", annotations=NOISE)
    shields = responder()
    assert listed(shields) == ["web"]
    encoded.wait_watched()
    web.annotate({**NOISE, **HIDDEN})
    eventually(lambda: listed(shields) == [])
    assert b"No controller has made a pod yet" not in shields.get("/").body
    web.annotate({"kube-shields.io/hidden": "yes"})
    eventually(lambda: listed(shields) == ["web"])


def test_a_service_that_is_not_hidden_keeps_the_name_in_the_list(encoded, responder):
    encoded.deployment("web", namespace="blog", annotations=HIDDEN)
    encoded.deployment("web", namespace="shop")
    shields = responder()
    assert listed(shields) == ["web"]
    assert "/_/blog/web/" not in shields.get("/").body.decode()
    assert shields.raw("/_/web/health/")["total"] == 1


def test_of_a_pods_annotations_only_hidden_means_something(encoded, responder):
    """A controller of another kind passes on what its template has."""
    encoded.pod("web-0", owner=("CloneSet", "web"), annotations={"kube-shields.io/label": "Shop", **NOISE})
    encoded.pod("db-0", owner=("CloneSet", "db"), annotations=HIDDEN)
    encoded.pod("agent-0", owner=("CloneSet", "agent"), annotations={"kube-shields.io/hidden": "yes"})
    shields = responder()
    assert listed(shields) == ["agent", "web"]
    assert shields.get("/_/web/health/?format=text").text == "health: 1/1 (0 restarts)\n"
    assert shields.get("/_/db/health/").status == 404
    assert shields.shield("/_/default/db/health/") == ("1/1 (0 restarts)", "green")


def test_hidden_by_the_template_of_a_controller(encoded, responder):
    encoded.statefulset("web")
    for kind, name in (("deployment", "db"), ("daemonset", "agent")):
        getattr(encoded, kind)(name)
        encoded.update(f"{kind}s", "default", name,
                       lambda one: one["spec"]["template"]["metadata"].update(annotations=HIDDEN))
    shields = responder()
    assert listed(shields) == ["web"]
    assert shields.get("/_/db/health/").status == 404
    assert shields.shield("/_/default/db/health/") == ("1/1 (0 restarts)", "green")
