/* What a person is told about a server of which nothing is known: one row per cause. */
#include "support/testing.h"

#include <errno.h>

#include "collector/cause.h"

static const char outside[] = "https://kube.example:6443/prefix";

static void a_cause_names_the_server_the_reason_and_the_next_step(void **unused)
{
    static const struct {
        struct ks_cause cause;
        enum ks_store_trouble trouble;
        const char *wanted;
    } rows[] = {
        {{.kind = KS_ERROR_UNAUTHORIZED, .status = 401},
         KS_STORE_NO_ACCESS,
         "HTTP 401: our credentials are refused; check the user in the kubeconfig; `kubectl auth whoami` should work "
         "with it"},
        {{.kind = KS_ERROR_UNAUTHORIZED, .status = 0},
         KS_STORE_NO_ACCESS,
         "no credentials: the token file or the credential plugin gives none; check the user in the kubeconfig; "
         "`kubectl auth whoami` should work with it"},
        {{.kind = KS_ERROR_FORBIDDEN, .status = 403},
         KS_STORE_NO_ACCESS,
         "HTTP 403: our credentials may not do that; try `kubectl auth can-i list pods --all-namespaces` with our "
         "credentials, "
         "and the same with watch"},
        {{.kind = KS_ERROR_NOT_FOUND, .status = 404},
         KS_STORE_UNREACHABLE,
         "HTTP 404: it has no such kind; check the server's address in the kubeconfig, and whether a proxy is in the "
         "way"},
        {{.kind = KS_ERROR_PROTOCOL, .status = 200},
         KS_STORE_UNREACHABLE,
         "its answer is not Kubernetes'; check the server's address in the kubeconfig, and whether a proxy is in the "
         "way"},
        {{.kind = KS_ERROR_UNAVAILABLE, .status = 429},
         KS_STORE_UNREACHABLE,
         "HTTP 429: it is overloaded; look at the API server, and at proxies in front of it; try `kubectl get --raw "
         "/readyz`"},
        {{.kind = KS_ERROR_UNAVAILABLE, .status = 503},
         KS_STORE_UNREACHABLE,
         "HTTP 503; look at the API server, and at proxies in front of it; try `kubectl get --raw /readyz`"},
        {{.kind = KS_ERROR_PROTOCOL, .status = 302},
         KS_STORE_UNREACHABLE,
         "HTTP 302; look at the API server, and at proxies in front of it; try `kubectl get --raw /readyz`"},
        {{.kind = KS_ERROR_NETWORK, .status = 0},
         KS_STORE_UNREACHABLE,
         "no connection; check the server's address in the kubeconfig, and the way there"},
        {{.kind = KS_ERROR_NETWORK, .is_distrust = true},
         KS_STORE_UNREACHABLE,
         "we do not trust its certificate; check certificate-authority in the kubeconfig, and the server's address"},
        {{.kind = KS_ERROR_TIMEOUT, .status = 200},
         KS_STORE_UNREACHABLE,
         "its answer has begun, and has no end yet; look at the API server, and at proxies in front of it; try "
         "`kubectl "
         "get --raw /readyz`"},
        {{.kind = KS_ERROR_TIMEOUT, .status = 0},
         KS_STORE_UNREACHABLE,
         "no answer in time; check the server's address in the kubeconfig, and the way there"},
        {{.kind = KS_ERROR_SYSTEM, .status = 0},
         KS_STORE_UNREACHABLE,
         "failed before it was asked: system; check the files that the kubeconfig names; the log says more"},
        {{.kind = KS_ERROR_MEMORY, .status = 0},
         KS_STORE_UNREACHABLE,
         "failed before it was asked: memory; the log says more"},
    };
    const struct ks_cause_place place = {.server = outside, .context = "work", .kind = "pods"};

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf text KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        ks_cause_put(rows[i].cause, &place, &text);
        assert_row_part(rows[i].wanted, text.data, "kube.example:6443: list pods: ");
        assert_row_text(rows[i].wanted, text.data + strlen("kube.example:6443: list pods: "), rows[i].wanted);
        assert_true(text.length < KS_ERROR_TEXT_SIZE);
        assert_int_equal(ks_cause_trouble(rows[i].cause), rows[i].trouble);
    }
    assert_int_equal(ks_cause_trouble((struct ks_cause){.kind = KS_ERROR_NONE}), KS_STORE_NO_TROUBLE);
}

static void if_a_proxy_is_on_the_way_it_is_named_without_its_password(void **unused)
{
    const struct ks_cause_place place = {
        .server = outside, .context = "work", .kind = "pods", .proxy = "http://ann:secret@proxy.example:3128"};
    struct ks_buf text KS_CLEANUP_BUF;

    (void)unused;
    ks_buf_init(&text, CEILING);
    ks_cause_put((struct ks_cause){.kind = KS_ERROR_NETWORK}, &place, &text);
    assert_string_equal(text.data, "kube.example:6443: list pods: no connection; check the proxy proxy.example:3128, "
                                   "and the server's address in the kubeconfig");
}

static void the_next_step_fits_the_place(void **unused)
{
    static const struct {
        struct ks_cause_place place;
        struct ks_cause cause;
        const char *part;
    } rows[] = {
        {{"https://10.0.0.1", "in-cluster", "pods", NULL, NULL},
         {.kind = KS_ERROR_UNAUTHORIZED, .status = 401},
         "10.0.0.1: list pods: HTTP 401"},
        {{"https://10.0.0.1", "in-cluster", "pods", NULL, NULL},
         {.kind = KS_ERROR_UNAUTHORIZED, .status = 401},
         "check the service account"},
        {{"https://10.0.0.1", "in-cluster", "pods", NULL, NULL},
         {.kind = KS_ERROR_NETWORK, .status = 0},
         "check network policies"},
        {{outside, NULL, "jobs", "shop", NULL},
         {.kind = KS_ERROR_FORBIDDEN, .status = 403},
         "can-i list jobs --namespace shop`"},
        {{"http://[::1]:80/a@b", NULL, "pods", NULL, NULL},
         {.kind = KS_ERROR_NETWORK, .status = 0},
         "[::1]:80: list pods: no connection"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf text KS_CLEANUP_BUF;

        ks_buf_init(&text, CEILING);
        ks_cause_put(rows[i].cause, &rows[i].place, &text);
        assert_row_part(rows[i].part, text.data, rows[i].part);
    }
}

static void a_connection_that_breaks_is_none_whatever_came_before(void **unused)
{
    const struct ks_error broken = {.kind = KS_ERROR_NETWORK};
    const struct ks_error distrusted = {.kind = KS_ERROR_NETWORK, .errnum = EKEYREJECTED};
    const struct ks_error late = {.kind = KS_ERROR_TIMEOUT};

    (void)unused;
    assert_true(ks_cause_is_silence(ks_cause_of(&broken, 200)));
    assert_true(ks_cause_is_silence(ks_cause_of(&late, 0)));
    assert_false(ks_cause_is_silence(ks_cause_of(&late, 200)));
    assert_true(ks_cause_is_same(ks_cause_of(NULL, 200), ks_cause_of(NULL, 0)));
    assert_false(ks_cause_is_same(ks_cause_of(&broken, 0), ks_cause_of(&distrusted, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cause_names_the_server_the_reason_and_the_next_step),
        cmocka_unit_test(the_next_step_fits_the_place),
        cmocka_unit_test(if_a_proxy_is_on_the_way_it_is_named_without_its_password),
        cmocka_unit_test(a_connection_that_breaks_is_none_whatever_came_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
