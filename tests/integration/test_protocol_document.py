"""A second implementation of docs/protocol.md, "Authentication", written from the document alone. It must give the
document's test vectors, which the C tests share. Python's library has no Argon2; the C test checks that part."""

import hashlib
import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "protocol.md"
HEADER = ROOT / "tests/unit/support/auth_vectors.h"


def vectors():
    blocks = re.findall(r"^```vector\n(.*?)^```$", DOCUMENT.read_text(), flags=re.MULTILINE | re.DOTALL)
    rows = [dict(line.split(":", 1) for line in block.splitlines()) for block in blocks]
    return [{name: value.removeprefix(" ") for name, value in row.items()} for row in rows]


def vectors_of_the_c_tests():
    rows = re.findall(r"^    \{$(.*?)^    \},$", HEADER.read_text(), flags=re.MULTILINE | re.DOTALL)
    # With no escapes but \" and \\, a C string is a JSON string; adjacent strings are joined.
    return [{name: "".join(json.loads(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', value))
             for name, value in re.findall(r'\.(\w+) =\s*((?:"(?:[^"\\]|\\.)*"\s*)+),', row)} for row in rows]


def fields(*values):
    return b"".join(len(value).to_bytes(8, "big") + value for value in values)


def mac(key, *values):
    return hashlib.blake2b(fields(*values), key=key, digest_size=32).digest()


def body_hash(text):
    return hashlib.blake2b(text.encode(), digest_size=32).digest()


def key_id(key):
    return mac(key, b"kube-shields v2 key id")[:8].hex()


def request_mac(vector):
    return mac(bytes.fromhex(vector["stretched key"]), b"kube-shields v2 request", vector["method"].encode(),
               vector["host"].lower().encode(), vector["target"].encode(), body_hash(vector["body"]),
               vector["time"].encode(), bytes.fromhex(vector["nonce"]), vector["key id"].encode())


def answer_mac(vector):
    return mac(bytes.fromhex(vector["stretched key"]), b"kube-shields v2 answer", request_mac(vector),
               vector["status"].encode(), body_hash(vector["answer body"]))


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["target"])
def test_the_vectors_follow_from_the_stretched_key(vector):
    assert len(bytes.fromhex(vector["stretched key"])) == 32
    assert vector["key id"] == key_id(bytes.fromhex(vector["stretched key"]))
    assert vector["mac"] == request_mac(vector).hex()
    assert vector["header"] == f"v2 {vector['key id']} {vector['time']} {vector['nonce']} {vector['mac']}"
    assert vector["answer mac"] == answer_mac(vector).hex()
    assert vector["answer header"] == f"v2 {vector['answer mac']}"


def test_the_document_and_the_c_tests_have_the_same_vectors():
    documented = [{name.replace(" ", "_"): value for name, value in vector.items()} for vector in vectors()]
    assert len(documented) >= 3
    assert documented == vectors_of_the_c_tests()


def found(pattern, path):
    match = re.search(pattern, path.read_text(), flags=re.MULTILINE)
    assert match, f"{path.name}: {pattern}"
    return match[1]


def test_the_document_names_what_the_code_uses():
    key = ROOT / "lib/auth/key.c"
    assert found(r"^\| salt \| .*`([^`]{16})`", DOCUMENT) == found(r'salt\[\] = "([^"]+)"', key)
    assert found(r"^\| passes .* (\d+) \|$", DOCUMENT) == found(r"^#define PASSES +(\d+)$", key)
    mebibytes = int(found(r"^#define MEMORY +\(\(size_t\)(\d+) << 20\)$", key))
    assert int(found(r"^\| memory .* (\d+) KiB \|$", DOCUMENT)) == 1024 * mebibytes
    window = found(r"^#define KS_AUTH_WINDOW_MS +(\d+)", ROOT / "lib/auth/auth.h")
    assert found(r"by at most (\d+) ms", DOCUMENT) == window


def test_the_document_has_every_purpose_of_a_mac():
    used = {purpose for path in (ROOT / "lib/auth").glob("*.c")
            for purpose in re.findall(r'"(kube-shields v2 [^"]+)"', path.read_text())}
    # This purpose is only used inside the process.
    used.remove("kube-shields v2 secret")
    assert used == set(re.findall(r"`(kube-shields v2 [^`]+)`", DOCUMENT.read_text()))


# The chapter "Services": text, examples and code must have the same members.

def chapter(title):
    return re.search(rf"^## {title}$(.*?)(?=^## |\Z)", DOCUMENT.read_text(), flags=re.MULTILINE | re.DOTALL)[1]


def members_of(heading):
    """The members in the table below a line of text."""
    rows = re.search(rf"^{heading}\n\n((?:\|.*\n)+)", chapter("Services"), flags=re.MULTILINE)[1].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def head_members():
    rows = re.search(r"^\| member .*\n\|.*\n((?:\|.*\n)+)", chapter("Services"), flags=re.MULTILINE)[1].splitlines()
    return {re.search(r"`([^`]+)`", row)[1] for row in rows}


def examples():
    blocks = re.findall(r"^```json\n(.*?)^```$", chapter("Services"), flags=re.MULTILINE | re.DOTALL)
    return [json.loads(block) for block in blocks]


MEMBERS = {"": head_members(), "nodes": members_of("`nodes`:"), "services": members_of("A service:"),
           "gone": {"namespace", "kind", "name"}, "custom": members_of("A custom check:"),
           "custom_gone": {"service", "check"}}


def members_of_format_2(document):
    """Those that the tables mark with 2, and outcomes that format 1 does not have."""
    marked = set(re.findall(r"`(\w+)` \(2\)", chapter("Services"))) | {"doubts_more"}
    elements = [document["nodes"], *document.get("services", [])]
    outcomes = {one["outcome"] for one in document.get("services", []) if "outcome" in one} - OLD_OUTCOMES
    return (marked & {name for element in elements for name in element}) | outcomes


def test_the_examples_have_every_member_that_the_text_lists_and_no_other():
    used = {place: set() for place in MEMBERS}
    for document in examples():
        used[""] |= set(document)
        used["nodes"] |= set(document["nodes"])
        assert document.get("format") or not members_of_format_2(document)
        for place in ("services", "gone", "custom", "custom_gone"):
            used[place] |= {name for element in document.get(place, []) for name in element}
    assert used == MEMBERS


def test_the_examples_are_a_full_answer_a_delta_and_an_empty_one():
    full, delta, empty, _ = examples()
    assert full["full"] and not {"gone", "custom_gone"} & set(full)
    assert "full" not in delta and full["version"] < delta["version"] == empty["version"]
    assert not {"services", "gone", "custom", "custom_gone"} & set(empty)
    assert {full["instance"]} == {delta["instance"], empty["instance"]}
    for version in (full["version"], delta["version"]):
        assert f"since={full['instance']}.{version}&" in chapter("Services")


OLD_OUTCOMES = {"running", "succeeded", "failed", "scaled-to-zero", "suspended", "scheduled", "terminating"}


def test_the_last_example_is_the_delta_in_format_1():
    _, delta, _, old = examples()
    assert members_of_format_2(delta) and not members_of_format_2(old)
    assert (delta.pop("format"), "format" in old) == (2, False)
    (new_service,), (old_service,) = delta.pop("services"), old.pop("services")
    assert delta == old
    assert new_service.pop("outcome") == "rolling-out"
    new_service.update(pods=4, yellow_until=253402300799, reasons={"Pending": 1})
    assert old_service == new_service


def old_outcomes_of_the_text():
    rows = re.search(r"^\| outcome \| as outcome .*\n\|.*\n((?:\|.*\n)+)", chapter("Services"), flags=re.MULTILINE)[1]
    return dict(re.findall(r"^\| `([a-z-]+)` \| `([a-z-]+)` ", rows, flags=re.MULTILINE))


def test_the_text_and_the_code_have_the_same_outcomes_for_format_1():
    words = dict(re.findall(r'\[(KS_OUTCOME_\w+)\] = "([a-z-]+)"', (ROOT / "lib/health/outcome.c").read_text()))
    rows = re.findall(r"\[(KS_OUTCOME_\w+)\] =\s+\{(?:\.outcome = )?(KS_OUTCOME_\w+)",
                      (ROOT / "lib/document/downgrade.c").read_text())
    code = {words[new]: words[old] for new, old in rows}
    assert set(code) == set(words.values()) and set(code.values()) == OLD_OUTCOMES
    assert {new: old for new, old in code.items() if new not in OLD_OUTCOMES} == old_outcomes_of_the_text()


def test_the_text_has_the_words_and_members_that_the_code_knows():
    words = "".join(path.read_text() for path in [*sorted((ROOT / "lib/document").glob("*.c")),
                                                  ROOT / "lib/health/outcome.c"])
    documented = set().union(*MEMBERS.values())
    read = set(re.findall(r'ks_peer_(?:number|flag|line|ruled|word|member)\(\w+, "(\w+)"', words))
    read |= set(re.findall(r'^    \{"(\w+)", (?:"(?:\w+)", )?offsetof', words, flags=re.MULTILINE))
    read |= set(re.findall(r'"(\w+_more)", offsetof', words))
    assert read and read <= documented
    enums = re.findall(r'\[KS_\w+\] = "([a-z-]+)"', words)
    assert len(enums) == 26
    assert not [word for word in enums if f"`{word}`" not in chapter("Services")]


@pytest.mark.parametrize("name, pattern", [
    ("KS_DOCUMENT_SERVICES_MOST", r"at most (\d+) elements"),
    ("KS_DOCUMENT_VALUES_MOST", r"has at most (\d+) of"),
    ("KS_DOCUMENT_TIME_MOST", r"from 0 to (253\d+), where"),
    ("KS_DOCUMENT_AGE_MOST", r"milliseconds from 0 to (\d+) "),
    ("KS_DOCUMENT_VERSION_MOST", r"`version` \| whole number from 0 to (\d+)"),
    ("KS_DOCUMENT_RAW_DEPTH", r"nested at most (\d+) deep"),
])
def test_the_text_has_the_limits_of_the_code(name, pattern):
    headers = "".join(path.read_text() for path in sorted((ROOT / "lib/document").glob("*.h")))
    limit = re.search(rf"^#define {name}\s+(?:INT64_C\()?(\d+)", headers, flags=re.MULTILINE)
    assert re.search(pattern, chapter("Services"))[1] == limit[1]
