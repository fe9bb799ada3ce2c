"""Shields by settings and annotations: styles, palette, static shields, redirects, logos."""

import re
from urllib.parse import quote

import pytest

from programs import ROOT, eventually
from shields_world import driver, services, shields  # noqa: F401 (fixtures)
from shields_world import ABSENT, DB, HEALTHY, LOGO, SICK, STYLES, WEB, asked, drawn, health, max_age


@pytest.mark.parametrize("style", STYLES)
def test_the_default_style_is_that_of_the_settings(services, responder, style):
    shields = responder(style=style, label_color="navy")
    assert shields.get(WEB).text == health(style=style, labelColor="navy")
    assert shields.get(asked(WEB, style="flat", labelColor="pink")).text == health(labelColor="pink")
    assert shields.get(asked(WEB, labelColor="no color")).text == health(style=style, labelColor="navy")
    assert shields.get(asked(WEB, style="round")).text == health(labelColor="navy")
    assert shields.get("/badge/a-b-red").text == drawn("a", "b", "red", style=style, labelColor="navy")
    assert shields.get(WEB + "?label=a&label=b").status == 400
    assert "style" not in shields.get(WEB + "?format=shields").json()


def test_the_accessible_palette(services, responder):
    shields = responder(palette="accessible", label_color="blue")
    table = (ROOT / "lib/badge/palette.c").read_text(encoding="utf-8")
    hex_of = dict(re.findall(r'#define (\w+) +"(#[0-9a-f]{6})"', table))
    painted = {name: hex_of[constant] for name, constant in re.findall(r'\{"(\w+)", (\w+)\}', table)}
    assert {"green", "red", "lightgrey", "blue"} <= set(painted)
    blue = {"labelColor": painted["blue"]}
    assert shields.get(WEB).text == health(color=painted["green"], **blue)
    assert shields.get(DB).text == health(SICK, painted["red"], **blue)
    assert shields.get(ABSENT).text == health("not found", painted["lightgrey"], **blue)
    assert shields.get(asked(WEB, color="ff0000", labelColor="red")).text == health(
        color="#ff0000", labelColor=painted["red"])
    assert shields.get("/badge/a-b-orange").text == drawn("a", "b", painted["orange"], **blue)
    # In formats that others draw, a name stays a name.
    assert shields.get(WEB + "?format=shields").json()["color"] == "green"


# ---- static shields ----

STATIC = [
    ("label-message-blue", "label", "message", "blue"),
    ("message-blue", "", "message", "blue"),
    ("-message-blue", "", "message", "blue"),
    ("label--blue", None, None, None),
    ("a--b-c--d-blue", "a-b", "c-d", "blue"),
    ("a----b-c-blue", "a--b", "c", "blue"),
    ("a_b-c__d-blue", "a b", "c_d", "blue"),
    ("a___b-c____d-blue", "a_ b", "c__d", "blue"),
    ("a%20b-c%2Fd-blue", "a b", "c/d", "blue"),
    ("a%2fb-100%25-blue", "a/b", "100%", "blue"),
    ("a%2Db-blue", "a", "b", "blue"),
    ("a%5Fb-c-blue", "a b", "c", "blue"),
    ("caf%C3%A9-%E6%97%A5%E6%9C%AC-blue", "café", "日本", "blue"),
    ("a-b-blue.svg", "a", "b", "blue"),
    ("v1.svg-b.svg-blue.svg", "v1.svg", "b.svg", "blue"),
    ("a-b-ff69b4", "a", "b", "#ff69b4"),
    ("a-b-%23fff", "a", "b", "#fff"),
    ("a-b-critical.svg", "a", "b", "critical"),
    ("a-b-rgb(1,2,3)", "a", "b", "rgb(1,2,3)"),
    ("%3Cscript%3E-%26%22-blue", "<script>", "&\"", "blue"),
    ("x" * 63 + "-b-blue", "x" * 63, "b", "blue"),
    ("a-" + "x" * 511 + "-blue", "a", "x" * 511, "blue"),
    ("x" * 64 + "-b-blue", None, None, None),
    ("a-" + "x" * 512 + "-blue", None, None, None),
    ("a-b-" + "x" * 2000, None, None, None),
    ("a", None, None, None),
    ("a--b", None, None, None),
    ("a-b-c-d", None, None, None),
    ("a-b-c-d-e-f-g-h", None, None, None),
    ("-", None, None, None),
    ("a%00-b-c", None, None, None),
]


