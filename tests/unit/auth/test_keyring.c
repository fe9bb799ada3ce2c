/* Two who share a file of secrets, or do not: what one signs, the other verifies. */
#include "config.h"

#include "support/in_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "auth/keyring.h"

#define ONE   "the first of all secrets"
#define TWO   "the second of the secrets"
#define THREE "the third of the secrets"

static char folder[] = "/tmp/test_keyring.XXXXXX";
static int log_ends[2];
static struct ks_log log_of_test;

static const struct ks_auth_request get = {.method = "GET", .host = "eu.example.org", .target = "/services/?full"};

/* Replaces the file atomically: readers get the old one or the new one. */
static void write_secrets(const char *name, const char *text, mode_t mode)
{
    const char *path = in_folder(folder, name);
    const char *made = in_folder(folder, "made");
    int fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    assert_int_equal(rename(made, path), 0);
}

static struct ks_keyring *make(const char *name)
{
    struct ks_keyring *keyring = NULL;
    struct ks_error err = {.text = ""};

    if (ks_keyring_new(&keyring, in_folder(folder, name), false, &log_of_test, &err)) {
        fail_msg("%s", err.text);
    }
    return keyring;
}

/* New lines of the log, without their times. */
static const char *logged(void)
{
    static char text[8192];
    char lines[8192];
    ssize_t count = read(log_ends[0], lines, sizeof lines - 1);
    char *rest = lines;
    char *line;

    assert_true(count >= 0 || errno == EAGAIN);
    lines[count > 0 ? count : 0] = '\0';
    text[0] = '\0';
    while ((line = strsep(&rest, "\n")) && *line) {
        size_t length = strlen(text);

        snprintf(text + length, sizeof text - length, "%s%s", length ? "\n" : "", strchr(line, ' ') + 1);
    }
    return text;
}

/* "" where `to` accepts what `from` signs, and the answer comes back; else why not. */
static const char *exchange(struct ks_keyring *from, struct ks_keyring *to)
{
    static char text[KS_ERROR_TEXT_SIZE];
    static const char body[] = "[]";
    char header[KS_AUTH_HEADER_SIZE];
    struct ks_keyring_claim asked;
    struct ks_keyring_claim accepted;
    struct ks_error err = {.text = ""};

    memset(&accepted, 0xff, sizeof accepted);
    assert_int_equal(ks_keyring_sign(from, &get, header, &asked, &err), 0);
    if (ks_keyring_verify(to, &get, header, ks_clock_wall(), &accepted, text)) {
        assert_string_equal(text, "");
        assert_int_equal(ks_keyring_sign_answer(&accepted, 200, body, 2, header, &err), 0);
        if (ks_keyring_verify_answer(&asked, 200, body, 2, header, &err)) {
            snprintf(text, sizeof text, "%s", err.text);
        }
    } else {
        assert_null(accepted.key);
    }
    ks_keyring_claim_fini(&accepted);
    ks_keyring_claim_fini(&asked);
    return text;
}

static void a_request_with_the_secret_is_accepted(void **state)
{
    struct ks_keyring *from;
    struct ks_keyring *to;
    struct ks_keyring *other;

    (void)state;
    write_secrets("a", ONE "\n" TWO "\n", 0600);
    write_secrets("b", TWO "\n" ONE "\n", 0600);
    write_secrets("c", THREE "\n", 0600);
    from = make("a");
    to = make("b");
    other = make("c");
    assert_string_equal(exchange(from, to), "");
    assert_string_equal(exchange(to, from), "");
    assert_string_equal(exchange(from, from), "");
    assert_non_null(strstr(exchange(other, to), ", which is not in our secret file"));
    assert_non_null(strstr(exchange(from, other), ", which is not in our secret file"));
    assert_string_equal(logged(), "");
    ks_keyring_free(from);
    ks_keyring_free(to);
    ks_keyring_free(other);
}

