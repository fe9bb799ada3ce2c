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
        {"init containers do not count, but their restarts do",
         {.containers = {READY, INIT(.has_status = true, .ready = true, .terminated = true,
                                     .terminated_reason = "Completed", .restart_count = 7)}},
         "1/1 7 "},
        {"an init container that has not run is not a reason",
         {.containers = {READY, INIT(.has_status = false)}},
         "1/1 0 "},
        {"an init container that fails is the reason",
         {.containers = {WAITING("PodInitializing"), INIT(.has_status = true, .waiting_reason = "CrashLoopBackOff")}},
         "0/1 0 Init:CrashLoopBackOff"},
        {"an init container that ended badly is the reason",
         {.containers = {WAITING("PodInitializing"),
                         INIT(.has_status = true, .terminated = true, .exit_code = 1, .terminated_reason = "Error")}},
         "0/1 0 Init:Error"},
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
        {"its node is lost", {.is_lost = true, .reason = "NodeLost", .containers = {NOT_READY}}, "0/1 0 NodeLost"},
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

/* "ready/total restarts reason", then "ready", "retrying" (another try may fix it), "gated", "node-1?" (may be why). */
static void whole_digest_text(char text[static 256], struct sample_pod *sample)
{
    const struct ks_kube_object object = sample_pod_object(sample);
    struct ks_pod_digest digest;

    ks_pod_digest(&digest, &object);
    snprintf(text, 256, "%d/%d %d %s%s%s%s%s%s%s", (int)digest.facts.ready, (int)digest.facts.total,
             (int)digest.facts.restarts, digest.reason, digest.reason[0] ? " " : "",
             digest.facts.is_ready ? "ready" : "", digest.facts.is_retrying ? "retrying" : "",
             digest.facts.gated ? " gated" : "", digest.suspect_node[0] ? " ? " : "", digest.suspect_node);
}

#define SIDECAR_UP SIDECAR(.has_status = true, .ready = true, .started = true)

