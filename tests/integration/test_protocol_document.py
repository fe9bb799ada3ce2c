"""A second implementation of docs/protocol.md, "Authentication", written from the document alone: it gives the
document's test vectors, which are those of the C tests. Argon2 is not in Python's library: the C test checks it."""

import hashlib
import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "protocol.md"
HEADER = ROOT / "tests" / "unit" / "auth_vectors.h"


def vectors():
    blocks = re.findall(r"^```vector\n(.*?)^```$", DOCUMENT.read_text(), flags=re.MULTILINE | re.DOTALL)
    rows = [dict(line.split(":", 1) for line in block.splitlines()) for block in blocks]
    return [{name: value.removeprefix(" ") for name, value in row.items()} for row in rows]


def vectors_of_the_c_tests():
    rows = re.findall(r"^    \{$(.*?)^    \},$", HEADER.read_text(), flags=re.MULTILINE | re.DOTALL)
    # Without escapes other than \" and \\ a string of C is one of JSON; adjacent ones are one.
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
    key = ROOT / "lib" / "auth_key.c"
    assert found(r"^\| salt \| .*`([^`]{16})`", DOCUMENT) == found(r'salt\[\] = "([^"]+)"', key)
    assert found(r"^\| passes .* (\d+) \|$", DOCUMENT) == found(r"^#define PASSES +(\d+)$", key)
    mebibytes = int(found(r"^#define MEMORY +\(\(size_t\)(\d+) << 20\)$", key))
    assert int(found(r"^\| memory .* (\d+) KiB \|$", DOCUMENT)) == 1024 * mebibytes
    window = found(r"^#define KS_AUTH_WINDOW_MS +(\d+)", ROOT / "lib" / "auth.h")
    assert found(r"by at most (\d+) ms", DOCUMENT) == window


def test_the_document_has_every_purpose_of_a_mac():
    used = {purpose for path in (ROOT / "lib").glob("auth*.c")
            for purpose in re.findall(r'"(kube-shields v2 [^"]+)"', path.read_text())}
    # This one never leaves the process.
    used.remove("kube-shields v2 secret")
    assert used == set(re.findall(r"`(kube-shields v2 [^`]+)`", DOCUMENT.read_text()))
