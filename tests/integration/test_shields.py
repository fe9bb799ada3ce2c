"""How a shield looks, in which format it comes, and how long others may keep it: query, Accept header, settings and
annotations. What the drawing itself promises is the business of test_badge_maker.py; here the driver of that test says
what has to come out.

KS_BADGE_DRIVER names the driver, KS_BUILD_DIR the folder that it was built in; SIMPLE_ICONS_MODULES is as in
test_logos.py."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from programs import ROOT, eventually

DRIVER = Path(os.environ.get("KS_BADGE_DRIVER") or
              Path(os.environ.get("KS_BUILD_DIR", ROOT)) / "tests" / "unit" / "badge_driver")
MODULES = os.environ.get("SIMPLE_ICONS_MODULES", "")
DEADLINE = 120

STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"]
WEB = "/_/web/health/"
DB = "/_/db/health/"
ABSENT = "/_/nobody/health/"
HEALTHY, SICK = "2/2 (0 restarts)", "0/1 (0 restarts)"
LOGO = "data:image/svg+xml;base64,PHN2Zy8+"


def drawn(label, message, color, **rest):
    """The badge that the library draws of these."""
    badge = json.dumps({"label": label, "message": message, "color": color, **rest})
    done = subprocess.run([str(DRIVER)], input=badge.encode() + b"\n", capture_output=True, check=True,
                          timeout=DEADLINE)
    svg = done.stdout.decode().removesuffix("\n")
    assert svg.startswith("<svg"), (badge, svg)
    return svg


def health(message=HEALTHY, color="green", label="health", **rest):
    return drawn(label, message, color, **rest)


def asked(path, *pairs, **query):
    return f"{path}?{urlencode([*pairs, *query.items()])}"


def max_age(answer):
    """What both kinds of caches are told, which is the same; None for no-store."""
    text = answer.headers["cache-control"]
    if text == "no-store":
        return None
    ages = re.findall(r"(?:max-age|s-maxage)=(\d+)", text)
    assert len(ages) == 2 and ages[0] == ages[1], text
    return int(ages[0])


@pytest.fixture(autouse=True, scope="module")
def driver():
    if not DRIVER.is_file():
        pytest.skip(f"{DRIVER} is not built")


@pytest.fixture
def services(fake):
    """web is well, db is not."""
    fake.deployment("web", namespace="shop", replicas=2)
    fake.statefulset("db", namespace="shop", ready=False)
    fake.node("node-1")
    return fake


@pytest.fixture
def shields(services, responder):
    return responder()


# ---- the query ----

def test_every_style(shields):
    assert shields.get(WEB).text == health(style="flat")
    for style in STYLES:
        assert shields.get(asked(WEB, style=style)).text == health(style=style), style
        assert shields.get(asked(DB, style=style)).text == health(SICK, "red", style=style), style
        absent = shields.get(asked(ABSENT, style=style))
        assert (absent.status, absent.text) == (404, health("not found", "lightgrey", style=style)), style


QUERIES = [
    ({"style": "round"}, {"style": "flat"}),
    ({"style": "FLAT-SQUARE"}, {"style": "flat"}),
    ({"style": ""}, {"style": "flat"}),
    ({"label": "our shop"}, {"label": "our shop"}),
    ({"label": ""}, {"label": ""}),
    ({"label": "<b>&amp;\"' é 日本 😀"}, {"label": "<b>&amp;\"' é 日本 😀"}),
    ({"label": "x" * 256}, {"label": "x" * 256}),
    ({"color": "blue"}, {"color": "blue"}),
    ({"color": "ff69b4"}, {"color": "#ff69b4"}),
    ({"color": "#abc"}, {"color": "#abc"}),
    ({"color": "critical"}, {"color": "critical"}),
    ({"color": "rgb(1,2,3)"}, {"color": "rgb(1,2,3)"}),
    ({"color": "no color"}, {}),
    ({"color": ""}, {}),
    ({"color": "red\"/><script>"}, {}),
    ({"color": "green;}"}, {}),
    ({"labelColor": "orange"}, {"labelColor": "orange"}),
    ({"labelColor": "abcdef"}, {"labelColor": "abcdef"}),
    ({"labelColor": "no color"}, {}),
    ({"link": "https://shop.example/?a=1&b='\"<"}, {"links": ["https://shop.example/?a=1&b='\"<"]}),
    ({"link": "HTTP://shop.example"}, {"links": ["HTTP://shop.example"]}),
    ({"logo": LOGO}, {"logoBase64": LOGO}),
    ({"logo": LOGO.replace("+", " ")}, {"logoBase64": LOGO}),
    ({"logo": "https://elsewhere.example/x.svg"}, {}),
    ({"logo": "data:text/html;base64,PHN2Zy8+"}, {}),
    ({"logo": ""}, {}),
    ({"logoColor": "red", "logoSize": "auto"}, {}),
    ({"cacheSeconds": "60"}, {}),
    ({"idSuffix": "first-1"}, {"idSuffix": "first-1"}),
    ({"unheard": "of", "Style": "social", "labelcolor": "red"}, {}),
    ({"style": "social", "label": "a", "color": "pink", "labelColor": "navy", "logo": LOGO, "link": "http://a"},
     {"style": "social", "label": "a", "color": "pink", "labelColor": "navy", "logoBase64": LOGO,
      "links": ["http://a"]}),
]


def test_the_parameters_of_shields_io(shields):
    for query, badge in QUERIES:
        answer = shields.get(asked(WEB, **query))
        assert answer.status == 200, (query, answer)
        assert answer.text == health(**badge), query


def test_two_links_left_and_right(shields):
    for links in (["https://a/", "https://b/"], ["", "https://b/"], ["https://a/", ""]):
        answer = shields.get(asked(WEB, *(("link", link) for link in links)))
        assert answer.text == health(links=links), links


REFUSED = [
    ("link=javascript:alert(1)", "link"),
    ("link=%20https://a/", "link"),
    ("idSuffix=%22/%3E", "idSuffix"),
    ("link=//a/", "link"),
    ("link=data:text/html,x", "link"),
    ("link=https://a/&link=javascript:alert(1)", "link"),
    ("link=http://a&link=http://b&link=http://c", "link: given 3 times"),
    ("label=a&label=b", "label: given 2 times"),
    ("label=a&label=a", "label: given 2 times"),
    ("style=flat&style=social", "style: given 2 times"),
    ("color=red&color=red", "color: given 2 times"),
    ("labelColor=red&labelColor=red", "labelColor: given 2 times"),
    ("logo=a&logo=a", "logo: given 2 times"),
    ("logoColor=red&logoColor=red", "logoColor: given 2 times"),
    ("logoSize=auto&logoSize=auto", "logoSize: given 2 times"),
    ("cacheSeconds=1&cacheSeconds=1", "cacheSeconds: given 2 times"),
    ("format=svg&format=svg", "format: given 2 times"),
    ("label=" + "x" * 257, "label: at most 256 bytes"),
    ("label=" + "x" * 10_000, "request target: at most 4095 bytes"),
    ("style=" + "x" * 33, "style: at most"),
    ("color=" + "x" * 65, "color: at most"),
    ("labelColor=" + "x" * 65, "labelColor: at most"),
    ("logo=" + "x" * 3073, "logo: at most"),
    ("logoColor=" + "x" * 65, "logoColor: at most"),
    ("logoSize=" + "x" * 17, "logoSize: at most"),
    ("link=https://" + "x" * 1024, "link: at most"),
    ("cacheSeconds=" + "1" * 11, "cacheSeconds: at most"),
    ("cacheSeconds=86401", "cacheSeconds \"86401\""),
    ("cacheSeconds=-1", "cacheSeconds \"-1\""),
    ("cacheSeconds=soon", "cacheSeconds \"soon\""),
    ("cacheSeconds=", "cacheSeconds"),
    # With ?raw there is no other format; without it there is no line.
    ("format=png", None),
    ("format=SVG", None),
    ("format=", None),
    ("label=a%00b", "two hexadecimal digits other than 00"),
    ("%00=a", "two hexadecimal digits other than 00"),
    ("label=%", "two hexadecimal digits"),
    ("label=%f", "two hexadecimal digits"),
    ("label=%zz", "two hexadecimal digits"),
]


def test_what_is_refused_is_a_shield_and_says_why_in_one_line(shields):
    for query, reason in REFUSED:
        image = shields.get(f"{WEB}?{query}", headers={"Accept": "image/*"})
        assert (image.status, image.type) == (400, "image/svg+xml"), (query[:40], image)
        assert image.text == drawn("kube-shields", "bad request", "lightgrey"), query[:40]
        if not reason:
            continue
        # A target that cannot be taken apart has no ?raw.
        whole = len(query) < 4000 and not re.search("%(00|zz|f?$)", query)
        answer = shields.get(f"{WEB}?{query}{'&raw' if whole else ''}")
        said = answer.json()["error"] if whole else answer.text.removesuffix("\n")
        assert answer.status == 400 and reason in said and "\n" not in said and len(said) < 300, (query[:40], answer)


def test_no_error_is_painted_over(services, responder):
    shields = responder(unknown_after="1s")
    assert shields.get(asked(ABSENT, color="brightgreen")).text == health("not found", "lightgrey")
    assert shields.get(asked("/_/web/nothing/", color="green")).text == drawn("nothing", "not found", "lightgrey")
    assert shields.get(asked(ABSENT, color="brightgreen", format="shields")).json()["color"] == "lightgrey"
    services.close()
    shields.becomes(WEB, "unknown", "grey")
    assert shields.get(asked(WEB, color="brightgreen")).text == health("unknown", "grey")
    assert shields.get(asked(WEB, color="brightgreen", format="shields")).json()["isError"] is True


# ---- formats ----

def test_formats_by_name(shields):
    assert shields.get(WEB + "?format=svg").text == health()
    text = shields.get(WEB + "?format=text")
    assert (text.type, text.text) == ("text/plain", f"health: {HEALTHY}\n")
    assert shields.get(asked(WEB, format="text", label="")).text == f"{HEALTHY}\n"
    assert shields.get(asked(WEB, format="text", label="our\nshop")).text == f"our shop: {HEALTHY}\n"
    ours = shields.get(WEB + "?format=json")
    raw = shields.raw(WEB)
    assert ours.type == "application/json"
    assert ours.json() == {"label": "health", "message": HEALTHY, "color": "green", "isError": False, "age": 0,
                           "raw": raw}
    absent = shields.get(ABSENT + "?format=json")
    assert absent.status == 404 and absent.json() == {
        "label": "health", "message": "not found", "color": "lightgrey", "isError": True, "age": 0, "raw": None}
    assert shields.get(ABSENT + "?format=text").text == "not found: no such service\n"
    assert shields.get(WEB + "?raw&format=text").json() == raw


def test_the_endpoint_schema_has_every_key_that_was_asked_for_and_no_other(shields):
    def endpoint(**query):
        return shields.get(asked(WEB, format="shields", **query)).json()

    least = {"schemaVersion": 1, "label": "health", "message": HEALTHY, "color": "green"}
    assert endpoint() == least
    assert endpoint(unheard="of", link="https://a/") == least
    assert endpoint(label="a\"b\\", color="blue", labelColor="red", logo="github", logoColor="fff", logoSize="auto",
                    style="plastic", cacheSeconds="90") == {
        "schemaVersion": 1, "label": "a\"b\\", "message": HEALTHY, "color": "blue", "labelColor": "red",
        "namedLogo": "github", "logoColor": "fff", "logoSize": "auto", "style": "plastic", "cacheSeconds": 90}
    assert endpoint(logo=LOGO) == {**least, "logoSvg": "<svg/>"}


ACCEPTED = [
    (None, "image/svg+xml"),
    ("", "image/svg+xml"),
    ("*/*", "image/svg+xml"),
    ("image/avif,image/webp,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "image/svg+xml"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "image/svg+xml"),
    ("application/json", "application/json"),
    ("application/*", "application/json"),
    ("APPLICATION/JSON", "application/json"),
    ("text/plain", "text/plain"),
    ("text/plain;q=0.5, application/json", "application/json"),
    ("application/json;q=0.1,text/plain;q=0.2", "text/plain"),
    ("image/svg+xml;q=0,*/*", "application/json"),
    ("application/pdf", "image/svg+xml"),
    ("nonsense", "image/svg+xml"),
]


def test_formats_by_what_is_accepted(shields):
    for accept, wanted in ACCEPTED:
        headers = {} if accept is None else {"Accept": accept}
        answer = shields.get(WEB, headers=headers)
        assert (answer.status, answer.type) == (200, wanted), accept
        assert answer.headers["vary"] == "Accept", accept
        named = shields.get(WEB + "?format=svg", headers=headers)
        assert named.type == "image/svg+xml" and "vary" not in named.headers, accept
        assert "vary" not in shields.get(WEB + "?raw", headers=headers).headers
    assert shields.get(ABSENT, headers={"Accept": "application/json"}).json()["isError"] is True
    assert shields.get(ABSENT).headers["vary"] == "Accept"
    # An error may be a shield or a line.
    for path in ("/nothing", "/services/-x/", "//"):
        assert shields.get(path).headers["vary"] == "Accept", path


# ---- caches ----

@pytest.mark.parametrize("path", [WEB, DB, WEB + "?format=json", WEB + "?raw", "/badge/a-b-red", "/services/", "/"])
def test_an_answer_that_is_known_already_is_not_sent_again(shields, path):
    answer = shields.get(path)
    tag = answer.headers["etag"]
    assert re.fullmatch(r'"[!#-~]+"', tag)
    assert shields.get(path).headers["etag"] == tag
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        for method in ("GET", "HEAD"):
            again = shields.get(path, headers={"If-None-Match": known}, method=method)
            assert (again.status, again.body) == (304, b""), known
            assert again.headers["etag"] == tag
            for name in ("cache-control", "vary"):
                assert again.headers.get(name) == answer.headers.get(name), name
            # It would have to be the length of what is not sent (RFC 9110, section 8.6).
            assert again.headers.get("content-length", str(len(answer.body))) == str(len(answer.body))
    for other in ('"other"', tag[:-2] + '"', tag.strip('"'), ""):
        assert shields.get(path, headers={"If-None-Match": other}).body == answer.body, other


def test_the_tag_is_that_of_the_content(shields):
    targets = [WEB, DB, asked(WEB, style="social"), asked(WEB, label="x"), asked(WEB, format="text"),
               asked(WEB, format="shields"), WEB + "?raw"]
    assert len({shields.get(target).headers["etag"] for target in targets}) == len(targets)
    assert "etag" not in shields.get(ABSENT).headers
    assert shields.get(ABSENT, headers={"If-None-Match": "*"}).status == 404


def test_head(shields):
    for target in (WEB, DB, ABSENT, asked(WEB, style="social"), asked(WEB, format="text"), "/badge/a-b-red",
                   WEB + "?label=a&label=b"):
        got, head = shields.get(target), shields.get(target, method="HEAD")
        assert (head.status, head.headers, head.body) == (got.status, got.headers, b""), target


def test_how_long_others_may_keep_it(services, responder):
    shields = responder(cache="20s")
    for target, seconds in [
        (WEB, 20), (WEB + "?raw", 20), (WEB + "?format=json", 20), (WEB + "?format=text", 20),
        (asked(WEB, color="red"), 20),
        (asked(WEB, cacheSeconds=60), 60), (asked(WEB, cacheSeconds=86400), 86400),
        (asked(WEB, cacheSeconds=5), 20), (asked(WEB, cacheSeconds=0), 20),
        (asked(WEB, cacheSeconds=60, format="shields"), 60),
        (DB, 1), (asked(DB, cacheSeconds=60), 1), (asked(DB, color="green"), 1), (DB + "?format=shields", 1),
        (ABSENT, 1), (asked(ABSENT, cacheSeconds=60), 1), (ABSENT + "?format=json", 1),
        (WEB + "?label=a&label=b", 1), ("/nothing", 1),
        ("/badge/a-b-red", 86400), (asked("/badge/a-b-red", cacheSeconds=60), 86400),
    ]:
        answer = shields.get(target)
        assert max_age(answer) == seconds, target
        assert "public" in answer.headers["cache-control"], target


def test_without_a_cache_nothing_is_kept(services, responder):
    shields = responder(cache="0s")
    for target in (WEB, DB, ABSENT, ABSENT + "?format=json", WEB + "?label=a&label=b"):
        assert max_age(shields.get(target)) == 0, target
    assert max_age(shields.get(asked(WEB, cacheSeconds=60))) == 60


def test_what_is_forbidden_is_not_kept(services, responder):
    shields = responder(other_shields=None)
    for target in (WEB, ABSENT, "/badge/a-b-red", WEB + "?format=json", asked(WEB, cacheSeconds=60), "/", "//",
                   "/services/", "/nothing"):
        answer = shields.get(target, headers={"If-None-Match": "*"})
        assert (answer.status, max_age(answer)) == (403, None), target
        assert "etag" not in answer.headers, target


# ---- settings ----

def test_image_errors_may_be_ok(services, responder):
    shields = responder(image_errors="ok")
    for target in (ABSENT, WEB + "?label=a&label=b", "/badge/a"):
        answer = shields.get(target)
        assert (answer.status, answer.type) == (200, "image/svg+xml"), target
        assert max_age(answer) <= 1, target
    assert shields.get(ABSENT).text == health("not found", "lightgrey")
    for target, status in [(ABSENT + "?raw", 404), (ABSENT + "?format=json", 404), (ABSENT + "?format=text", 404),
                           ("/nothing", 404), ("/services/-x/", 400)]:
        assert shields.get(target).status == status, target


@pytest.mark.parametrize("style", STYLES)
def test_the_settings_style_is_that_of_shields_that_ask_for_none(services, responder, style):
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
    table = (ROOT / "lib/palette.c").read_text(encoding="utf-8")
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
    # A name stays a name where somebody else paints it.
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
            assert "bad request" in answer.title
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
        "label": "a b", "message": "c", "color": "blue", "isError": False, "age": 0, "raw": None}
    raw = shields.get(path + "?raw")
    assert (raw.status, raw.json()) == (200, None)
    assert shields.get(path + "/").headers["location"] == path


# ---- redirect mode ----

def ancestors(text):
    """One part of a static shield's path as the ancestor spelt it."""
    return quote(text.replace("_", "__").replace("-", "--").replace(" ", "_")).replace("/", "%2f")


