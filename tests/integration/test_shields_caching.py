"""How long others may keep a shield, and answers that need not be sent again."""

import re

import pytest

from shields_world import driver, services, shields  # noqa: F401 (fixtures)
from shields_world import ABSENT, DB, WEB, asked, health, max_age

@pytest.mark.parametrize("path", [WEB, DB, WEB + "?format=json", WEB + "?raw", "/badge/a-b-red", "/services/", "/"])
def test_a_known_answer_is_not_sent_again(shields, path):
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
            # A 304 may have the length that the 200 would have, and no other (RFC 9110, section 8.6).
            assert again.headers.get("content-length", str(len(answer.body))) == str(len(answer.body))
    for other in ('"other"', tag[:-2] + '"', tag.strip('"'), ""):
        assert shields.get(path, headers={"If-None-Match": other}).body == answer.body, other


def test_the_etag_depends_on_the_content(shields):
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


def test_cache_lifetimes(services, responder):
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


def test_a_refusal_is_not_kept(services, responder, secret):
    shields = responder(other_shields=None, INTRA_SECRET=secret)
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