static void is_ready_if_its_condition_says_so(void **state)
{
    struct {
        const char *rule;
        struct sample_pod pod;
        const char *digest;
    } rows[] = {
        {"Ready", {.ready = KS_TRUE, .containers = {READY, READY}}, "2/2 0 ready"},
        {"no conditions: the containers decide", {.containers = {READY, READY}}, "2/2 0 ready"},
        {"no conditions, one container not ready", {.containers = {READY, NOT_READY}}, "1/2 0 NotReady "},
        {"not Ready, its containers claim to be: none counts",
         {.ready = KS_FALSE, .node = "node-1", .containers = {READY, READY}},
         "0/2 0 NotReady  ? node-1"},
        {"Ready is Unknown, as on a dead node",
         {.ready = KS_UNKNOWN, .node = "node-1", .containers = {READY, SIDECAR_UP}},
         "0/2 0 NotReady  ? node-1"},
        {"not Ready, one container is not",
         {.ready = KS_FALSE, .node = "node-1", .containers = {READY, NOT_READY}},
         "1/2 0 NotReady "},
        {"a readiness gate that is not met",
         {.ready = KS_FALSE, .node = "node-1", .gate = "example.com/balanced", .containers = {READY}},
         "0/1 0 example.com/balanced "},
        {"a readiness gate waits for the container",
         {.ready = KS_FALSE, .gate = "example.com/balanced", .containers = {NOT_READY}},
         "0/1 0 NotReady "},
        {"phase Unknown", {.is_lost = true, .ready = KS_FALSE, .containers = {READY, READY}}, "0/2 0 NodeLost "},
        {"phase Unknown, Ready not updated",
         {.is_lost = true, .ready = KS_TRUE, .reason = "NodeLost", .containers = {READY, NOT_READY}},
         "0/2 0 NodeLost "},
        {"phase Unknown, another reason",
         {.is_lost = true, .ready = KS_UNKNOWN, .reason = "NodeShutdown", .containers = {READY}},
         "0/1 0 NodeShutdown "},
        {"no status at all", {.is_lost = true, .containers = {NO_STATUS}}, "0/1 0 Pending "},
        {"gated",
         {.phase = KS_POD_PENDING, .ready = KS_FALSE, .unscheduled = "SchedulingGated", .containers = {NO_STATUS}},
         "0/1 0 SchedulingGated  gated"},
        {"being deleted, still ready",
         {.ready = KS_TRUE, .deleting = true, .containers = {READY}},
         "1/1 0 Terminating ready"},
        {"a container that exited with 0 and is to run again",
         {.ready = KS_FALSE, .containers = {ENDED(0, "Completed")}},
         "0/1 0 Completed "},
        {"a sidecar fails, the rest is ready",
         {.ready = KS_FALSE,
          .containers = {SIDECAR(.has_status = true, .waiting_reason = "CrashLoopBackOff", .restart_count = 4), READY}},
         "1/2 4 Init:CrashLoopBackOff "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[256];

        whole_digest_text(text, &rows[i].pod);
        assert_row_text(rows[i].rule, text, rows[i].digest);
    }
}

static void knows_what_is_well_in_a_pod_that_runs_to_completion(void **state)
{
    struct {
        const char *rule;
        struct sample_pod pod;
        const char *digest;
    } rows[] = {
        {"it runs", {.ready = KS_TRUE, .containers = {READY}}, "1/1 0 ready"},
        {"one container completed, one runs",
         {.ready = KS_FALSE, .node = "node-1", .containers = {ENDED(0, "Completed"), READY}},
         "2/2 0 ready ? node-1"},
        {"one completed, one runs with a sidecar",
         {.ready = KS_FALSE, .containers = {SIDECAR_UP, ENDED(0, ""), READY}},
         "3/3 0 ready"},
        {"one completed, one runs, no conditions", {.containers = {ENDED(0, "Completed"), READY}}, "2/2 0 ready"},
        {"one completed, and the node does not answer",
         {.ready = KS_UNKNOWN, .node = "node-1", .containers = {ENDED(0, "Completed"), READY}},
         "0/2 0 NotReady retrying ? node-1"},
        {"one completed, one fails its probe",
         {.ready = KS_FALSE, .containers = {ENDED(0, "Completed"), NOT_READY}},
         "1/2 0 NotReady retrying"},
        {"one completed, one failed",
         {.ready = KS_FALSE, .containers = {ENDED(0, "Completed"), ENDED(1, "Error")}},
         "1/2 0 Error retrying"},
        {"all completed", {.ready = KS_FALSE, .containers = {ENDED(0, "Completed")}}, "1/1 0 Completed retrying"},
        {"all completed, the sidecar is ending",
         {.ready = KS_FALSE, .containers = {SIDECAR_UP, ENDED(0, "Completed")}},
         "2/2 0 Completed retrying"},
        {"all completed, the sidecar was killed",
         {.ready = KS_FALSE,
          .containers = {SIDECAR(.has_status = true, .terminated = true, .exit_code = 137,
                                 .terminated_reason = "Error"),
                         ENDED(0, "Completed")}},
         "1/2 0 Completed retrying"},
        {"it crashes and is tried again",
         {.ready = KS_FALSE, .containers = {WAITING("CrashLoopBackOff")}},
         "0/1 0 CrashLoopBackOff retrying"},
        {"it was killed for its memory",
         {.ready = KS_FALSE, .containers = {ENDED(137, "OOMKilled")}},
         "0/1 0 OOMKilled retrying"},
        {"its init container fails",
         {.ready = KS_FALSE,
          .containers = {INIT(.has_status = true, .terminated = true, .exit_code = 3), WAITING("PodInitializing")}},
         "0/1 0 Init:ExitCode:3 retrying"},
        {"it is being created",
         {.ready = KS_FALSE, .containers = {WAITING("ContainerCreating")}},
         "0/1 0 ContainerCreating retrying"},
        {"its image is not there",
         {.ready = KS_FALSE, .containers = {WAITING("ImagePullBackOff")}},
         "0/1 0 ImagePullBackOff "},
        {"the image of its init container is not there",
         {.ready = KS_FALSE,
          .containers = {INIT(.has_status = true, .waiting_reason = "ErrImagePull"), WAITING("PodInitializing")}},
         "0/1 0 Init:ErrImagePull "},
        {"no node accepts it",
         {.phase = KS_POD_PENDING, .ready = KS_FALSE, .unscheduled = "Unschedulable", .containers = {NO_STATUS}},
         "0/1 0 Unschedulable "},
        {"its node is lost", {.is_lost = true, .ready = KS_UNKNOWN, .containers = {READY}}, "0/1 0 NodeLost "},
        {"an error that nobody knows",
         {.ready = KS_FALSE, .containers = {WAITING("Decoherence")}},
         "0/1 0 Decoherence "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[256];

        rows[i].pod.runs_once = true;
        whole_digest_text(text, &rows[i].pod);
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
        {"unknown", {.is_lost = true}, false, false, false},
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

/* Three restarts or more are yellow for an hour after the last one, however old the pod is. */
static void is_yellow_for_an_hour_after_the_last_of_several_restarts(void **state)
{
    struct {
        const char *rule;
        struct sample_pod pod;
        int64_t until;
    } rows[] = {
        {"three, the last one ended then",
         {.containers = {CONTAINER(.restart_count = 3, .last_finished_at = NOW)}},
         NOW + 3600},
        {"three, it runs since then",
         {.containers = {CONTAINER(.restart_count = 3, .last_finished_at = NOW - 9, .started_at = NOW)}},
         NOW + 3600},
        {"three, in several containers",
         {.containers = {CONTAINER(.restart_count = 1, .last_finished_at = NOW),
                         CONTAINER(.restart_count = 2, .last_finished_at = NOW - 500)}},
         NOW + 3600},
        {"an init container's count, too",
         {.containers = {INIT(.restart_count = 3, .last_finished_at = NOW)}},
         NOW + 3600},
        {"two are too few", {.containers = {CONTAINER(.restart_count = 2, .last_finished_at = NOW)}}, NOW - 86 * DAY},
        {"a container that never restarted has no last restart",
         {.containers = {CONTAINER(.restart_count = 3, .last_finished_at = NOW - 9000), CONTAINER(.started_at = NOW)}},
         NOW - 9000 + 3600},
        {"nobody knows when", {.containers = {CONTAINER(.restart_count = 3)}}, NOW - 84 * DAY},
        {"the other rule lasts longer",
         {.containers = {CONTAINER(.restart_count = 90, .last_finished_at = NOW)}},
         NOW + 90 * DAY},
        {"no restart", {.containers = {CONTAINER(.started_at = NOW, .last_finished_at = NOW)}}, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_kube_object object = sample_pod_object(&rows[i].pod);
        struct ks_pod_digest digest;

        object.meta.created = NOW - 90 * DAY;
        ks_pod_digest(&digest, &object);
        assert_row_number(rows[i].rule, digest.facts.yellow_until, rows[i].until);
    }
}

static void knows_when_a_finished_pod_ended(void **state)
{
    struct sample_pod pod = {.phase = KS_POD_FAILED,
                             .containers = {CONTAINER(.terminated = true, .finished_at = NOW - 5),
                                            CONTAINER(.terminated = true, .finished_at = NOW),
                                            CONTAINER(.terminated = true, .finished_at = NOW - 9)}};
    struct ks_kube_object object = sample_pod_object(&pod);
    struct ks_pod_digest digest;

    (void)state;
    ks_pod_digest(&digest, &object);
    assert_int_equal(digest.facts.finished_at, NOW);
    object.pod.phase = KS_POD_RUNNING;
    ks_pod_digest(&digest, &object);
    assert_int_equal(digest.facts.finished_at, 0);
}

static uint32_t step(const char *name, const char *labels)
{
    struct sample_pod pod = {.step = name, .labels = labels, .containers = {READY}};
    const struct ks_kube_object object = sample_pod_object(&pod);
    struct ks_pod_digest digest;

    ks_pod_digest(&digest, &object);
    return digest.facts.step;
}

static void tries_of_a_step_share_it(void **state)
{
    static const char build[] = "tekton.dev/pipelineTask\0build\0";
    static const char test[] = "tekton.dev/pipelineTask\0test\0";
    static const char index[] = "batch.kubernetes.io/job-completion-index\0000\0";

    (void)state;
    assert_int_equal(step("", NULL), 0);
    assert_int_not_equal(step("run.build", NULL), 0);
    assert_int_equal(step("run.build(0)", NULL), step("run.build(12)", NULL));
    assert_int_equal(step("run.build(0)", NULL), step("run.build", NULL));
    assert_int_not_equal(step("run.build(0)", NULL), step("run.test(0)", NULL));
    assert_int_not_equal(step("run.build(0:a)", NULL), step("run.build(1:b)", NULL));
    assert_int_equal(step("run.build(0:a)(0)", NULL), step("run.build(0:a)(1)", NULL));
    assert_int_not_equal(step("()", NULL), step("(1)", NULL));
    assert_int_not_equal(step("", build), 0);
    assert_int_not_equal(step("", build), step("", test));
    assert_int_not_equal(step("", index), 0);
    assert_int_equal(step("run.build", build), step("run.build", test));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_containers_and_names_the_worst_reason),
        cmocka_unit_test(is_ready_if_its_condition_says_so),
        cmocka_unit_test(knows_what_is_well_in_a_pod_that_runs_to_completion),
        cmocka_unit_test(recognises_pods_that_are_going_or_gone),
        cmocka_unit_test(is_yellow_while_it_restarted_more_than_every_other_day),
        cmocka_unit_test(is_yellow_for_an_hour_after_the_last_of_several_restarts),
        cmocka_unit_test(knows_when_a_finished_pod_ended),
        cmocka_unit_test(tries_of_a_step_share_it),
        cmocka_unit_test(versions_are_image_tags),
        cmocka_unit_test(versions_that_are_too_many_end_in_an_ellipsis),
        cmocka_unit_test(a_version_that_is_too_long_is_an_ellipsis),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