PARTS = [("health", "2/2 (0 restarts)"), ("", "x"), ("a-b", "c_d"), ("a--b", "c__d"), ("a _-b", " - _ "),
         ("v1.2~3", "100%"), ("a/b", "//"), ("café", "日本 😀"), ("<&>\"'", "?#[]@!$&'()*+,;=:"), ("a\\b", "{|}^`"),
         ("%2f", "%25")]


def test_redirect_mode_is_the_ancestors(services, responder):
    shields = responder(redirect="https://img.example/shields")
    answer = shields.get(WEB)
    assert (answer.status, answer.body) == (302, b"")
    assert answer.headers["location"] == (
        f"https://img.example/shields/badge/health-{ancestors(HEALTHY)}-green.svg")
    assert max_age(answer) == 5 and max_age(shields.get(DB)) <= 1
    assert shields.get(DB).headers["location"].endswith("-red.svg")
    for label, message in PARTS:
        wanted = f"https://img.example/shields/badge/{ancestors(label)}-{ancestors(message)}-blue.svg"
        static = "-".join(quote(part.replace("-", "--").replace("_", "__"), safe="") for part in (label, message))
        answer = shields.get(f"/badge/{static}-blue")
        assert (answer.status, answer.headers.get("location")) == (302, wanted), (label, message)
        answer = shields.get(asked(WEB, label=label))
        assert answer.headers["location"].split("/badge/")[1] == (
            f"{ancestors(label)}-{ancestors(HEALTHY)}-green.svg"), label
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
    # What is not well keeps its color.
    assert shields.get(DB).text == health(SICK, "red", label="our shop", **LINK)
    assert shields.get(asked(WEB, label="x", color="pink", link="http://y/")).text == health(
        label="x", color="pink", links=["http://y/"])
    assert shields.get(WEB + "?format=text").text == f"our shop: {HEALTHY}\n"
    assert shields.get(WEB + "?format=json").json()["label"] == "our shop"
    assert shields.get(WEB + "?format=shields").json() == {
        "schemaVersion": 1, "label": "our shop", "message": HEALTHY, "color": "blue"}
    # Sums are not of one service.
    for path in ("/a/web/health/", "/n/shop/health/", "/c/health/"):
        answer = shields.get(path)
        assert answer.title.startswith("health: ") and "shop.example" not in answer.text, path


