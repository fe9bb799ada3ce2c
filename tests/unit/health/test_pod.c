/* The part of one pod in its service. */
#include "config.h"

#include "support/testing.h"

#include "health/health.h"
#include "support/kube_sample.h"

#define SIDECAR(...) CONTAINER(.role = KS_CONTAINER_SIDECAR, .image = "proxy:9", __VA_ARGS__)
#define INIT(...)    CONTAINER(.role = KS_CONTAINER_INIT, .image = "setup:9", __VA_ARGS__)
#define OOM_BEFORE   CONTAINER(.has_status = true, .waiting_reason = "CrashLoopBackOff", .last_reason = "OOMKilled")

/* "ready/total restarts reason" */
static void digest_text(char text[static 256], struct sample_pod *sample)
{
    const struct ks_kube_object object = sample_pod_object(sample);
    struct ks_pod_digest digest;

    ks_pod_digest(&digest, &object);
    snprintf(text, 256, "%d/%d %d %s", (int)digest.facts.ready, (int)digest.facts.total, (int)digest.facts.restarts,
             digest.reason);
}

static void counts_containers_and_names_the_worst_reason(void **state)
{
    struct {
        const char *rule;
        struct sample_pod pod;
        const char *digest;
    } rows[] = {
        {"a ready container", {.containers = {READY}}, "1/1 0 "},
        {"every container counts", {.containers = {READY, NOT_READY, READY}}, "2/3 0 NotReady"},
        {"a container without a status counts", {.containers = {READY, NO_STATUS}}, "1/2 0 Pending"},
        {"a pod without any status", {.phase = KS_POD_PENDING, .containers = {NO_STATUS}}, "0/1 0 Pending"},
        {"sidecars count", {.containers = {READY, SIDECAR(.has_status = true, .ready = true)}}, "2/2 0 "},
        {"a sidecar that is down counts", {.containers = {READY, SIDECAR(.has_status = true)}}, "1/2 0 NotReady"},
        {"a sidecar's restarts count",
         {.containers = {RESTARTED(1), SIDECAR(.has_status = true, .ready = true, .restart_count = 2)}},
         "2/2 3 "},
        {"init containers do not count",
         {.containers = {READY, INIT(.has_status = true, .ready = true, .terminated = true,
                                     .terminated_reason = "Completed", .restart_count = 7)}},
         "1/1 0 "},
        {"an init container that has not run is not a reason",
         {.containers = {READY, INIT(.has_status = false)}},
         "1/1 0 "},
        {"an init container that fails is the reason",
         {.containers = {WAITING("PodInitializing"), INIT(.has_status = true, .waiting_reason = "CrashLoopBackOff")}},
         "0/1 0 CrashLoopBackOff"},
        {"an init container that ended badly is the reason",
         {.containers = {WAITING("PodInitializing"),
                         INIT(.has_status = true, .terminated = true, .exit_code = 1, .terminated_reason = "Error")}},
         "0/1 0 Error"},
        {"starting is not a failure", {.containers = {WAITING("ContainerCreating")}}, "0/1 0 ContainerCreating"},
        {"initializing is not a failure", {.containers = {WAITING("PodInitializing")}}, "0/1 0 PodInitializing"},
        {"the worst of several",
         {.containers = {WAITING("ImagePullBackOff"), WAITING("CrashLoopBackOff"), NOT_READY}},
         "0/3 0 CrashLoopBackOff"},
        {"an unlisted reason beats NotReady",
         {.containers = {WAITING("QuantumDecoherence"), NOT_READY}},
         "0/2 0 QuantumDecoherence"},
        {"killed for its memory, then waiting to crash again", {.containers = {OOM_BEFORE}}, "0/1 0 OOMKilled"},
        {"killed for its memory once, ready now",
         {.containers = {CONTAINER(.has_status = true, .ready = true, .restart_count = 1, .last_reason = "OOMKilled")}},
         "1/1 1 "},
        {"ended with an error", {.containers = {ENDED(1, "Error")}}, "0/1 0 Error"},
        {"one of several completed", {.containers = {READY, ENDED(0, "Completed")}}, "1/2 0 NotReady"},
        {"no node accepts it",
         {.phase = KS_POD_PENDING, .unscheduled = "Unschedulable", .containers = {NO_STATUS}},
         "0/1 0 Unschedulable"},
        {"evicted", {.phase = KS_POD_FAILED, .reason = "Evicted"}, "0/0 0 Evicted"},
        {"its node is lost", {.reason = "NodeLost", .containers = {NOT_READY}}, "0/1 0 NodeLost"},
        {"being deleted, whatever else",
         {.deleting = true, .containers = {WAITING("CrashLoopBackOff")}},
         "0/1 0 Terminating"},
        {"numbers beyond 32 bits stay at the largest",
         {.containers = {RESTARTED(INT32_MAX), RESTARTED(5)}},
         "2/2 2147483647 "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[256];

        digest_text(text, &rows[i].pod);
        assert_row_text(rows[i].rule, text, rows[i].digest);
    }
}

static void recognises_pods_that_are_going_or_gone(void **state)
{
    struct {
        const char *rule;
        struct sample_pod pod;
        bool deleting, finished, failed;
    } rows[] = {
        {"unknown", {.phase = KS_POD_UNKNOWN}, false, false, false},
        {"pending", {.phase = KS_POD_PENDING}, false, false, false},
        {"running", {.phase = KS_POD_RUNNING}, false, false, false},
        {"succeeded", {.phase = KS_POD_SUCCEEDED}, false, true, false},
        {"failed", {.phase = KS_POD_FAILED}, false, true, true},
        {"being deleted", {.phase = KS_POD_RUNNING, .deleting = true}, true, false, false},
        {"failed, being deleted", {.phase = KS_POD_FAILED, .deleting = true}, true, true, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_kube_object object = sample_pod_object(&rows[i].pod);
        struct ks_pod_digest digest;

        ks_pod_digest(&digest, &object);
        assert_row_number(rows[i].rule, digest.facts.deleting, rows[i].deleting);
        assert_row_number(rows[i].rule, digest.facts.finished, rows[i].finished);
        assert_row_number(rows[i].rule, digest.facts.failed, rows[i].failed);
        assert_row_number(rows[i].rule, digest.facts.created, NOW - DAY);
    }
}

/* restarts / max(age in days, 1) > 0.5, which is more than once every other day; exactly 0.5 is still well. */
static void is_yellow_while_it_restarted_more_than_every_other_day(void **state)
{
    static const struct {
        int32_t restarts;
        int64_t age;
        bool yellow;
    } rows[] = {
        {0, 0, false},
        {0, DAY, false},
        {1, 0, true}, /* a pod younger than a day counts as one day old */
        {1, DAY - 1, true},
        {1, DAY, true},
        {1, 2 * DAY - 1, true},
        {1, 2 * DAY, false}, /* 0.5 */
        {1, 2 * DAY + 1, false},
        {2, 4 * DAY - 1, true},
        {2, 4 * DAY, false},
        {7, 14 * DAY - 1, true},
        {7, 14 * DAY, false},
        {INT32_MAX, 100 * 365 * DAY, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sample_pod sample = {.containers = {RESTARTED(rows[i].restarts)}};
        struct ks_kube_object object = sample_pod_object(&sample);
        struct ks_pod_digest digest;
        char row[64];

        object.meta.created = NOW - rows[i].age;
        ks_pod_digest(&digest, &object);
        snprintf(row, sizeof row, "%d restarts in %" PRId64 " s", (int)rows[i].restarts, rows[i].age);
        assert_row_number(row, NOW < digest.facts.yellow_until, rows[i].yellow);
    }
}

static void versions_are_image_tags(void **state)
{
    struct {
        const char *rule;
        struct sample_pod pod;
        const char *version;
    } rows[] = {
        {"a tag", {.containers = {IMAGE("web:1.4.2")}}, "1.4.2"},
        {"a missing tag means latest", {.containers = {IMAGE("web")}}, "latest"},
        {"behind a registry", {.containers = {IMAGE("registry.example/team/web:1.4.2")}}, "1.4.2"},
        {"a registry's port is not a tag", {.containers = {IMAGE("registry:5000/team/web")}}, "latest"},
        {"a port and a tag", {.containers = {IMAGE("registry:5000/web:2")}}, "2"},
        {"a digest, shortened",
         {.containers = {IMAGE("web@sha256:0123456789abcdef0123456789abcdef")}},
         "sha256:0123456789ab"},
        {"a port and a digest",
         {.containers = {IMAGE("registry:5000/web@sha256:0123456789abcdef")}},
         "sha256:0123456789ab"},
        {"a tag takes precedence over a digest", {.containers = {IMAGE("web:1.4.2@sha256:0123456789abcdef")}}, "1.4.2"},
        {"a short digest", {.containers = {IMAGE("web@sha256:01")}}, "sha256:01"},
        {"a digest without its kind", {.containers = {IMAGE("web@0123")}}, "0123"},
        {"no image", {.containers = {IMAGE("")}}, "latest"},
        {"several, in order", {.containers = {IMAGE("web:2"), IMAGE("log:1")}}, "2, 1"},
        {"each once", {.containers = {IMAGE("web:2"), IMAGE("log:1"), IMAGE("job:2"), IMAGE("x:1")}}, "2, 1"},
        {"part of another is another", {.containers = {IMAGE("a:1.2"), IMAGE("b:1"), IMAGE("c:2")}}, "1.2, 1, 2"},
        {"not of sidecars and init containers",
         {.containers = {SIDECAR(.ready = true), IMAGE("web:1"), INIT(.ready = true)}},
         "1"},
        {"no container", {.containers = {{.name = NULL}}}, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_kube_object object = sample_pod_object(&rows[i].pod);
        struct ks_pod_digest digest;

        ks_pod_digest(&digest, &object);
        assert_row_text(rows[i].rule, digest.version, rows[i].version);
    }
}

/* A full list says so once, at its end, and stays as it is. */
static void versions_that_are_too_many_end_in_an_ellipsis(void **state)
{
    static const char ellipsis[] = ", \xe2\x80\xa6";
    char images[SAMPLE_CONTAINERS][40];
    struct sample_pod sample = {.phase = KS_POD_RUNNING};
    struct ks_kube_object object;
    struct ks_pod_digest digest;
    const char *first;

    (void)state;
    for (int i = 0; i < SAMPLE_CONTAINERS; i++) {
        /* The last one would still fit. */
        snprintf(images[i], sizeof images[i], "web:%0*d", i < SAMPLE_CONTAINERS - 1 ? 30 : 1, i % 10);
        sample.containers[i] = (struct ks_container)IMAGE(images[i]);
    }
    object = sample_pod_object(&sample);
    ks_pod_digest(&digest, &object);
    first = strstr(digest.version, ellipsis);
    assert_non_null(first);
    assert_string_equal(first, ellipsis);
    assert_memory_equal(digest.version, "000000000000000000000000000000, 000000000000000000000000000001, ", 64);
}

static void a_version_that_is_too_long_is_an_ellipsis(void **state)
{
    char image[400] = "web:";
    struct sample_pod sample = {.containers = {IMAGE(image), IMAGE("log:1")}};
    const struct ks_kube_object object = sample_pod_object(&sample);
    struct ks_pod_digest digest;

    (void)state;
    memset(image + 4, 'v', sizeof image - 5);
    image[sizeof image - 1] = '\0';
    ks_pod_digest(&digest, &object);
    assert_string_equal(digest.version, "\xe2\x80\xa6");
}

static void reasons_have_an_order(void **state)
{
    static const char *const worst_first[] = {
        "OOMKilled",
        "CrashLoopBackOff",
        "Evicted",
        "ImagePullBackOff",
        "ErrImagePull",
        "InvalidImageName",
        "CreateContainerConfigError",
        "RunContainerError",
        "NodeLost",
        "Error",
        "SomethingUnheardOf",
        "Unschedulable",
        "NotReady",
        "Pending",
        "ContainerCreating",
        "PodInitializing",
        "Terminating",
        "Completed",
        "",
    };
    static const char *const passing[] = {"Pending", "ContainerCreating", "PodInitializing", "Terminating",
                                          "Completed"};
    static const char *const lasting[] = {"OOMKilled", "NotReady", "SomethingUnheardOf", "Unschedulable", ""};

    (void)state;
    for (size_t i = 1; i < COUNT(worst_first); i++) {
        assert_true(ks_reason_severity(worst_first[i - 1]) > ks_reason_severity(worst_first[i]));
    }
    for (size_t i = 0; i < COUNT(passing); i++) {
        assert_true(ks_reason_is_passing(passing[i]));
        assert_false(ks_reason_is_passing(lasting[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_containers_and_names_the_worst_reason),
        cmocka_unit_test(recognises_pods_that_are_going_or_gone),
        cmocka_unit_test(is_yellow_while_it_restarted_more_than_every_other_day),
        cmocka_unit_test(versions_are_image_tags),
        cmocka_unit_test(versions_that_are_too_many_end_in_an_ellipsis),
        cmocka_unit_test(a_version_that_is_too_long_is_an_ellipsis),
        cmocka_unit_test(reasons_have_an_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