def test_static_shields(shields):
    for text, label, message, color in STATIC:
        answer = shields.get(f"/badge/{text}", headers={"Accept": "image/*"})
        if message is None:
            assert (answer.status, answer.type) == (400, "image/svg+xml"), text
            assert "must" in answer.title
        else:
            assert (answer.status, answer.text) == (200, drawn(label, message, color)), text


def test_static_shields_take_the_query_and_have_every_format(shields):
    path = "/badge/a_b-c-blue"
    assert shields.get(asked(path, style="plastic", label="x", color="red", logo=LOGO)).text == drawn(
        "x", "c", "red", style="plastic", logoBase64=LOGO)
    assert shields.get(path + "?format=text").text == "a b: c\n"
    assert shields.get(path + "?format=shields").json() == {
        "schemaVersion": 1, "label": "a b", "message": "c", "color": "blue"}
    assert shields.get(path + "?format=json").json() == {
        "label": "a b", "message": "c", "color": "blue", "isError": False, "age": 0, "raw": {"label": "a b", "message": "c", "color": "blue"}}
    raw = shields.get(path + "?raw")
    assert (raw.status, raw.json()) == (200, {"label": "a b", "message": "c", "color": "blue"})
    assert shields.get(path + "/").headers["location"] == path


# ---- redirect mode ----

def spelled_by_0_0_6(text):
    """One part of a static shield's path as kube-shields 0.0.6 spelled it."""
    return quote(text.replace("_", "__").replace("-", "--").replace(" ", "_")).replace("/", "%2f")


PARTS = [("health", "2/2 (0 restarts)"), ("", "x"), ("a-b", "c_d"), ("a--b", "c__d"), ("a _-b", " - _ "),
         ("v1.2~3", "100%"), ("a/b", "//"), ("café", "日本 😀"), ("<&>\"'", "?#[]@!$&'()*+,;=:"), ("a\\b", "{|}^`"),
         ("%2f", "%25")]


def test_redirects_are_those_of_0_0_6(services, responder):
    shields = responder(redirect="https://img.example/shields")
    answer = shields.get(WEB)
    assert (answer.status, answer.body) == (302, b"")
    assert answer.headers["location"] == (
        f"https://img.example/shields/badge/health-{spelled_by_0_0_6(HEALTHY)}-green.svg")
    assert max_age(answer) == 5 and max_age(shields.get(DB)) <= 1
    assert shields.get(DB).headers["location"].endswith("-red.svg")
    for label, message in PARTS:
        wanted = (f"https://img.example/shields/badge/"
                  f"{spelled_by_0_0_6(label)}-{spelled_by_0_0_6(message)}-blue.svg")
        static = "-".join(quote(part.replace("-", "--").replace("_", "__"), safe="") for part in (label, message))
        answer = shields.get(f"/badge/{static}-blue")
        assert (answer.status, answer.headers.get("location")) == (302, wanted), (label, message)
        answer = shields.get(asked(WEB, label=label))
        assert answer.headers["location"].split("/badge/")[1] == (
            f"{spelled_by_0_0_6(label)}-{spelled_by_0_0_6(HEALTHY)}-green.svg"), label
    assert shields.get(asked(WEB, color="ff69b4")).headers["location"].endswith("-ff69b4.svg")


def test_redirect_mode_draws_errors_itself_and_leaves_other_formats(services, responder):
    shields = responder(redirect="https://img.example")
    absent = shields.get(ABSENT)
    assert (absent.status, absent.text) == (404, health("not found", "lightgrey"))
    assert shields.raw(WEB)["ready"] == 2
    assert shields.get(WEB + "?format=shields").json()["message"] == HEALTHY
    assert shields.get(WEB + "?format=text").text == f"health: {HEALTHY}\n"
    head = shields.get(WEB, method="HEAD")
    assert (head.status, head.headers) == (302, shields.get(WEB).headers)