def test_annotations_that_are_of_no_use(fake, responder):
    web = fake.deployment("web", namespace="shop", replicas=2, annotations={
        "kube-shields.io/label": "", "kube-shields.io/color": "no color\"/>",
        "kube-shields.io/link": "javascript:alert(1)"})
    shields = responder()
    assert shields.get(WEB).text == health()
    fake.wait_watched()
    web.annotate(OURS)
    eventually(lambda: shields.get(WEB).text == health(label="our shop", color="blue", **LINK))


# ---- named logos ----

@pytest.fixture(scope="module")
def logos(tmp_path_factory):
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed")
    for package in ("simple-icons", "svgpath", "svg-path-bbox"):
        if not MODULES or not (Path(MODULES) / "node_modules" / package).is_dir():
            pytest.skip(f"SIMPLE_ICONS_MODULES names no folder with node_modules/{package}")
    path = tmp_path_factory.mktemp("logos") / "logos.txt"
    subprocess.run([node, str(ROOT / "lib/logos.mjs"), MODULES, str(path)], check=True, timeout=DEADLINE)
    return path


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

def test_every_answer_has_its_security_headers(services, responder):
    public, private = responder(redirect="https://img.example"), responder(other_shields=None)
    known = {"If-None-Match": "*"}
    answers = [public.get(target) for target in (WEB, WEB + "?format=json", WEB + "?raw", ABSENT, "/_/web/health",
                                                 WEB + "?label=a&label=b", "/badge/a-b-red", "/nothing", "//", "/",
                                                 "/services/", "/ping", "/healthz", "/readyz", "/metrics")]
    answers += [public.get(WEB, method="POST"), public.get(WEB + "?format=text", headers=known), private.get(WEB)]
    assert {answer.status for answer in answers} == {200, 302, 304, 308, 400, 403, 404, 405}
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff", answer
        policy = {part.split()[0]: part.split()[1:] for part in answer.headers["content-security-policy"].split(";")}
        assert policy["default-src"] == ["'none'"] and "script-src" not in policy, answer
        assert policy["base-uri"] == policy["form-action"] == ["'none'"], answer
