"""The look and the format of a shield, by query and Accept header. test_badge_maker.py tests the drawing itself."""

import html
import re

from shields_world import driver, services, shields  # noqa: F401 (fixtures)
from shields_world import ABSENT, DB, HEALTHY, LOGO, SICK, STYLES, WEB, asked, drawn, health


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


def test_a_badge_with_two_links(shields):
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
    ("label=" + "x" * 257, "label: must be at most 256 bytes"),
    ("label=" + "x" * 10_000, "request target: must be at most 4095 bytes"),
    ("style=" + "x" * 33, "style: must be at most"),
    ("color=" + "x" * 65, "color: must be at most"),
    ("labelColor=" + "x" * 65, "labelColor: must be at most"),
    ("logo=" + "x" * 3073, "logo: must be at most"),
    ("logoColor=" + "x" * 65, "logoColor: must be at most"),
    ("logoSize=" + "x" * 17, "logoSize: must be at most"),
    ("link=https://" + "x" * 1024, "link: must be at most"),
    ("cacheSeconds=" + "1" * 11, "cacheSeconds: must be at most"),
    ("cacheSeconds=86401", "cacheSeconds \"86401\""),
    ("cacheSeconds=-1", "cacheSeconds \"-1\""),
    ("cacheSeconds=soon", "cacheSeconds \"soon\""),
    ("cacheSeconds=", "cacheSeconds"),
    # No reason is compared: ?raw overrides the format, and without it the answer is not one line.
    ("format=png", None),
    ("format=SVG", None),
    ("format=", None),
    ("label=a%00b", "two hexadecimal digits other than 00"),
    ("%00=a", "two hexadecimal digits other than 00"),
    ("label=%", "two hexadecimal digits"),
    ("label=%f", "two hexadecimal digits"),
    ("label=%zz", "two hexadecimal digits"),
]


def test_a_refusal_is_a_shield_and_says_why_in_one_line(shields):
    for query, reason in REFUSED:
        image = shields.get(f"{WEB}?{query}", headers={"Accept": "image/*"})
        assert (image.status, image.type) == (400, "image/svg+xml"), (query[:40], image)
        assert 'fill="#' in image.text and image.title.startswith("kube-shields: "), query[:40]
        assert not reason or reason.partition(":")[0] in html.unescape(image.title), (query[:40], image.title)
        if not reason:
            continue
        # A target that cannot be parsed has no ?raw.
        whole = len(query) < 4000 and not re.search("%(00|zz|f?$)", query)
        answer = shields.get(f"{WEB}?{query}{'&raw' if whole else ''}")
        said = answer.json()["error"] if whole else answer.text.removesuffix("\n")
        assert answer.status == 400 and reason in said and "\n" not in said and len(said) < 300, (query[:40], answer)


def test_parameters_do_not_change_the_color_of_errors(services, responder):
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
        "label": "health", "message": "not found", "color": "lightgrey", "isError": True, "age": 0, "raw": None,
        "error": "not found: no such service"}
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


def test_formats_by_accept_header(shields):
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
    # An error may be a shield or a line of text.
    for path in ("/nothing", "/services/-x/", "//"):
        assert shields.get(path).headers["vary"] == "Accept", path


def test_every_answer_has_its_security_headers(services, responder, secret):
    public = responder(redirect="https://img.example")
    private = responder(other_shields=None, INTRA_SECRET=secret)
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
