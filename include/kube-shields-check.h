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
 * makes the check `hits` of the service `web`. Every exported function is a check unless its name begins with '_': make
 * helpers static, or begin their names with '_'. You can also mark functions, with a line
 *
 *     KUBE_SHIELDS_CHECK(hits);
 *
 * before each. Then only marked functions are checks, the compiler verifies that they have this form, and they are
 * exported even with -fvisibility=hidden. C++ needs the mark. Each run is a process of its own: a check that leaks,
 * crashes or hangs spoils only its own shield. See kube-shields-check(3). */
#ifndef KUBE_SHIELDS_CHECK_H
#define KUBE_SHIELDS_CHECK_H

#include <stdio.h>

#define KUBE_SHIELDS_CHECK_ABI 1

/* One run of a check. Only kube-shields makes this struct, and new members come at its end, so a module compiled for
 * this version runs with every later version of the same ABI. */
struct kube_shields_check {
    /* The question. */
    const char *service;
    const char *name;
    const char *namespaces; /* that have the service, space-separated; "" if Kubernetes has none */
    int argument_count;
    const char *const *arguments; /* from the service's .conf file; NULL-terminated */

    /* The answer. A return value other than 0 means that there is none; `message` then says why. Pointers must stay
     * valid after the return: use literals, static or allocated memory. */
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

/* Shows which ABI a module was made for without running any of it. It is weak, so that several files of a module can
 * include this header. Programs that run modules define KUBE_SHIELDS_CHECK_HOST, since they are not modules. */
#ifndef KUBE_SHIELDS_CHECK_HOST
KUBE_SHIELDS_CHECK_EXPORT __attribute__((weak)) const unsigned _kube_shields_check_abi;
const unsigned _kube_shields_check_abi = KUBE_SHIELDS_CHECK_ABI;
#endif

#endif
