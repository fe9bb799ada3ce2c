/* kube-shields-check.h: a custom check as a C module.
 *
 *     #include <kube-shields-check.h>
 *
 *     int hits(struct kube_shields_check *check)
 *     {
 *         snprintf(check->message, sizeof check->message, "%d", 42);
 *         check->color = "green";
 *         return 0;
 *     }
 *
 *     cc -shared -fPIC -o web.so web.c $(pkg-config --cflags kube-shields-check)
 *
 * makes the check `hits` of the service `web`. Every exported function whose name does not begin with '_' is a check;
 * helpers are static, or begin with '_'. Where a function is marked, by a line
 *
 *     KUBE_SHIELDS_CHECK(hits);
 *
 * before it, those marked only are checks, also under -fvisibility=hidden, and the compiler sees that they have this
 * form. C++ needs the mark. Each run is a process of its own: a check may leak, crash or hang, and costs its own
 * shield only. See kube-shields-check(3). */
#ifndef KUBE_SHIELDS_CHECK_H
#define KUBE_SHIELDS_CHECK_H

#include <stdio.h>

#define KUBE_SHIELDS_CHECK_ABI 1

/* One run of a check. New members come at the end, and only kube-shields makes one: a module that was compiled for
 * this version runs with every later one of the same ABI. */
struct kube_shields_check {
    /* What is asked. */
    const char *service;
    const char *name;
    const char *namespaces; /* that have the service, blank-separated; "" where Kubernetes has none */
    int argument_count;
    const char *const *arguments; /* from the service's .conf file; NULL-terminated */

    /* The answer. A return value other than 0 says that there is none; `message` then says why. What pointers point
     * to must outlive the return: literals, static or allocated memory. */
    char message[512];
    const char *label; /* NULL: the check's name */
    const char *color; /* a name or #rrggbb; NULL: orange */
    const char *raw;   /* one JSON value, for ?raw and ?format=json; or NULL */
};

#ifdef __cplusplus
#define KUBE_SHIELDS_CHECK_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define KUBE_SHIELDS_CHECK_EXPORT extern __attribute__((visibility("default")))
#endif

#define KUBE_SHIELDS_CHECK(name)                                                                                       \
    KUBE_SHIELDS_CHECK_EXPORT const char _kube_shields_check_is_##name;                                                \
    const char _kube_shields_check_is_##name = 1;                                                                      \
    KUBE_SHIELDS_CHECK_EXPORT int name(struct kube_shields_check *)

/* Tells, without a line of the module being run, what it was made for. Of several files that include this, one has
 * it. Programs that run modules define KUBE_SHIELDS_CHECK_HOST, since they are none. */
#ifndef KUBE_SHIELDS_CHECK_HOST
KUBE_SHIELDS_CHECK_EXPORT __attribute__((weak)) const unsigned _kube_shields_check_abi;
const unsigned _kube_shields_check_abi = KUBE_SHIELDS_CHECK_ABI;
#endif

#endif