static void a_request_is_accepted_once_as_it_was_signed_and_soon(void **state)
{
    static const struct {
        struct ks_auth_request request;
        int64_t later;
        const char *reason;
    } rows[] = {
        {{.method = "POST", .host = "eu.example.org", .target = "/services/?full"}, 0, "are not what was signed"},
        {{.method = "GET", .host = "us.example.org", .target = "/services/?full"}, 0, "are not what was signed"},
        {{.method = "GET", .host = "eu.example.org", .target = "/services/?fuller"}, 0, "are not what was signed"},
        {{.method = "GET", .host = "eu.example.org", .target = "/services/?full", .body = "x", .body_length = 1},
         0,
         "are not what was signed"},
        {{.method = "GET", .host = "eu.example.org", .target = "/services/?full"}, 20000, " s behind this clock"},
        {{.method = "GET", .host = "eu.example.org", .target = "/services/?full"}, -20000, " s ahead of this clock"},
        {{.method = "GET", .host = "EU.example.org", .target = "/services/?full"}, 0, NULL},
        {{.method = "GET", .host = "eu.example.org", .target = "/services/?full"}, 0, "its nonce was seen before"},
    };
    struct ks_keyring *keyring;
    char header[KS_AUTH_HEADER_SIZE];
    struct ks_keyring_claim claim;
    int64_t now = ks_clock_wall();
    struct ks_error err;

    (void)state;
    write_secrets("a", ONE "\n", 0600);
    keyring = make("a");
    assert_int_equal(ks_keyring_sign(keyring, &get, header, &claim, &err), 0);
    ks_keyring_claim_fini(&claim);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[KS_AUTH_TEXT_SIZE] = "?";
        bool accepted = ks_keyring_verify(keyring, &rows[i].request, header, now + rows[i].later, &claim, text);

        assert_row_number(rows[i].request.target, accepted, !rows[i].reason);
        assert_row_part(rows[i].request.target, text, rows[i].reason ? rows[i].reason : "");
        assert_int_equal(claim.key == NULL, !accepted);
        ks_keyring_claim_fini(&claim);
    }
    ks_keyring_free(keyring);
}

static void a_malformed_header_is_explained(void **state)
{
    static const struct {
        const char *header, *text;
    } rows[] = {
        {NULL, "not signed"},
        {"", "not signed"},
        {"v2", "the Intra-Shield header is malformed"},
        {"v1 abc", "the Intra-Shield header is malformed"},
    };
    struct ks_keyring *keyring;

    (void)state;
    write_secrets("a", ONE "\n", 0600);
    keyring = make("a");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[KS_AUTH_TEXT_SIZE];
        struct ks_keyring_claim claim;

        assert_false(ks_keyring_verify(keyring, &get, rows[i].header, ks_clock_wall(), &claim, text));
        assert_row_text(rows[i].text, text, rows[i].text);
        assert_null(claim.key);
    }
    ks_keyring_free(keyring);
}

