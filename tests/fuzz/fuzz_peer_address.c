/* Texts that end in NUL, as the words of OTHER_SHIELDS; the first is our own name. An accepted word is well-formed,
 * unique, and means the same when it is written out in full; otherwise there is one error. */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers/address.h"

#define WORDS_MOST 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static int is_made_of(const char *text, const char *others)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    while (*text && (strchr(letters, *text) || strchr(others, *text))) {
        text++;
    }
    return *text == '\0';
}

static void check(const struct ks_peer_address *peer)
{
    char written[KS_PEER_NAME_SIZE + KS_PEER_URL_SIZE + 1];
    const char *const words[] = {written, NULL};
    struct ks_peer_addresses again;
    char url[2 * KS_PEER_URL_SIZE + 16];
    size_t prefix_length = strlen(peer->prefix);

    require(peer->name[0] && is_made_of(peer->name, "-_.:[]"));
    require(peer->host[0] && is_made_of(peer->host, "-_.:[]"));
    require(prefix_length == 0 || (peer->prefix[0] == '/' && peer->prefix[prefix_length - 1] != '/'));
    snprintf(url, sizeof url, "http%s://%s%s", strncmp(peer->url, "https", 5) == 0 ? "s" : "", peer->host,
             peer->prefix);
    require(strcmp(url, peer->url) == 0);
    snprintf(written, sizeof written, "%s=%s", peer->name, peer->url);
    require(ks_peer_addresses_parse(&again, words, NULL, NULL) == 0 && again.count == 1);
    require(memcmp(&again.peers[0], peer, sizeof *peer) == 0);
    ks_peer_addresses_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *words[WORDS_MOST + 2] = {NULL};
    struct ks_peer_addresses addresses;
    struct ks_error err = {.kind = KS_ERROR_NONE};
    char *text = malloc(size + 1);
    size_t at = 0;

    require(text != NULL);
    if (size) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    for (size_t i = 0; i <= WORDS_MOST && at < size; i++) {
        words[i] = text + at;
        at += strlen(text + at) + 1;
    }
    if (!words[0]) {
        words[0] = text;
    }
    if (ks_peer_addresses_parse(&addresses, words + 1, words[0], &err)) {
        require(err.kind == KS_ERROR_INVALID && err.text[0]);
    } else {
        require(err.kind == KS_ERROR_NONE);
    }
    for (size_t i = 0; i < addresses.count; i++) {
        check(&addresses.peers[i]);
        require(strcmp(addresses.peers[i].name, words[0]) != 0);
        for (size_t j = 0; j < i; j++) {
            require(strcmp(addresses.peers[i].name, addresses.peers[j].name) != 0);
            require(strcmp(addresses.peers[i].url, addresses.peers[j].url) != 0);
        }
    }
    ks_peer_addresses_fini(&addresses);
    free(text);
    return 0;
}
