/* A line each of host, target, body and header. Whatever they are, our signatures are accepted and altered ones are
 * not; an accepted header is one that we could have written; and a nonce counts once. */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/nonces.h"
#include "auth/private.h"

#define LINES 4
#define NOW   INT64_C(1767225600000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ks_auth_keys keys;
static struct ks_auth_nonces *nonces;

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void start(void)
{
    static const struct ks_auth_nonces_options options = {.capacity = 100};

    require(ks_auth_init(NULL) == 0 && ks_auth_nonces_new(&nonces, &options, NULL) == 0);
    require(ks_auth_key_make(&keys.keys[0], "0123456789abcdef", 16, NULL) == 0);
    keys.count = 1;
}

/* Cuts the text at newlines; what is left over is the last line's. */
static void split(char *text, char *lines[static LINES])
{
    for (size_t i = 0; i < LINES; i++) {
        char *newline = i + 1 < LINES ? strchr(text, '\n') : NULL;

        lines[i] = text;
        text = newline ? newline + 1 : text + strlen(text);
        if (newline) {
            *newline = '\0';
        }
    }
}

static void check_header(const struct ks_auth_request *request, const char *header)
{
    char text[KS_AUTH_TEXT_SIZE];
    char again[KS_AUTH_HEADER_SIZE];
    struct ks_auth_fields fields;
    struct ks_auth_claim claim;
    enum ks_auth_verdict verdict = ks_auth_verify(&claim, &keys, request, header, NOW);

    /* A fuzzer cannot guess a MAC. */
    require(verdict == KS_AUTH_MALFORMED || verdict == KS_AUTH_UNKNOWN_KEY || verdict == KS_AUTH_MAC);
    require(!claim.key);
    ks_auth_explain(verdict, &claim, NOW, text);
    require(text[0] && !strchr(text, '\n'));
    require(ks_auth_header_parse(header, &fields) == (verdict != KS_AUTH_MALFORMED));
    if (verdict != KS_AUTH_MALFORMED) {
        ks_auth_header_format(&fields, again);
        require(strcmp(again, header) == 0);
    }
}

static struct ks_auth_signature check_signature(const struct ks_auth_request *request, struct ks_auth_stamp *stamp)
{
    struct ks_auth_signature signature;
    struct ks_auth_request altered = *request;
    struct ks_auth_claim claim;
    enum ks_auth_verdict verdict;

    require(ks_auth_sign(&signature, keys.keys[0], request, stamp, NULL) == 0);
    require(strlen(signature.header) < KS_AUTH_HEADER_SIZE);
    require(ks_auth_verify(&claim, &keys, request, signature.header, NOW) == KS_AUTH_OK && claim.key == keys.keys[0]);
    verdict = ks_auth_nonces_take(nonces, &claim, NOW);
    require(verdict == KS_AUTH_OK || verdict == KS_AUTH_REPLAYED || verdict == KS_AUTH_BUSY);
    require(ks_auth_nonces_take(nonces, &claim, NOW) != KS_AUTH_OK);
    altered.method = "GETT";
    require(ks_auth_verify(&claim, &keys, &altered, signature.header, NOW) == KS_AUTH_MAC);
    if (strcmp(request->host, request->target) != 0) {
        altered = *request;
        altered.target = request->host;
        require(ks_auth_verify(&claim, &keys, &altered, signature.header, NOW) == KS_AUTH_MAC);
    }
    return signature;
}

static void check_answer(const unsigned char mac[static KS_AUTH_MAC_BYTES], const char *body, const char *header)
{
    struct ks_auth_answer *answers[4];
    char signature[KS_AUTH_HEADER_SIZE];
    size_t length = strlen(body);

    for (size_t i = 0; i < 4; i++) {
        require(ks_auth_answer_new(&answers[i], keys.keys[0], mac, i == 2 ? 404 : 200, NULL) == 0);
        ks_auth_answer_add(answers[i], body, length / (i + 1));
        ks_auth_answer_add(answers[i], body + length / (i + 1), length - length / (i + 1));
    }
    ks_auth_answer_sign(answers[0], signature);
    require(ks_auth_answer_verify(answers[1], signature) == KS_AUTH_OK);
    require(ks_auth_answer_verify(answers[2], signature) == KS_AUTH_MAC);
    require(ks_auth_answer_verify(answers[3], header) != KS_AUTH_OK);
    for (size_t i = 0; i < 4; i++) {
        ks_auth_answer_free(answers[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    char *lines[LINES];
    struct ks_auth_request request = {.method = "GET"};
    struct ks_auth_stamp stamp = {.time_ms = NOW};

    require(text != NULL);
    if (size) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    if (!keys.count) {
        start();
    }
    split(text, lines);
    request.host = lines[0];
    request.target = lines[1];
    request.body = lines[2];
    request.body_length = strlen(lines[2]);
    memcpy(stamp.nonce, text, size < sizeof stamp.nonce ? size : sizeof stamp.nonce);
    check_header(&request, lines[3]);
    check_answer(check_signature(&request, &stamp).mac, lines[2], lines[3]);
    free(text);
    return 0;
}