static void an_answers_mac_covers_request_status_and_body(void **state)
{
    char header[KS_AUTH_HEADER_SIZE];
    char other_header[KS_AUTH_HEADER_SIZE];
    char signature[KS_AUTH_HEADER_SIZE];
    struct ks_keyring_claim claim;
    struct ks_keyring_claim other;
    struct ks_error err = {.text = ""};
    struct ks_keyring *keyring;

    (void)state;
    write_secrets("a", ONE "\n", 0600);
    keyring = make("a");
    assert_int_equal(ks_keyring_sign(keyring, &get, header, &claim, &err), 0);
    assert_int_equal(ks_keyring_sign(keyring, &get, other_header, &other, &err), 0);
    assert_string_not_equal(header, other_header);
    assert_int_equal(ks_keyring_sign_answer(&claim, 200, "body", 4, signature, &err), 0);
    assert_int_equal(ks_keyring_verify_answer(&claim, 200, "body", 4, signature, &err), 0);
    assert_int_equal(ks_keyring_verify_answer(&other, 200, "body", 4, signature, &err), -1);
    assert_int_equal(ks_keyring_verify_answer(&claim, 404, "body", 4, signature, &err), -1);
    assert_int_equal(ks_keyring_verify_answer(&claim, 200, "bodY", 4, signature, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_FORBIDDEN);
    assert_string_equal(err.text, "the answer is not what was signed; does a proxy change its status or body?");
    assert_int_equal(ks_keyring_verify_answer(&claim, 200, "", 0, "", &err), -1);
    assert_int_equal(err.kind, KS_ERROR_FORBIDDEN);
    assert_string_equal(err.text, "the answer is not signed; does the other shield have the same secret?");
    assert_int_equal(ks_keyring_verify_answer(&claim, 200, NULL, 0, "v2 0", &err), -1);
    assert_string_equal(err.text, "the answer's Intra-Shield header is malformed");
    assert_int_equal(ks_keyring_sign_answer(&claim, 42, "", 0, signature, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_INVALID);
    ks_keyring_claim_fini(&claim);
    ks_keyring_claim_fini(&other);
    ks_keyring_free(keyring);
}

static void keys_are_replaced_without_a_refused_request(void **state)
{
    static const char *const steps[][2] = {
        {"a", ONE "\n" TWO "\n"}, {"b", ONE "\n" TWO "\n"}, {"a", TWO "\n" ONE "\n"},
        {"b", TWO "\n" ONE "\n"}, {"a", TWO "\n"},          {"b", TWO "\n"},
    };
    struct ks_keyring *a;
    struct ks_keyring *b;

    (void)state;
    write_secrets("a", ONE "\n", 0600);
    write_secrets("b", ONE "\n", 0600);
    a = make("a");
    b = make("b");
    for (size_t i = 0; i < COUNT(steps); i++) {
        write_secrets(steps[i][0], steps[i][1], 0600);
        ks_keyring_refresh(steps[i][0][0] == 'a' ? a : b);
        assert_row_part(steps[i][1], logged(), i < 4 ? ": read again, 2 keys, " : ": read again, 1 key, ");
        assert_row_text(steps[i][1], exchange(a, b), "");
        assert_row_text(steps[i][1], exchange(b, a), "");
    }
    write_secrets("a", ONE "\n", 0600);
    ks_keyring_refresh(a);
    assert_string_not_equal(exchange(a, b), "");
    logged();
    ks_keyring_free(a);
    ks_keyring_free(b);
}

static void an_answer_is_signed_with_its_requests_key_even_if_that_is_removed(void **state)
{
    char header[KS_AUTH_HEADER_SIZE];
    char text[KS_AUTH_TEXT_SIZE];
    struct ks_keyring_claim asked;
    struct ks_keyring_claim accepted;
    struct ks_error err;
    struct ks_keyring *keyring;

    (void)state;
    write_secrets("a", ONE "\n", 0600);
    keyring = make("a");
    assert_int_equal(ks_keyring_sign(keyring, &get, header, &asked, &err), 0);
    assert_true(ks_keyring_verify(keyring, &get, header, ks_clock_wall(), &accepted, text));
    write_secrets("a", TWO "\n", 0600);
    ks_keyring_refresh(keyring);
    assert_non_null(strstr(logged(), "read again, 1 key, "));
    assert_int_equal(ks_keyring_sign_answer(&accepted, 200, "", 0, header, &err), 0);
    assert_int_equal(ks_keyring_verify_answer(&asked, 200, "", 0, header, &err), 0);
    ks_keyring_claim_fini(&asked);
    ks_keyring_claim_fini(&accepted);
    ks_keyring_free(keyring);
}

static void an_invalid_file_is_logged_once_and_the_keys_stay(void **state)
{
    char wanted[512];
    struct ks_keyring *keyring;

    (void)state;
    write_secrets("a", ONE "\n", 0600);
    keyring = make("a");
    write_secrets("a", ONE "\nshort\n", 0600);
    ks_keyring_refresh(keyring);
    snprintf(wanted, sizeof wanted,
             "error secret: secret file \"%s/a\": line 2: 5 bytes: must be at least 16; kube-shields --new-secret FILE "
             "makes one; the keys in use stay",
             folder);
    assert_string_equal(logged(), wanted);
    ks_keyring_refresh(keyring);
    assert_string_equal(logged(), "");
    assert_string_equal(exchange(keyring, keyring), "");
    assert_int_equal(unlink(in_folder(folder, "a")), 0);
    ks_keyring_refresh(keyring);
    ks_keyring_refresh(keyring);
    snprintf(
        wanted, sizeof wanted,
        "error secret: secret file \"%s/a\": no such file; kube-shields --new-secret FILE makes one; the keys in use "
        "stay",
        folder);
    assert_string_equal(logged(), wanted);
    assert_string_equal(exchange(keyring, keyring), "");
    write_secrets("a", ONE "\n", 0600);
    ks_keyring_refresh(keyring);
    assert_non_null(strstr(logged(), "info secret: secret file "));
    ks_keyring_refresh(keyring);
    assert_string_equal(logged(), "");
    ks_keyring_free(keyring);
}

static void a_file_that_others_may_read_is_a_warning(void **state)
{
    struct ks_keyring *keyring;

    (void)state;
    write_secrets("a", ONE "\n", 0644);
    keyring = make("a");
    assert_non_null(strstr(logged(), "warning secret: secret file "));
    write_secrets("a", ONE "\n", 0600);
    ks_keyring_refresh(keyring);
    assert_null(strstr(logged(), "warning"));
    write_secrets("a", ONE "\n" TWO "\n", 0604);
    ks_keyring_refresh(keyring);
    assert_non_null(strstr(logged(), "a\": others may read it; do: chmod o-r FILE, or set the Secret volume's "
                                     "defaultMode: 0440"));
    ks_keyring_free(keyring);
}

static void no_keyring_without_a_valid_file(void **state)
{
    struct ks_keyring *keyring = NULL;
    struct ks_error err;

    (void)state;
    assert_int_equal(ks_keyring_new(&keyring, in_folder(folder, "missing"), true, NULL, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_NOT_FOUND);
    assert_non_null(strstr(err.text, "kube-shields --new-secret FILE makes one"));
    write_secrets("a", ONE "\n", 0620);
    assert_int_equal(ks_keyring_new(&keyring, in_folder(folder, "a"), true, NULL, &err), -1);
    assert_non_null(strstr(err.text, "others may write to it"));
    assert_null(keyring);
    ks_keyring_free(NULL);
}

static void a_keyring_without_nonces_refuses_requests_signed_before_its_start(void **state)
{
    char header[KS_AUTH_HEADER_SIZE];
    char text[KS_AUTH_TEXT_SIZE];
    struct ks_keyring_claim claim;
    struct ks_keyring *keyring;
    struct ks_keyring *forgetful;
    struct ks_error err;
    int64_t now = ks_clock_wall();

    (void)state;
    write_secrets("a", ONE "\n", 0600);
    keyring = make("a");
    assert_int_equal(ks_keyring_sign(keyring, &get, header, &claim, &err), 0);
    ks_keyring_claim_fini(&claim);
    while (ks_clock_wall() <= now + 1) {
        usleep(1000);
    }
    assert_int_equal(ks_keyring_new(&forgetful, in_folder(folder, "a"), true, NULL, &err), 0);
    assert_false(ks_keyring_verify(forgetful, &get, header, ks_clock_wall(), &claim, text));
    assert_non_null(strstr(text, "signed before this program started"));
    assert_string_equal(exchange(forgetful, forgetful), "");
    assert_true(ks_keyring_verify(keyring, &get, header, ks_clock_wall(), &claim, text));
    ks_keyring_claim_fini(&claim);
    ks_keyring_free(keyring);
    ks_keyring_free(forgetful);
}

/* ---- threads ---- */

struct visitor {
    struct ks_keyring *from, *to;
    atomic_bool *done;
    atomic_uint *turns;
    pthread_t thread;
    unsigned refused;
};

static bool is_accepted(struct ks_keyring *from, struct ks_keyring *to)
{
    char header[KS_AUTH_HEADER_SIZE];
    char text[KS_AUTH_TEXT_SIZE];
    struct ks_keyring_claim asked;
    struct ks_keyring_claim accepted;
    struct ks_error err;
    bool is_right = ks_keyring_sign(from, &get, header, &asked, &err) == 0 &&
                    ks_keyring_verify(to, &get, header, ks_clock_wall(), &accepted, text);

    if (is_right) {
        is_right = ks_keyring_sign_answer(&accepted, 200, "", 0, header, &err) == 0 &&
                   ks_keyring_verify_answer(&asked, 200, "", 0, header, &err) == 0;
        ks_keyring_claim_fini(&accepted);
    }
    ks_keyring_claim_fini(&asked);
    return is_right;
}

static void *visit(void *arg)
{
    struct visitor *visitor = arg;

    while (!atomic_load(visitor->done)) {
        visitor->refused += !is_accepted(visitor->from, visitor->to);
        atomic_fetch_add(visitor->turns, 1);
    }
    return NULL;
}

static void *refresh(void *arg)
{
    struct visitor *visitor = arg;

    while (!atomic_load(visitor->done)) {
        ks_keyring_refresh(visitor->from);
        ks_keyring_refresh(visitor->to);
    }
    return NULL;
}

static void no_request_is_refused_while_threads_read_the_file_again(void **state)
{
    static const char *const texts[] = {ONE "\n" TWO "\n", TWO "\n" ONE "\n", "short\n", TWO "\n" ONE "\n" THREE "\n"};
    struct visitor visitors[6];
    atomic_bool done = false;
    atomic_uint turns = 0;
    struct ks_keyring *a;
    struct ks_keyring *b;

    (void)state;
    write_secrets("a", texts[0], 0600);
    a = make("a");
    b = make("a");
    for (size_t i = 0; i < COUNT(visitors); i++) {
        visitors[i] = (struct visitor){.from = i % 2 ? a : b, .to = i % 2 ? b : a, .done = &done, .turns = &turns};
        assert_int_equal(pthread_create(&visitors[i].thread, NULL, i < 2 ? refresh : visit, &visitors[i]), 0);
    }
    for (unsigned i = 1; i <= 40; i++) {
        write_secrets("a", texts[i % COUNT(texts)], 0600);
        while (atomic_load(&turns) < 20 * i) {
            usleep(100);
        }
    }
    atomic_store(&done, true);
    for (size_t i = 0; i < COUNT(visitors); i++) {
        assert_int_equal(pthread_join(visitors[i].thread, NULL), 0);
        assert_int_equal(visitors[i].refused, 0);
    }
    while (*logged()) {
    }
    ks_keyring_free(a);
    ks_keyring_free(b);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || pipe2(log_ends, O_CLOEXEC | O_NONBLOCK)) {
        return -1;
    }
    log_of_test = (struct ks_log){.fd = log_ends[1], .level = KS_LOG_INFO};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(in_folder(folder, "a"));
    unlink(in_folder(folder, "b"));
    unlink(in_folder(folder, "c"));
    close(log_ends[0]);
    close(log_ends[1]);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_with_the_secret_is_accepted),
        cmocka_unit_test(a_request_is_accepted_once_as_it_was_signed_and_soon),
        cmocka_unit_test(a_malformed_header_is_explained),
        cmocka_unit_test(an_answers_mac_covers_request_status_and_body),
        cmocka_unit_test(keys_are_replaced_without_a_refused_request),
        cmocka_unit_test(an_answer_is_signed_with_its_requests_key_even_if_that_is_removed),
        cmocka_unit_test(an_invalid_file_is_logged_once_and_the_keys_stay),
        cmocka_unit_test(a_file_that_others_may_read_is_a_warning),
        cmocka_unit_test(no_keyring_without_a_valid_file),
        cmocka_unit_test(a_keyring_without_nonces_refuses_requests_signed_before_its_start),
        cmocka_unit_test(no_request_is_refused_while_threads_read_the_file_again),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
