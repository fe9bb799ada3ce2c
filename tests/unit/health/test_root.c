/* Which service a pod or a controller belongs to, as far as it shows itself. */
#include "config.h"

#include "support/testing.h"

#include "health/root.h"
#include "kube/labels.h"

#define TEN   "aaaaaaaaaa"
#define FIFTY TEN TEN TEN TEN TEN
#define A63   FIFTY TEN "aaa"
#define A253  FIFTY FIFTY FIFTY FIFTY FIFTY "aaa"

/* "key=value,…" as labels. */
static void put_labels(struct ks_buf *out, const char *text)
{
    char copy[512];
    char *rest = NULL;

    snprintf(copy, sizeof copy, "%s", text ? text : "");
    for (char *label = strtok_r(copy, ",", &rest); label; label = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(label, '=');

        *value = '\0';
        ks_labels_put(out, label, value + 1);
    }
    ks_labels_end(out);
}

#define FOR_EVER      true
#define TO_COMPLETION false

static void a_pod_belongs_to_its_root_controller(void **state)
{
    static const struct {
        const char *owner_kind, *owner_name, *labels;
        bool restarts_always;
        const char *root; /* "kind name", with "*" if it belongs to a run; NULL: no controller made it */
    } rows[] = {
        {"", "", NULL, FOR_EVER, NULL},
        {"", "", "pod-template-hash=5d4f8c7d9", FOR_EVER, NULL},
        {"", "web", NULL, FOR_EVER, NULL},
        {"ReplicaSet", "web-5d4f8c7d9", "pod-template-hash=5d4f8c7d9", FOR_EVER, "Deployment web"},
        {"ReplicaSet", "my-web-app-5d4f8c7d9", "pod-template-hash=5d4f8c7d9", FOR_EVER, "Deployment my-web-app"},
        {"ReplicaSet", "web-5d4f8c7d9", "rollouts-pod-template-hash=5d4f8c7d9", FOR_EVER, "Rollout web"},
        {"ReplicaSet", "web-5d4f8c7d9-5d4f8c7d9", "pod-template-hash=5d4f8c7d9", FOR_EVER, "Deployment web-5d4f8c7d9"},
        {"ReplicaSet", "web", NULL, FOR_EVER, "ReplicaSet web"},
        {"ReplicaSet", "web-5d4f8c7d9", NULL, FOR_EVER, "ReplicaSet web-5d4f8c7d9"},
        {"ReplicaSet", "web-5d4f8c7d9", "pod-template-hash=other", FOR_EVER, "ReplicaSet web-5d4f8c7d9"},
        {"ReplicaSet", "web5d4f8c7d9", "pod-template-hash=5d4f8c7d9", FOR_EVER, "ReplicaSet web5d4f8c7d9"},
        {"ReplicaSet", "-5d4f8c7d9", "pod-template-hash=5d4f8c7d9", FOR_EVER, "ReplicaSet -5d4f8c7d9"},
        {"ReplicaSet", "5d4f8c7d9", "pod-template-hash=5d4f8c7d9", FOR_EVER, "ReplicaSet 5d4f8c7d9"},
        {"StatefulSet", "web-5d4f8c7d9", "pod-template-hash=5d4f8c7d9", FOR_EVER, "StatefulSet web-5d4f8c7d9"},
        {"StatefulSet", A253, NULL, FOR_EVER, "StatefulSet " A253},
        {"StatefulSet", A253 "a", NULL, FOR_EVER, NULL},
        {"DaemonSet", "web", NULL, FOR_EVER, "DaemonSet web"},
        {"Job", "backup-27891234", NULL, TO_COMPLETION, "Job backup-27891234*"},
        {"Pod", "pi-driver", NULL, TO_COMPLETION, "Pod pi-driver"},
        {"Pod", "pi-x7k2p", "sparkoperator.k8s.io/app-name=pi", TO_COMPLETION, "Pod pi-x7k2p"},

        {"ReplicationController", "web", NULL, FOR_EVER, "ReplicationController web"},
        {"ReplicationController", "web-3", NULL, FOR_EVER, "ReplicationController web-3"},
        {"ReplicationController", "web-3", "deploymentconfig=web", FOR_EVER, "DeploymentConfig web"},
        {"ReplicationController", "web-12", "openshift.io/deployment-config.name=web", FOR_EVER,
         "DeploymentConfig web"},
        {"ReplicationController", "web-2-3", "deploymentconfig=web-2", FOR_EVER, "DeploymentConfig web-2"},
        {"ReplicationController", "web-3", "deploymentconfig=shop", FOR_EVER, "ReplicationController web-3"},
        {"ReplicationController", "web-", "deploymentconfig=web", FOR_EVER, "ReplicationController web-"},
        {"ReplicationController", "web-x", "deploymentconfig=web", FOR_EVER, "ReplicationController web-x"},
        {"ReplicaSet", "web-3", "deploymentconfig=web", FOR_EVER, "ReplicaSet web-3"},

        {"Gadget", "web", NULL, FOR_EVER, "Gadget web"},
        {"Gadget", "web-27891234", NULL, FOR_EVER, "Gadget web-27891234"},
        {"Gadget", "web-x7k2p", "workflows.argoproj.io/workflow-template=etl", FOR_EVER, "Gadget web-x7k2p"},
        {"gadget", "web", NULL, FOR_EVER, "gadget web"},
        {"Gadget.example.com", "web.v2", NULL, FOR_EVER, "Gadget.example.com web.v2"},
        {"pod", "web-x7k2p", NULL, TO_COMPLETION, "pod web*"},
        {A63, "web", NULL, FOR_EVER, A63 " web"},
        {A63 "a", "web", NULL, FOR_EVER, NULL},

        {"Workflow", "etl", NULL, TO_COMPLETION, "Workflow etl*"},
        {"Workflow", "etl-x7k2p", NULL, TO_COMPLETION, "Workflow etl*"},
        {"Workflow", "etl-1699999999", NULL, TO_COMPLETION, "Workflow etl*"},
        {"Workflow", "etl-123456", NULL, TO_COMPLETION, "Workflow etl*"},
        {"Workflow", "etl-12345678901234567890", NULL, TO_COMPLETION, "Workflow etl*"},
        {"Workflow", "etl-12345", NULL, TO_COMPLETION, "Workflow etl-12345*"},
        {"Workflow", "etl-v2", NULL, TO_COMPLETION, "Workflow etl-v2*"},
        {"Workflow", "etl-daily", NULL, TO_COMPLETION, "Workflow etl-daily*"},
        {"Workflow", "check-https", NULL, TO_COMPLETION, "Workflow check-https*"},
        {"Workflow", "x7k2p", NULL, TO_COMPLETION, "Workflow x7k2p*"},
        {"Workflow", "-x7k2p", NULL, TO_COMPLETION, "Workflow -x7k2p*"},
        {"Workflow", "etl--x7k2p", NULL, TO_COMPLETION, "Workflow etl--x7k2p*"},
        {"Workflow", "etl-X7K2P", NULL, TO_COMPLETION, "Workflow etl-X7K2P*"},
        {"Workflow", A63 "-x7k2p", NULL, TO_COMPLETION, "Workflow " A63 "*"},
        {"Workflow", A253, NULL, TO_COMPLETION, "Workflow " A253 "*"},
        {"Workflow", A253 "-x7k2p", NULL, TO_COMPLETION, "Workflow " A253 "*"},
        {"Workflow", A253 "ax7k2p", NULL, TO_COMPLETION, NULL},
        {"Workflow", "etl-x7k2p", "workflows.argoproj.io/cron-workflow=nightly", TO_COMPLETION,
         "CronWorkflow nightly*"},
        {"Workflow", "x", "workflows.argoproj.io/workflow-template=etl-v2", TO_COMPLETION, "WorkflowTemplate etl-v2*"},
        {"Workflow", "x", "workflows.argoproj.io/workflow-template=", TO_COMPLETION, "Workflow x*"},
        {"TaskRun", "b-x7k2p-test", "tekton.dev/pipeline=b,tekton.dev/task=test,tekton.dev/pipelineRun=b-x7k2p",
         TO_COMPLETION, "Pipeline b*"},
        /* A run that brings its own pipeline is called after itself. */
        {"TaskRun", "b-x7k2p-test", "tekton.dev/pipeline=b-x7k2p,tekton.dev/pipelineRun=b-x7k2p", TO_COMPLETION,
         "Pipeline b*"},
        {"TaskRun", "lint-x7k2p", "tekton.dev/task=lint", TO_COMPLETION, "Task lint*"},
        {"SparkApplication", "pi-1699999999", "sparkoperator.k8s.io/app-name=pi-1699999999", TO_COMPLETION,
         "SparkApplication pi*"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf labels KS_CLEANUP_BUF;
        struct ks_root root = {.run = 77};
        char text[512] = "";
        struct ks_kube_object pod = {
            .kind = KS_KIND_POD,
            .meta = {.name = "p", .owner_kind = rows[i].owner_kind, .owner_name = rows[i].owner_name},
            .pod = {.restarts_always = rows[i].restarts_always}};

        ks_buf_init(&labels, CEILING);
        put_labels(&labels, rows[i].labels);
        pod.meta.labels = labels.data;
        if (ks_name_pod_root(&pod, &root)) {
            snprintf(text, sizeof text, "%s %s%s", root.kind, root.name, root.run ? "*" : "");
        }
        assert_row_text(rows[i].owner_name, text, rows[i].root ? rows[i].root : "");
    }
}

static void a_static_pod_is_called_as_on_every_node(void **state)
{
    static const struct {
        const char *pod, *node, *root;
    } rows[] = {
        {"haproxy-n1", "n1", "Node haproxy"},
        {"kube-apiserver-master-0.example.com", "master-0.example.com", "Node kube-apiserver"},
        {"haproxy-n1", "n2", "Node haproxy-n1"},
        {"haproxy-xn1", "n1", "Node haproxy-xn1"},
        {"n1", "n1", "Node n1"},
        {"-n1", "n1", "Node -n1"},
        {"haproxy-n1-n1", "n1", "Node haproxy-n1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_kube_object pod = {
            .kind = KS_KIND_POD,
            .meta = {.name = rows[i].pod, .owner_kind = "Node", .owner_name = rows[i].node},
            .pod = {.restarts_always = true}};
        struct ks_root root;
        char text[300];

        assert_true(ks_name_pod_root(&pod, &root));
        snprintf(text, sizeof text, "%s %s", root.kind, root.name);
        assert_row_text(rows[i].pod, text, rows[i].root);
        assert_row_number(rows[i].pod, root.run, 0);
    }
}

static void pods_of_one_run_share_it(void **state)
{
    static const struct {
        const char *owner_name, *labels, *other_owner, *other_labels;
        bool same;
    } rows[] = {
        {"etl-x7k2p", NULL, "etl-x7k2p", NULL, true},
        {"etl-x7k2p", NULL, "etl-b4b4b", NULL, false},
        {"etl-x7k2p", "workflows.argoproj.io/workflow-template=etl", "etl-b4b4b",
         "workflows.argoproj.io/workflow-template=etl", false},
        {"r-a", "tekton.dev/pipeline=b,tekton.dev/pipelineRun=r", "r-b",
         "tekton.dev/pipeline=b,tekton.dev/pipelineRun=r", true},
        {"r-a", "tekton.dev/pipeline=b,tekton.dev/pipelineRun=r", "s-a",
         "tekton.dev/pipeline=b,tekton.dev/pipelineRun=s", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_root roots[2];

        for (int other = 0; other < 2; other++) {
            struct ks_buf labels KS_CLEANUP_BUF;
            struct ks_kube_object pod = {.kind = KS_KIND_POD,
                                         .meta = {.name = "p",
                                                  .owner_kind = "Run",
                                                  .owner_name = other ? rows[i].other_owner : rows[i].owner_name}};

            ks_buf_init(&labels, CEILING);
            put_labels(&labels, other ? rows[i].other_labels : rows[i].labels);
            pod.meta.labels = labels.data;
            assert_true(ks_name_pod_root(&pod, &roots[other]));
            assert_true(roots[other].run != 0);
        }
        assert_row_text(rows[i].owner_name, roots[0].name, roots[1].name);
        assert_row_number(rows[i].owner_name, roots[0].run == roots[1].run, rows[i].same);
    }
}

static void a_controller_belongs_to_what_owns_it(void **state)
{
    static const struct {
        enum ks_kind kind;
        const char *name, *owner_kind, *owner_name, *labels, *root; /* NULL: refused */
    } rows[] = {
        {KS_KIND_DEPLOYMENT, "web", "", "", NULL, "Deployment web"},
        {KS_KIND_DEPLOYMENT, "web", "Gadget", "shop", NULL, "Deployment web"},
        {KS_KIND_DEPLOYMENT, "web-5d4f8c7d9", "", "", "pod-template-hash=5d4f8c7d9", "Deployment web-5d4f8c7d9"},
        {KS_KIND_DEPLOYMENT, A253, "", "", NULL, "Deployment " A253},
        {KS_KIND_DEPLOYMENT, A253 "a", "", "", NULL, NULL},
        {KS_KIND_REPLICASET, "web-5d4f8c7d9", "Deployment", "web", "pod-template-hash=5d4f8c7d9", "Deployment web"},
        {KS_KIND_REPLICASET, "legacy", "Deployment", "web", NULL, "Deployment web"},
        {KS_KIND_REPLICASET, "web-5d4f8c7d9", "Rollout", "web", NULL, "Rollout web"},
        {KS_KIND_REPLICASET, "web-5d4f8c7d9", "gadget", "shop", "pod-template-hash=5d4f8c7d9", "gadget shop"},
        {KS_KIND_REPLICASET, "web-5d4f8c7d9", "", "", "pod-template-hash=5d4f8c7d9", "Deployment web"},
        {KS_KIND_REPLICASET, "web-5d4f8c7d9", "", "", "rollouts-pod-template-hash=5d4f8c7d9", "Rollout web"},
        {KS_KIND_REPLICASET, "web", "", "", NULL, "ReplicaSet web"},
        {KS_KIND_REPLICASET, "web", A63 "a", "shop", NULL, "ReplicaSet web"},
        {KS_KIND_REPLICATIONCONTROLLER, "web-3", "DeploymentConfig", "web", NULL, "DeploymentConfig web"},
        {KS_KIND_REPLICATIONCONTROLLER, "web-3", "", "", "openshift.io/deployment-config.name=web",
         "DeploymentConfig web"},
        {KS_KIND_REPLICATIONCONTROLLER, "web-3", "", "", "deploymentconfig=web", "DeploymentConfig web"},
        {KS_KIND_REPLICATIONCONTROLLER, "web-3", "", "", NULL, "ReplicationController web-3"},
        {KS_KIND_STATEFULSET, "db", "Cluster", "pg", NULL, "StatefulSet db"},
        {KS_KIND_JOB, "backup-27891234", "CronJob", "backup", NULL, "CronJob backup"},
        {KS_KIND_JOB, "by-hand", "CronJob", "backup", NULL, "CronJob backup"},
        {KS_KIND_JOB, "backup-27891234", "", "", NULL, "Job backup-27891234"},
        {KS_KIND_JOB, "pg-backup-20240101120000", "ScheduledBackup", "pg-backup", NULL, "ScheduledBackup pg-backup"},
        {KS_KIND_JOB, "pg-x7k2p", "Cluster", "pg", NULL, "Cluster pg"},
        {KS_KIND_JOB, "pg-1-initdb", "Cluster", "pg", NULL, "Job pg-1-initdb"},
        {KS_KIND_JOB, "pg-https", "Cluster", "pg", NULL, "Job pg-https"},
        {KS_KIND_JOB, "pg", "Cluster", "pg", NULL, "Job pg"},
        {KS_KIND_JOB, "other-x7k2p", "Cluster", "pg", NULL, "Job other-x7k2p"},
        {KS_KIND_CRONJOB, "backup-27891234", "", "", NULL, "CronJob backup-27891234"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf labels KS_CLEANUP_BUF;
        struct ks_root root;
        char text[512] = "";
        struct ks_kube_object object = {
            .kind = rows[i].kind,
            .meta = {.name = rows[i].name, .owner_kind = rows[i].owner_kind, .owner_name = rows[i].owner_name}};

        ks_buf_init(&labels, CEILING);
        put_labels(&labels, rows[i].labels);
        object.meta.labels = labels.data;
        if (ks_name_controller_root(&object, &root)) {
            snprintf(text, sizeof text, "%s %s", root.kind, root.name);
        }
        assert_row_text(rows[i].name, text, rows[i].root ? rows[i].root : "");
    }
}

static void kinds_are_custom_unless_kubernetes_has_them(void **state)
{
    static const struct {
        const char *kind;
        bool custom, runs;
    } rows[] = {
        {"Deployment", false, false}, {"Job", false, false},
        {"Node", false, false},       {"Pod", false, false},
        {"", false, false},           {"deployment", true, false},
        {"Rollout", true, false},     {"DeploymentConfig", true, false},
        {"Workflow", true, true},     {"Pipeline", true, true},
        {"CronWorkflow", true, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_number(rows[i].kind, ks_name_is_custom_kind(rows[i].kind), rows[i].custom);
        assert_row_number(rows[i].kind, ks_name_is_run_kind(rows[i].kind), rows[i].runs);
    }
}

static void old_names_lead_to_stable_ones(void **state)
{
    static const struct {
        const char *old;
        const char *stable;  /* "kind name, …", the most likely first */
        const char *cronjob; /* by the name of one of its Jobs; or NULL */
    } rows[] = {
        {"web-5d4f8c7d9", "Deployment web", NULL},
        {"my-web-5d4f8c7d9", "Deployment my-web", NULL},
        {"web-7d4b9c8f", "Deployment web", NULL},
        {"web-7d4b9c8f6x", "Deployment web", NULL},
        {"web-7d4b9c8", "", NULL},     /* too short: may be a word */
        {"web-7d4b9c8f6x5", "", NULL}, /* too long */
        {"web-5d4f8c7da", "", NULL},   /* no hash has vowels */
        {"web-5d4f8c7d1", "", NULL},   /* nor digits that look like letters */
        {"web-5D4F8C7D9", "", NULL},
        {"web-tls", "", NULL},
        {"web", "", NULL},
        {"web-", "", NULL},
        {"-5d4f8c7d9", "", NULL},
        {"5d4f8c7d9", "", NULL},
        {"", "", NULL},
        {"backup-27891234", "CronJob backup, run of backup", "backup"},
        {"backup-1578912340", "CronJob backup, run of backup", "backup"},
        {"my-backup-27891234", "CronJob my-backup, run of my-backup", "my-backup"},
        {"backup-2789123", "Job backup, DeploymentConfig backup, run of backup", NULL},
        {"backup-15789123401", "run of backup", NULL},
        {"backup-2789123x", "", NULL},
        {"-27891234", "", NULL},
        {"backup-27891234-0", "CronJob backup, Job backup-27891234, DeploymentConfig backup-27891234", NULL},
        {"backup-27891234-11", "CronJob backup, Job backup-27891234, DeploymentConfig backup-27891234", NULL},
        {"crunch-0", "Job crunch, DeploymentConfig crunch", NULL},
        {"crunch-12", "Job crunch, DeploymentConfig crunch", NULL},
        {"crunch-012", "", NULL}, /* nothing counts like this */
        {"etl-x7k2p", "run of etl", NULL},
        {"etl-x7k2a", "", NULL},
        {"check-https", "", NULL}, /* a word */
        {"-x7k2p", "", NULL},
        {A63 "-x7k2p", "run of " A63, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_old_name found[KS_OLD_NAMES_MOST];
        char cronjob[KS_NAME_SIZE];
        struct ks_buf text KS_CLEANUP_BUF;
        size_t count = ks_name_resolve_old(rows[i].old, found);

        ks_buf_init(&text, CEILING);
        for (size_t at = 0; at < count; at++) {
            ks_buf_printf(&text, "%s%s %s", at ? ", " : "", found[at].kind ? found[at].kind : "run of", found[at].name);
        }
        assert_row_text(rows[i].old, text.data, rows[i].stable);
        assert_row_number(rows[i].old, ks_name_cronjob_of(rows[i].old, cronjob), rows[i].cronjob != NULL);
        if (rows[i].cronjob) {
            assert_row_text(rows[i].old, cronjob, rows[i].cronjob);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pod_belongs_to_its_root_controller),
        cmocka_unit_test(a_static_pod_is_called_as_on_every_node),
        cmocka_unit_test(pods_of_one_run_share_it),
        cmocka_unit_test(a_controller_belongs_to_what_owns_it),
        cmocka_unit_test(kinds_are_custom_unless_kubernetes_has_them),
        cmocka_unit_test(old_names_lead_to_stable_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
