/* For the kubeconfig tests: texts around one cluster or user, and the parsing of one text. */
#ifndef KS_TESTS_KUBECONFIG_TEXT_H
#define KS_TESTS_KUBECONFIG_TEXT_H

#include "access/access.h"
#include "access/kubeconfig.h"
#include "support/testing.h"

/* A file around one cluster, or one user. */
#define CLUSTER(fields)                                                                                                \
    "clusters: [{name: c, cluster: {" fields "}}]\n"                                                                   \
    "contexts: [{name: x, context: {cluster: c}}]\n"
#define USER(fields)                                                                                                   \
    "clusters: [{name: c, cluster: {server: 'https://h'}}]\n"                                                          \
    "users: [{name: u, user: {" fields "}}]\n"                                                                         \
    "contexts: [{name: x, context: {cluster: c, user: u}}]\n"
#define EXEC(fields) USER("exec: {" fields "}")
#define V1           "apiVersion: client.authentication.k8s.io/v1"

static inline int parse(struct ks_access *config, const char *text, const char *context, struct ks_error *err)
{
    const struct ks_kubeconfig_text file = {.name = "F", .folder = "/folder", .text = text, .length = strlen(text)};
    const struct ks_access_source source = {.context = context};
    KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;

    ks_kubeconfig_init(&kubeconfig);
    if (ks_kubeconfig_add(&kubeconfig, &file, err)) {
        return -1;
    }
    return ks_kubeconfig_resolve(&kubeconfig, &source, config, err);
}

static inline void parse_well(struct ks_access *config, const char *text)
{
    struct ks_error err = {0};

    if (parse(config, text, NULL, &err)) {
        fail_msg("%s\n%s", err.text, text);
    }
    assert_int_equal(err.kind, KS_ERROR_NONE);
}

static inline void assert_refused(const char *text, const char *context, const char *expected)
{
    char mark[] = "untouched";
    struct ks_access config = {.token = mark};
    struct ks_error err = {0};

    assert_row_number(text, parse(&config, text, context, &err), -1);
    assert_row_text(text, err.text, expected);
    assert_row_number(text, err.kind, KS_ERROR_INVALID);
    assert_ptr_equal(config.token, mark);
    assert_null(strstr(err.text, "hunter2"));
}

#endif
