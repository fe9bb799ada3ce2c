/* The test vectors of docs/protocol.md, "Authentication"; tests/integration/test_protocol_document.py compares the two.
 * The stretched keys come from argon2(1) of the reference implementation, the MACs from Python's hashlib. */
#ifndef KS_TEST_AUTH_VECTORS_H
#define KS_TEST_AUTH_VECTORS_H

struct auth_vector {
    const char *secret, *stretched_key, *key_id;
    const char *method, *host, *target, *body, *time, *nonce, *mac, *header;
    const char *status, *answer_body, *answer_mac, *answer_header;
};

static const struct auth_vector auth_vectors[] = {
    {
        .secret = "correct horse battery staple",
        .stretched_key = "8e8bee69384f88db838fc60b5f1ce53860114fee2a040df8657d8ccd77547241",
        .key_id = "035fdea51f2cc89e",
        .method = "GET",
        .host = "shields.example.org",
        .target = "/services/?full&since=0&wait=25",
        .body = "",
        .time = "1767225600000",
        .nonce = "000102030405060708090a0b0c0d0e0f",
        .mac = "a50f69306b2760a74607f6b8b9c8779f5589a364b494fa6ed4a42c5027ae1305",
        .header = "v2 035fdea51f2cc89e 1767225600000 000102030405060708090a0b0c0d0e0f "
                  "a50f69306b2760a74607f6b8b9c8779f5589a364b494fa6ed4a42c5027ae1305",
        .status = "200",
        .answer_body = "{\"version\":17,\"services\":[]}",
        .answer_mac = "04ccd4a61a57df84784a95525f1d61a4e0f818cb375c2c15201eb5ac70118c02",
        .answer_header = "v2 04ccd4a61a57df84784a95525f1d61a4e0f818cb375c2c15201eb5ac70118c02",
    },
    {
        .secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        .stretched_key = "9184183d40dd7e5dad1d776acd4e91d6dc0be4a88d635f1a144144affc23dc20",
        .key_id = "e8ff62a7e146231b",
        .method = "GET",
        .host = "Shields.Example.ORG:8443",
        .target = "/prefix/_/web%20front/health/?raw",
        .body = "",
        .time = "1767225600001",
        .nonce = "ffeeddccbbaa99887766554433221100",
        .mac = "dcd076a5f5f256a80e8e6bff74ba674d97f1fb1846ec82e6fd63b8f80fbc6be1",
        .header = "v2 e8ff62a7e146231b 1767225600001 ffeeddccbbaa99887766554433221100 "
                  "dcd076a5f5f256a80e8e6bff74ba674d97f1fb1846ec82e6fd63b8f80fbc6be1",
        .status = "404",
        .answer_body = "",
        .answer_mac = "145470d90468964c5c86dfa6ee2847c95d4a037f419ec4d4d5ded1d85b17594f",
        .answer_header = "v2 145470d90468964c5c86dfa6ee2847c95d4a037f419ec4d4d5ded1d85b17594f",
    },
    {
        .secret = "schöne Grüße aus München",
        .stretched_key = "2c2f38e754bf6eb45bb6f596c3f7c42c1afb55d788cc5a2a58e6b1f55cbe8c6d",
        .key_id = "7629f2ed2831817c",
        .method = "POST",
        .host = "[2001:DB8::1]:8080",
        .target = "/",
        .body = "{\"hello\":\"wörld\"}",
        .time = "1",
        .nonce = "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
        .mac = "7309ffdfed786316ae95a079872808d95b64fab5df7c38a0cc688886beedf504",
        .header = "v2 7629f2ed2831817c 1 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 "
                  "7309ffdfed786316ae95a079872808d95b64fab5df7c38a0cc688886beedf504",
        .status = "503",
        .answer_body = "\"busy\" \\ try later",
        .answer_mac = "4e6e6ded9b72f62adc64c578e56a0bbccba0b8c8cd5149d6a0032f597aef43ab",
        .answer_header = "v2 4e6e6ded9b72f62adc64c578e56a0bbccba0b8c8cd5149d6a0032f597aef43ab",
    },
};

#endif