# ---- annotations ----

OURS = {"kube-shields.io/label": "our shop", "kube-shields.io/color": "blue",
        "kube-shields.io/link": "https://shop.example/?a&b"}
LINK = {"links": [OURS["kube-shields.io/link"]]}


@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_annotations_of_the_controller(fake, responder, protobuf):
    fake.protobuf = protobuf
    fake.deployment("web", namespace="shop", replicas=2, annotations=OURS)
    fake.statefulset("db", namespace="shop", ready=False, annotations=OURS)
    shields = responder()
    for path in (WEB, "/_/shop/web/health/"):
        assert shields.get(path).text == health(label="our shop", color="blue", **LINK), path
    # An unhealthy shield keeps its color.
    assert shields.get(DB).text == health(SICK, "red", label="our shop", **LINK)
    assert shields.get(asked(WEB, label="x", color="pink", link="http://y/")).text == health(
        label="x", color="pink", links=["http://y/"])
    assert shields.get(WEB + "?format=text").text == f"our shop: {HEALTHY}\n"
    assert shields.get(WEB + "?format=json").json()["label"] == "our shop"
    assert shields.get(WEB + "?format=shields").json() == {
        "schemaVersion": 1, "label": "our shop", "message": HEALTHY, "color": "blue"}
    # A sum is not one service, so it has no annotations.
    for path in ("/a/web/health/", "/n/shop/health/", "/c/health/"):
        answer = shields.get(path)
        assert answer.title.startswith("health: ") and "shop.example" not in answer.text, path


def test_invalid_annotations_are_ignored(fake, responder):
    web = fake.deployment("web", namespace="shop", replicas=2, annotations={
        "kube-shields.io/label": "", "kube-shields.io/color": "no color\"/>",
        "kube-shields.io/link": "javascript:alert(1)"})
    shields = responder()
    assert shields.get(WEB).text == health()
    fake.wait_watched()
    web.annotate(OURS)
    eventually(lambda: shields.get(WEB).text == health(label="our shop", color="blue", **LINK))


# ---- named logos ----

def logo_of(answer):
    found = re.findall(r'<image [^>]*href="(data:image/svg\+xml;base64,[^"]*)"', answer.text)
    assert len(found) <= 1
    return found[0] if found else None


def test_named_logos(services, responder, cgi, logos):
    shields = responder(logos=logos)
    assert "no named logos" not in shields.stderr
    plain = shields.get(asked(WEB, logo="github"))
    assert plain.text == health(logoBase64=logo_of(plain))
    assert logo_of(shields.get(asked(WEB, logo="GitHub"))) == logo_of(plain)
    red = logo_of(shields.get(asked(WEB, logo="github", logoColor="red")))
    assert red not in (None, logo_of(plain))
    assert logo_of(shields.get(asked(WEB, logo="github", logoColor="no color"))) == logo_of(plain)
    wide = shields.get(asked(WEB, logo="visa", logoSize="auto"))
    assert logo_of(wide) not in (None, logo_of(shields.get(asked(WEB, logo="visa"))))
    assert shields.get(asked(WEB, logo="no-such-logo")).text == health()
    assert logo_of(shields.get("/badge/a-b-red?logo=github")) == logo_of(plain)
    assert cgi(asked("/badge/a-b-red", logo="github"), logos=logos).text == drawn(
        "a", "b", "red", logoBase64=logo_of(plain))


def test_without_the_file_a_named_logo_is_absent_and_the_log_says_why(services, responder, folder):
    missing, broken = folder / "missing", folder / "broken"
    broken.write_text("no logos\n")
    for path in (missing, broken):
        shields = responder(logos=path)
        assert str(path) in shields.wait_for_line("no named logos")
        assert shields.get(asked(WEB, logo="github", logoColor="red", logoSize="auto")).text == health()


# ---- every answer ----
