#include "config.h"

#include "support/testing.h"

#include "peers/address.h"

#define LABEL_63 "a23456789b123456789c123456789d123456789e123456789f123456789g123"
#define ACCEPTED "must be [NAME=]HOST, HOST:PORT or http[s]://HOST[:PORT][/PREFIX]"
#define A_HOST   "its host must be a DNS name, an IPv4 address, or an IPv6 address in brackets"

static void each_word_is_a_peer(void **state)
{
    static const struct {
        const char *word, *name, *url, *host, *prefix;
    } rows[] = {
        {"eu.example.org", "eu.example.org", "https://eu.example.org", "eu.example.org", ""},
        {"eu.example.org:8443", "eu.example.org:8443", "https://eu.example.org:8443", "eu.example.org:8443", ""},
        {"https://eu/", "eu", "https://eu", "eu", ""},
        {"https://eu/shields", "eu", "https://eu/shields", "eu", "/shields"},
        {"https://eu:1/a/b%20c/", "eu:1", "https://eu:1/a/b%20c", "eu:1", "/a/b%20c"},
        {"http://eu", "eu", "http://eu", "eu", ""},
        {"HTTP://EU:8080/P", "eu:8080", "http://eu:8080/P", "eu:8080", "/P"},
        {"Europe=eu:8443", "Europe", "https://eu:8443", "eu:8443", ""},
        {"eu-1_a.b:[x]=http://eu", "eu-1_a.b:[x]", "http://eu", "eu", ""},
        {"https://eu/a=b", "eu", "https://eu/a=b", "eu", "/a=b"},
        {"eu=https://eu/a=b@c:d", "eu", "https://eu/a=b@c:d", "eu", "/a=b@c:d"},
        /* The port that is implied anyway. */
        {"eu:443", "eu", "https://eu", "eu", ""},
        {"http://eu:80/", "eu", "http://eu", "eu", ""},
        {"http://eu:443", "eu:443", "http://eu:443", "eu:443", ""},
        {"https://eu:80", "eu:80", "https://eu:80", "eu:80", ""},
        {"eu:00443", "eu", "https://eu", "eu", ""},
        {"eu:65535", "eu:65535", "https://eu:65535", "eu:65535", ""},
        {"192.0.2.7:1", "192.0.2.7:1", "https://192.0.2.7:1", "192.0.2.7:1", ""},
        {"[2001:DB8:0::7]", "[2001:db8::7]", "https://[2001:db8::7]", "[2001:db8::7]", ""},
        {"http://[::1]:8080/p", "[::1]:8080", "http://[::1]:8080/p", "[::1]:8080", "/p"},
        {"six=[::1]:443", "six", "https://[::1]", "[::1]", ""},
        {"a_b." LABEL_63, "a_b." LABEL_63, "https://a_b." LABEL_63, "a_b." LABEL_63, ""},
        {"none.example.org", "none.example.org", "https://none.example.org", "none.example.org", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const words[] = {rows[i].word, NULL};
        struct ks_peer_addresses addresses;
        struct ks_error err = {.text = ""};
        int outcome = ks_peer_addresses_parse(&addresses, words, "ours", &err);

        assert_row_text(rows[i].word, err.text, "");
        assert_row_number(rows[i].word, outcome, 0);
        assert_row_number(rows[i].word, (int64_t)addresses.count, 1);
        assert_row_text(rows[i].word, addresses.peers[0].name, rows[i].name);
        assert_row_text(rows[i].word, addresses.peers[0].url, rows[i].url);
        assert_row_text(rows[i].word, addresses.peers[0].host, rows[i].host);
        assert_row_text(rows[i].word, addresses.peers[0].prefix, rows[i].prefix);
        ks_peer_addresses_fini(&addresses);
    }
}

/* Splits at spaces and parses; the words need not outlive the call. */
static int parse(struct ks_peer_addresses *addresses, const char *text, const char *own, struct ks_error *err)
{
    const char *words[16] = {NULL};
    char copy[2048];
    char *at = copy;

    assert_true(strlen(text) < sizeof copy);
    memcpy(copy, text, strlen(text) + 1);
    for (size_t i = 0; at; i++) {
        assert_true(i + 1 < COUNT(words));
        words[i] = strsep(&at, " ");
    }
    return ks_peer_addresses_parse(addresses, words, own, err);
}

static void an_error_names_the_invalid_part(void **state)
{
    static const struct {
        const char *text, *word, *reason;
    } rows[] = {
        {"", "", "no host: " ACCEPTED},
        {"eu  us", "", "no host: " ACCEPTED},
        {"=eu", "=eu", "an empty name: " ACCEPTED},
        {"eu=", "eu=", "no host: " ACCEPTED},
        {"e\"u=us", "e\"u=us", "its name must be letters, digits, '-', '_', '.', ':' and brackets"},
        {"caf\xc3\xa9=us", "caf\xc3\xa9=us", "its name must be letters, digits, '-', '_', '.', ':' and brackets"},
        {"https://", "https://", "no host: " ACCEPTED},
        {"https:///prefix", "https:///prefix", "no host: " ACCEPTED},
        {"https://:8443", "https://:8443", A_HOST},
        {"ftp://eu", "ftp://eu", "its scheme must be https or http"},
        {"httpss://eu", "httpss://eu", "its scheme must be https or http"},
        {"://eu", "://eu", "its scheme must be https or http"},
        {"eu=unix:///socket", "eu=unix:///socket", "its scheme must be https or http"},
        {"https:eu", "https:eu", "its port must be a whole number from 1 to 65535"},
        {"eu:", "eu:", "its port must be a whole number from 1 to 65535"},
        {"eu:0", "eu:0", "its port must be a whole number from 1 to 65535"},
        {"eu:65536", "eu:65536", "its port must be a whole number from 1 to 65535"},
        {"eu:000443", "eu:000443", "its port must be a whole number from 1 to 65535"},
        {"eu:4294967739", "eu:4294967739", "its port must be a whole number from 1 to 65535"},
        {"eu:+1", "eu:+1", "its port must be a whole number from 1 to 65535"},
        {"eu:1x", "eu:1x", "its port must be a whole number from 1 to 65535"},
        {"eu/shields", "eu/shields", "a path, but no scheme: " ACCEPTED},
        {"https://me@eu", "...@eu", "a user: " ACCEPTED},
        {"https://me:word@eu:1", "...@eu:1", "a user: " ACCEPTED},
        {"https://eu?full", "https://eu?full", "a query or a fragment: " ACCEPTED},
        {"https://eu/p?full", "https://eu/p?full", "a query or a fragment: " ACCEPTED},
        {"https://eu/p#top", "https://eu/p#top", "a query or a fragment: " ACCEPTED},
        {"https://eu//", "https://eu//", "path: must not have empty segments, \".\" or \"..\""},
        {"https://eu/a/../b", "https://eu/a/../b", "path: must not have empty segments, \".\" or \"..\""},
        {"https://eu/%2E%2e", "https://eu/%2E%2e", "path: must not have empty segments, \".\" or \"..\""},
        {"https://eu/caf\xc3\xa9", "https://eu/caf\xc3\xa9", "request target: byte C3 must be percent-escaped"},
        {"::1", "::1", A_HOST},
        {"https://2001:db8::7/", "https://2001:db8::7/", A_HOST},
        {"[::1", "[::1", A_HOST},
        {"[eu]", "[eu]", A_HOST},
        {"[127.0.0.1]", "[127.0.0.1]", A_HOST},
        {"[fe80::1%25eth0]", "[fe80::1%25eth0]", A_HOST},
        {"[::1]8443", "[::1]8443", A_HOST},
        {"[::1]:", "[::1]:", "its port must be a whole number from 1 to 65535"},
        {"eu.", "eu.", A_HOST},
        {".eu", ".eu", A_HOST},
        {"e..u", "e..u", A_HOST},
        {"e%75", "e%75", A_HOST},
        {"e\r\nX:u", "e  X:u", A_HOST},
        {"caf\xc3\xa9", "caf\xc3\xa9", A_HOST},
        {LABEL_63 "4", LABEL_63 "4", A_HOST},
        {"x" LABEL_63 ".eu", "x" LABEL_63 ".eu", A_HOST},
        {"eu None", "None", "no peers, but there are other words: must be alone"},
        {"None None", "None", "no peers, but there are other words: must be alone"},
        {"none", "none", "must be None, for no peers"},
        {"eu us=EU:443", "us=EU:443", "https://eu is given twice: must be given once"},
        {"[::1] six=[0:0::1]", "six=[0:0::1]", "https://[::1] is given twice: must be given once"},
        {"http://eu eu", "eu", "the name eu is taken by http://eu: put another NAME= before it"},
        {"a=eu a=us", "a=us", "the name a is taken by https://eu: put another NAME= before it"},
        {"eu ours=us", "ours=us", "ours is this cluster's own name: leave it out, or put another NAME= before it"},
        {"OURS", "OURS", "ours is this cluster's own name: leave it out, or put another NAME= before it"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_peer_addresses addresses;
        struct ks_error err = {.kind = KS_ERROR_NONE};
        char wanted[KS_ERROR_TEXT_SIZE];

        snprintf(wanted, sizeof wanted, "\"%s\": %s", rows[i].word, rows[i].reason);
        assert_row_number(rows[i].text, parse(&addresses, rows[i].text, "ours", &err), -1);
        assert_row_number(rows[i].text, err.kind, KS_ERROR_INVALID);
        assert_row_text(rows[i].text, err.text, wanted);
        ks_peer_addresses_fini(&addresses);
    }
}

static void peers_keep_the_order_of_their_words(void **state)
{
    struct ks_peer_addresses addresses;
    struct ks_error err;

    (void)state;
    assert_int_equal(parse(&addresses, "us eu third=https://eu/prefix eu:444", "", &err), 0);
    assert_int_equal(addresses.count, 4);
    assert_string_equal(addresses.peers[0].name, "us");
    assert_string_equal(addresses.peers[1].name, "eu");
    assert_string_equal(addresses.peers[2].name, "third");
    assert_string_equal(addresses.peers[3].name, "eu:444");
    ks_peer_addresses_fini(&addresses);
    assert_null(addresses.peers);
}

static void none_and_an_empty_list_mean_no_peers(void **state)
{
    const char *const nothing[] = {NULL};
    struct ks_peer_addresses addresses;
    struct ks_error err;

    (void)state;
    assert_int_equal(parse(&addresses, "None", "ours", &err), 0);
    assert_int_equal(addresses.count, 0);
    ks_peer_addresses_fini(&addresses);
    assert_int_equal(ks_peer_addresses_parse(&addresses, nothing, "ours", &err), 0);
    assert_int_equal(addresses.count, 0);
    ks_peer_addresses_fini(&addresses);
    assert_int_equal(ks_peer_addresses_parse(&addresses, NULL, "ours", &err), 0);
    ks_peer_addresses_fini(&addresses);
}

static int parse_word(const char *word, struct ks_error *err)
{
    const char *const words[] = {word, NULL};
    struct ks_peer_addresses addresses;
    int outcome = ks_peer_addresses_parse(&addresses, words, NULL, err);

    ks_peer_addresses_fini(&addresses);
    return outcome;
}

static void one_address_can_be_parsed_alone(void **state)
{
    static const struct {
        const char *word, *reason;
    } rows[] = {
        {"None", "\"None\": must be https:// or http:// and a host"},
        {"none", "\"none\": must be https:// or http:// and a host"},
        {"", "\"\": no host: " ACCEPTED},
        {"ftp://eu", "\"ftp://eu\": its scheme must be https or http"},
        {"https://user:secret@eu", "\"...@eu\": a user: " ACCEPTED},
    };
    struct ks_peer_address address = {.name = "before"};
    struct ks_error err = {.text = ""};

    (void)state;
    assert_int_equal(ks_peer_address_parse_one(&address, "https://EU:443/shields/", &err), 0);
    assert_string_equal(address.name, "eu");
    assert_string_equal(address.url, "https://eu/shields");
    assert_string_equal(address.prefix, "/shields");
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_number(rows[i].word, ks_peer_address_parse_one(&address, rows[i].word, &err), -1);
        assert_row_text(rows[i].word, err.text, rows[i].reason);
    }
}

/* The head, then so many letters. */
static const char *with_letters(const char *head, size_t count)
{
    static char word[8192];

    assert_true(strlen(head) + count < sizeof word);
    memcpy(word, head, strlen(head));
    memset(word + strlen(head), 'x', count);
    word[strlen(head) + count] = '\0';
    return word;
}

static void lengths_are_bounded(void **state)
{
    char word[512];
    struct ks_error err = {.text = ""};

    (void)state;
    snprintf(word, sizeof word, "%s=eu", with_letters("", 127));
    assert_int_equal(parse_word(word, &err), 0);
    snprintf(word, sizeof word, "%s=eu", with_letters("", 128));
    assert_int_equal(parse_word(word, &err), -1);
    assert_non_null(strstr(err.text, ": a name of 128 bytes: must be at most 127"));
    assert_int_equal(parse_word(LABEL_63 "." LABEL_63, &err), 0);
    assert_int_equal(parse_word("x." LABEL_63 "." LABEL_63, &err), -1);
    assert_non_null(strstr(err.text, ": its host is too long for a name, more than 127 bytes: put NAME= before it"));
    assert_int_equal(parse_word("n=x." LABEL_63 "." LABEL_63, &err), 0);
    assert_int_equal(parse_word("n=" LABEL_63 "." LABEL_63 "." LABEL_63 ".a" LABEL_63 "", &err), -1);
    assert_int_equal(parse_word("n=" LABEL_63 "." LABEL_63 "." LABEL_63 ".abcdefghij.abcdefghij.abcdefghij.abcdefghij."
                                "abcdefghij.abcdef",
                                &err),
                     0);
    assert_int_equal(parse_word("n=" LABEL_63 "." LABEL_63 "." LABEL_63 ".abcdefghij.abcdefghij.abcdefghij.abcdefghij."
                                "abcdefghij.abcdefg",
                                &err),
                     -1);
    assert_int_equal(parse_word(with_letters("https://eu/", 500), &err), 0);
    assert_int_equal(parse_word(with_letters("https://eu/", 501), &err), -1);
    assert_non_null(strstr(err.text, ": a URL of 512 bytes: must be at most 511"));
    assert_int_equal(parse_word(with_letters("https://eu/", 511), &err), -1);
    assert_non_null(strstr(err.text, ": a prefix of 512 bytes: must be at most 511"));
    assert_int_equal(parse_word(with_letters("https://eu/", 5000), &err), -1);
    assert_int_equal(parse_word(with_letters("", 5000), &err), -1);
    assert_true(strlen(err.text) < 300);
}

static void peers_have_a_ceiling(void **state)
{
    static char texts[KS_PEERS_MOST + 1][16];
    const char *words[KS_PEERS_MOST + 2] = {NULL};
    struct ks_peer_addresses addresses;
    struct ks_error err;

    (void)state;
    for (size_t i = 0; i <= KS_PEERS_MOST; i++) {
        snprintf(texts[i], sizeof texts[i], "p%zu", i);
        words[i] = texts[i];
    }
    assert_int_equal(ks_peer_addresses_parse(&addresses, words, NULL, &err), -1);
    assert_string_equal(err.text, "1001 words: must be at most 1000");
    ks_peer_addresses_fini(&addresses);
    words[KS_PEERS_MOST] = NULL;
    assert_int_equal(ks_peer_addresses_parse(&addresses, words, NULL, &err), 0);
    assert_int_equal(addresses.count, KS_PEERS_MOST);
    ks_peer_addresses_fini(&addresses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_is_a_peer),
        cmocka_unit_test(an_error_names_the_invalid_part),
        cmocka_unit_test(peers_keep_the_order_of_their_words),
        cmocka_unit_test(none_and_an_empty_list_mean_no_peers),
        cmocka_unit_test(one_address_can_be_parsed_alone),
        cmocka_unit_test(lengths_are_bounded),
        cmocka_unit_test(peers_have_a_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
