/* Signing, verifying and the life of a peer while memory runs out: an error, never a wrong yes. */
#include "config.h"

#include "support/scarce_memory.h"

#include <unistd.h>

#include "auth/nonces.h"
#include "base/clock.h"
#include "support/keyring_sample.h"
#include "peers/peer.h"
#include "peers/group.h"
#include "peers/headers.h"
#include "store/store.h"

#define TARGET "/services/"

static const struct ks_peer_address address = {.name = "eu", .host = "a", .url = "http://a"};

struct world {
    char path[64]; /* of the secret */
    struct ks_keyring *keyring;
    struct ks_loop *loop;
    struct ks_store *store;
};

static int set_up(void **state)
{
    static struct world world;
    const struct ks_store_options options = {.namespaces = NULL};
    struct ks_error err;

    world = (struct world){.path = SAMPLE_SECRET_PATH};
    sample_secret(world.path);
    assert_int_equal(ks_keyring_new(&world.keyring, world.path, false, NULL, &err), 0);
    assert_int_equal(ks_loop_new(&world.loop, &err), 0);
    assert_int_equal(ks_store_new(&world.store, &options, &err), 0);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    unlink(world->path);
    ks_keyring_free(world->keyring);
    ks_loop_free(world->loop);
    ks_store_free(world->store);
    return 0;
}

static int make_keyring(void *arg, struct ks_error *err)
{
    const struct world *world = arg;
    struct ks_keyring *keyring;

    if (ks_keyring_new(&keyring, world->path, true, NULL, err)) {
        return -1;
    }
    ks_keyring_refresh(keyring);
    ks_keyring_free(keyring);
    return 0;
}

static void a_new_secret_is_used(void **state)
{
    scarce_tell("keyring", make_keyring, *state);
}

static int make_nonces(void *arg, struct ks_error *err)
{
    const struct ks_auth_nonces_options options = {.capacity = 100};
    const struct ks_auth_claim claim = {.key_id = "0123456789abcdef", .stamp = {.time_ms = 1000}};
    struct ks_auth_nonces *nonces;
    bool is_right;

    (void)arg;
    if (ks_auth_nonces_new(&nonces, &options, err)) {
        return -1;
    }
    is_right = ks_auth_nonces_take(nonces, &claim, 1000) == KS_AUTH_OK &&
               ks_auth_nonces_take(nonces, &claim, 1000) == KS_AUTH_REPLAYED;
    ks_auth_nonces_free(nonces);
    return is_right ? 0 : ks_error_set(err, KS_ERROR_INVALID, "a replay is accepted");
}

static void nonces_are_remembered(void **state)
{
    scarce_tell("nonces", make_nonces, *state);
}

/* Signs and verifies a request and its answer; a different answer must be refused. */
static int exchange(struct ks_keyring *keyring, struct ks_peer_headers *headers, struct ks_keyring_claim *claim,
                    struct ks_error *err)
{
    const struct ks_auth_request asked = {.method = "GET", .host = "a", .target = TARGET};
    const char *header = headers->signature + sizeof KS_AUTH_HEADER + 1;
    char answer[KS_AUTH_HEADER_SIZE];
    char why[KS_AUTH_TEXT_SIZE];

    if (!ks_keyring_verify(keyring, &asked, header, ks_clock_wall(), claim, why)) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s", why);
    }
    if (ks_keyring_sign_answer(claim, 200, "body", 4, answer, err) ||
        ks_keyring_verify_answer(&headers->claim, 200, "body", 4, answer, err)) {
        return -1;
    }
    if (ks_keyring_verify_answer(&headers->claim, 200, "ydob", 4, answer, err) == 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "another answer is accepted");
    }
    return err->kind == KS_ERROR_FORBIDDEN ? 0 : -1;
}

static int ask_and_answer(void *arg, struct ks_error *err)
{
    const struct world *world = arg;
    struct ks_peer_headers headers;
    struct ks_keyring_claim claim = {.key = NULL};
    int outcome;

    if (ks_peer_headers_sign(&headers, &address, TARGET, world->keyring, err)) {
        return -1;
    }
    outcome = exchange(world->keyring, &headers, &claim, err);
    ks_keyring_claim_fini(&claim);
    ks_keyring_claim_fini(&headers.claim);
    return outcome;
}

static void requests_and_answers_are_signed_and_verified(void **state)
{
    scarce_tell("an exchange", ask_and_answer, *state);
}

static void ignore_settled(void *arg)
{
    (void)arg;
}

/* A peer that could not be made is not in the group. */
static int make_peer(void *arg, struct ks_error *err)
{
    const struct world *world = arg;
    struct ks_peer_group group = {.first = NULL};
    const struct ks_peer_options options = {
        .address = &address, .instance = "own", .keyring = world->keyring, .group = &group};
    struct ks_peer *peer;
    int outcome = ks_peer_new(&peer, world->loop, &options, world->store, err);

    if (outcome == 0) {
        ks_peer_start(peer, ignore_settled, NULL);
        ks_peer_free(peer);
    }
    return group.first ? ks_error_set(err, KS_ERROR_INVALID, "a peer is left in the group") : outcome;
}

static void a_peer_joins_and_leaves(void **state)
{
    scarce_tell("a peer", make_peer, *state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_secret_is_used),
        TEST(nonces_are_remembered),
        TEST(requests_and_answers_are_signed_and_verified),
        TEST(a_peer_joins_and_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
