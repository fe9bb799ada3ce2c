/* Signed requests: which ones are answered, what is collected for them as CGI, and that every answer is signed. */
#include "config.h"

#include "support/keyring_sample.h"
#include "support/request_sample.h"
#include "support/store_sample.h"

#define TARGET     "/_/web/health/"
#define EVERYTHING ((1U << KS_KIND_COUNT) - 1)

struct world {
    struct settings settings;
    struct app app;
};

static int set_up(void **state)
{
    static struct world world;

    world = (struct world){.settings = {.cluster = "local", .unknown_after = 300000}};
    world.app =
        (struct app){.settings = &world.settings, .store = sample_store(NULL, NULL), .keyring = sample_keyring()};
    sample_live(world.app.store, 0);
    APPLY(world.app.store, .name = "web-0");
    sample_flush(world.app.store);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    ks_store_free(world->app.store);
    ks_keyring_free(world->app.keyring);
    return 0;
}

struct signed_request {
    char variable[sizeof "HTTP_INTRA_SHIELD=" + KS_AUTH_HEADER_SIZE];
    struct ks_keyring_claim claim;
};

static void sign(const struct world *world, const char *method, struct signed_request *made)
{
    static const char name[] = "HTTP_INTRA_SHIELD=";
    const struct ks_auth_request request = {.method = method, .host = "a", .target = TARGET};
    struct ks_error err;

    memcpy(made->variable, name, sizeof name);
    assert_int_equal(
        ks_keyring_sign(world->app.keyring, &request, made->variable + sizeof name - 1, &made->claim, &err), 0);
}

/* A request with a wrong signature must not make us ask the API server or run a check. */
static void only_a_request_that_is_answered_needs_anything(void **state)
{
    static const struct {
        bool is_public, is_signed;
        const char *host; /* the signature is for "a" */
        uint32_t kinds;
    } rows[] = {
        {false, false, "HTTP_HOST=a", 0},         {false, true, "HTTP_HOST=b", 0},
        {false, true, "HTTP_HOST=a", EVERYTHING}, {true, false, "HTTP_HOST=a", EVERYTHING},
        {true, true, "HTTP_HOST=b", 0},           {true, true, "HTTP_HOST=a", EVERYTHING},
    };
    struct world *world = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct signed_request made;
        const char *variables[] = {GET(TARGET), rows[i].host, rows[i].is_signed ? made.variable : NULL, NULL};
        struct request request;
        struct response response;
        struct dispatch_needs needs;

        sign(world, "GET", &made);
        world->app.is_public = rows[i].is_public;
        dispatch_begin(&request, &world->app, sample_variable, variables);
        dispatch_needs(&request, &needs);
        assert_row_number(made.variable, needs.kinds, rows[i].kinds);
        response_init(&response);
        dispatch_end(&request, &response);
        assert_row_number(made.variable, response.status, rows[i].kinds ? 200 : 403);
        assert_row_number(made.variable, response.signature[0] != '\0', rows[i].is_signed && rows[i].kinds);
        response_fini(&response);
        ks_keyring_claim_fini(&made.claim);
    }
}

/* The signature covers what is sent: no body for HEAD, the error line for a method that is not allowed. */
static void an_answer_is_signed_as_it_is_sent(void **state)
{
    static const struct {
        const char *method, *variable;
        int status;
        bool sends_body;
    } rows[] = {
        {"GET", "REQUEST_METHOD=GET", 200, true},
        {"HEAD", "REQUEST_METHOD=HEAD", 200, false},
        {"POST", "REQUEST_METHOD=POST", 405, true},
    };
    struct world *world = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct signed_request made;
        const char *const variables[] = {rows[i].variable, "REQUEST_URI=" TARGET, "HTTP_HOST=a", made.variable, NULL};
        struct response response;
        struct ks_error err;

        sign(world, rows[i].method, &made);
        response_init(&response);
        dispatch(&world->app, sample_variable, (void *)variables, &response);
        assert_row_number(rows[i].method, response.status, rows[i].status);
        assert_row_number(rows[i].method,
                          ks_keyring_verify_answer(&made.claim, response.status, response.body.data,
                                                   rows[i].sends_body ? response.body.length : 0, response.signature,
                                                   &err),
                          0);
        response_fini(&response);
        ks_keyring_claim_fini(&made.claim);
    }
}

static void an_invalid_request_does_not_fill_the_log(void **state)
{
    static const char *const variables[] = {GET(TARGET), "HTTP_INTRA_SHIELD=nonsense", NULL};
    struct world *world = *state;
    struct app_refusals refusals = {.minute = 0};
    FILE *file = tmpfile();
    const struct ks_log log = {.fd = fileno(file), .level = KS_LOG_INFO};
    size_t lines = 0;

    world->app.log = &log;
    world->app.refusals = &refusals;
    for (size_t i = 0; i < 3000; i++) {
        struct response response;

        response_init(&response);
        dispatch(&world->app, sample_variable, (void *)variables, &response);
        assert_int_equal(response.status, 403);
        response_fini(&response);
    }
    rewind(file);
    for (int c = getc(file); c != EOF; c = getc(file)) {
        lines += c == '\n';
    }
    fclose(file);
    assert_in_range(lines, 601, 2 * 601); /* a minute may end while this runs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_a_request_that_is_answered_needs_anything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_is_signed_as_it_is_sent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_invalid_request_does_not_fill_the_log, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
