#include "config.h"

#include "health/root.h"

#include <string.h>

#include "base/hash.h"
#include "kube/labels.h"

/* The alphabet of the suffixes that Kubernetes generates: no vowels, and no characters that look alike. */
static const char random_characters[] = "bcdfghjklmnpqrstvwxz2456789";
static const char digits[] = "0123456789";
static const char letters_and_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

#define RANDOM_LENGTH 5  /* of a suffix that generateName adds */
#define KIND_MOST     63 /* bytes of the name of a kind */

/* Words that could be a random suffix, but are what people call things. */
static const char *const words[] = {"dhcpd", "grpcs", "html5", "http2", "httpd", "https", "mqtts",
                                    "mssql", "pgsql", "plsql", "smtps", "xhtml", NULL};

static bool is_one_of(const char *text, const char *const *texts)
{
    for (; *texts; texts++) {
        if (strcmp(text, *texts) == 0) {
            return true;
        }
    }
    return false;
}

bool ks_name_is_custom_kind(const char *kind)
{
    for (int i = 0; i < KS_KIND_COUNT; i++) {
        if (strcmp(ks_kind_name((enum ks_kind)i), kind) == 0) {
            return false;
        }
    }
    return kind[0];
}

static uint32_t hash_of(const char *text)
{
    return ks_hash_short(ks_hash(KS_HASH, text, strlen(text)));
}

/* Copies all but the last `dropped` bytes. False if nothing would be left, or too much. */
static bool copy_without(char out[static KS_NAME_SIZE], const char *name, size_t dropped)
{
    size_t length = strlen(name);

    if (length <= dropped || length - dropped >= KS_NAME_SIZE) {
        return false;
    }
    memcpy(out, name, length - dropped);
    out[length - dropped] = '\0';
    return true;
}

/* ---- suffixes ---- */

/* The length of the part after the last '-' if it has only these characters; otherwise 0. */
static size_t suffix_of(const char *name, const char *characters)
{
    const char *dash = strrchr(name, '-');

    if (!dash || dash == name) {
        return 0;
    }
    return dash[1 + strspn(dash + 1, characters)] ? 0 : strlen(dash + 1);
}

/* How many bytes a run added to the name of what it is a run of: a '-' and a time or number of at least six digits, or
 * what generateName adds. 0: it is not a run's name. */
static size_t run_suffix(const char *name)
{
    const char *dash = strrchr(name, '-');

    /* What is left must still be a name. */
    if (!dash || dash == name || !strchr(letters_and_digits, dash[-1])) {
        return 0;
    }
    if (suffix_of(name, digits) >= 6) {
        return suffix_of(name, digits) + 1;
    }
    if (suffix_of(name, random_characters) == RANDOM_LENGTH && !is_one_of(dash + 1, words)) {
        return RANDOM_LENGTH + 1;
    }
    return 0;
}

/* Whether the name is the stem, a '-' and a number. */
static bool is_numbered(const char *name, const char *stem)
{
    size_t length = strlen(stem);

    return length > 0 && strncmp(name, stem, length) == 0 && name[length] == '-' && name[length + 1] &&
           !name[length + 1 + strspn(name + length + 1, digits)];
}

/* ---- by labels ---- */

/* Cuts "-<hash>" off a ReplicaSet's name. */
static bool cut_hash(char out[static KS_NAME_SIZE], const char *name, const char *hash)
{
    size_t length = strlen(name);
    size_t hash_length = strlen(hash);

    return hash_length > 0 && length > hash_length + 1 && name[length - hash_length - 1] == '-' &&
           strcmp(name + length - hash_length, hash) == 0 && copy_without(out, name, hash_length + 1);
}

/* A ReplicaSet's name and its labels, or those of its pods, tell who made it. */
static bool find_replicaset_root(const char *name, const char *labels, struct ks_root *root)
{
    static const struct {
        const char *label, *kind;
    } hashes[] = {
        {"pod-template-hash", "Deployment"},
        {"rollouts-pod-template-hash", "Rollout"},
    };

    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        if (cut_hash(root->name, name, ks_labels_get(labels, hashes[i].label))) {
            root->kind = hashes[i].kind;
            return true;
        }
    }
    return false;
}

/* OpenShift: every rollout of DeploymentConfig "web" has a ReplicationController "web-<n>". */
static bool find_deploymentconfig(const char *name, const char *labels, struct ks_root *root)
{
    static const char *const keys[] = {"openshift.io/deployment-config.name", "deploymentconfig"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *value = ks_labels_get(labels, keys[i]);

        if (is_numbered(name, value) && copy_without(root->name, value, 0)) {
            root->kind = "DeploymentConfig";
            return true;
        }
    }
    return false;
}

/* Labels by which engines tell what a run is a run of, and which run it is. */
static const struct {
    const char *label, *kind;
    const char *run; /* a label, or NULL */
} templates[] = {
    {"workflows.argoproj.io/cron-workflow", "CronWorkflow", "workflows.argoproj.io/workflow"},
    {"workflows.argoproj.io/workflow-template", "WorkflowTemplate", "workflows.argoproj.io/workflow"},
    {"workflows.argoproj.io/cluster-workflow-template", "ClusterWorkflowTemplate", "workflows.argoproj.io/workflow"},
    {"tekton.dev/pipeline", "Pipeline", "tekton.dev/pipelineRun"},
    {"tekton.dev/task", "Task", "tekton.dev/taskRun"},
    {"tekton.dev/clusterTask", "ClusterTask", "tekton.dev/taskRun"},
    {"sparkoperator.k8s.io/app-name", "SparkApplication", NULL},
};

bool ks_name_is_run_kind(const char *kind)
{
    static const char *const others[] = {"Workflow", "PipelineRun", "TaskRun", NULL};

    for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++) {
        if (strcmp(templates[i].kind, kind) == 0) {
            return true;
        }
    }
    return is_one_of(kind, others);
}

/* The service that runs of this name belong to. */
static bool cut_run(char out[static KS_NAME_SIZE], const char *name)
{
    return copy_without(out, name, run_suffix(name));
}

static bool find_template(const struct ks_object_meta *meta, struct ks_root *root)
{
    for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++) {
        const char *name = ks_labels_get(meta->labels, templates[i].label);
        const char *run = templates[i].run ? ks_labels_get(meta->labels, templates[i].run) : "";

        run = run[0] ? run : meta->owner_name;
        /* An engine may name the template after the run if the run brings its own. */
        if (name[0] && (strcmp(name, run) == 0 ? cut_run(root->name, name) : copy_without(root->name, name, 0))) {
            root->kind = templates[i].kind;
            root->run = hash_of(run);
            return true;
        }
    }
    return false;
}

/* ---- roots ---- */

/* A pod of a node's own file is called after the node, too. */
static bool find_static_pod(const struct ks_object_meta *meta, struct ks_root *root)
{
    size_t length = strlen(meta->name);
    size_t node_length = strlen(meta->owner_name);
    bool is_named_after = length > node_length + 1 && meta->name[length - node_length - 1] == '-' &&
                          strcmp(meta->name + length - node_length, meta->owner_name) == 0;

    root->kind = "Node";
    return copy_without(root->name, meta->name, is_named_after ? node_length + 1 : 0);
}

/* A pod of an owner that Kubernetes itself does not have. */
static bool find_custom_root(const struct ks_kube_object *pod, struct ks_root *root)
{
    root->kind = pod->meta.owner_kind;
    if (pod->pod.restarts_always) {
        return copy_without(root->name, pod->meta.owner_name, 0);
    }
    if (find_template(&pod->meta, root)) {
        return true;
    }
    root->run = hash_of(pod->meta.owner_name);
    return cut_run(root->name, pod->meta.owner_name);
}

/* Kubernetes has no kinds with longer names, but does not look at those of owners. */
static bool has_owner(const struct ks_object_meta *meta)
{
    return meta->owner_name[0] && meta->owner_kind[0] && strlen(meta->owner_kind) <= KIND_MOST;
}

bool ks_name_pod_root(const struct ks_kube_object *pod, struct ks_root *root)
{
    const struct ks_object_meta *meta = &pod->meta;

    root->run = 0;
    if (!has_owner(meta)) {
        return false;
    }
    if (strcmp(meta->owner_kind, "Node") == 0) {
        return find_static_pod(meta, root);
    }
    if (ks_name_is_custom_kind(meta->owner_kind)) {
        return find_custom_root(pod, root);
    }
    if ((strcmp(meta->owner_kind, "ReplicaSet") == 0 && find_replicaset_root(meta->owner_name, meta->labels, root)) ||
        (strcmp(meta->owner_kind, "ReplicationController") == 0 &&
         find_deploymentconfig(meta->owner_name, meta->labels, root))) {
        return true;
    }
    root->kind = meta->owner_kind;
    root->run = strcmp(meta->owner_kind, "Job") == 0 ? hash_of(meta->owner_name) : 0;
    return copy_without(root->name, meta->owner_name, 0);
}

/* A Job belongs to what made it if that is a CronJob, or makes one run after the other. */
static bool is_run_of_owner(const struct ks_object_meta *meta)
{
    size_t length = strlen(meta->owner_name);

    if (strcmp(meta->owner_kind, "CronJob") == 0) {
        return true;
    }
    return ks_name_is_custom_kind(meta->owner_kind) && strncmp(meta->name, meta->owner_name, length) == 0 &&
           strlen(meta->name) == length + run_suffix(meta->name) && meta->name[length];
}

static bool take_owner(const struct ks_object_meta *meta, struct ks_root *root)
{
    root->kind = meta->owner_kind;
    return has_owner(meta) && copy_without(root->name, meta->owner_name, 0);
}

bool ks_name_controller_root(const struct ks_kube_object *controller, struct ks_root *root)
{
    const struct ks_object_meta *meta = &controller->meta;

    root->run = 0;
    if ((controller->kind == KS_KIND_REPLICASET &&
         (take_owner(meta, root) || find_replicaset_root(meta->name, meta->labels, root))) ||
        (controller->kind == KS_KIND_REPLICATIONCONTROLLER &&
         (take_owner(meta, root) || find_deploymentconfig(meta->name, meta->labels, root))) ||
        (controller->kind == KS_KIND_JOB && is_run_of_owner(meta) && take_owner(meta, root))) {
        return true;
    }
    root->kind = ks_kind_name(controller->kind);
    return copy_without(root->name, meta->name, 0);
}

/* ---- old names ---- */

bool ks_name_cronjob_of(const char *job, char cronjob[static KS_NAME_SIZE])
{
    size_t length = suffix_of(job, digits);

    return length >= 8 && length <= 10 && copy_without(cronjob, job, length + 1);
}

static bool is_cronjobs(const char *name, char stable[static KS_NAME_SIZE])
{
    return ks_name_cronjob_of(name, stable);
}

/* The length of the last number, if it counts from 0 or 1 and so is short; otherwise 0. */
static size_t index_length(const char *name)
{
    size_t length = suffix_of(name, digits);
    const char *index = name + strlen(name) - length;

    return length > 7 || (length > 1 && index[0] == '0') ? 0 : length;
}

static bool is_indexed(const char *name, char stable[static KS_NAME_SIZE])
{
    return index_length(name) > 0 && copy_without(stable, name, index_length(name) + 1);
}

static bool is_indexed_cronjobs(const char *name, char stable[static KS_NAME_SIZE])
{
    char job[KS_NAME_SIZE];

    return is_indexed(name, job) && ks_name_cronjob_of(job, stable);
}

/* A template hash is a 32-bit number in decimal, spelled in that alphabet; 97 of 100 have eight digits or more. Shorter
 * ones are not recognised, since "web-tls" must not become "web". */
static bool is_deployments(const char *name, char stable[static KS_NAME_SIZE])
{
    size_t length = suffix_of(name, random_characters);

    return length >= 8 && length <= 10 && copy_without(stable, name, length + 1);
}

static bool is_run(const char *name, char stable[static KS_NAME_SIZE])
{
    return run_suffix(name) > 0 && cut_run(stable, name);
}

size_t ks_name_resolve_old(const char *name, struct ks_old_name found[static KS_OLD_NAMES_MOST])
{
    static const struct {
        const char *kind; /* NULL: of runs */
        bool (*is)(const char *name, char stable[static KS_NAME_SIZE]);
    } rules[KS_OLD_NAMES_MOST] = {
        {"CronJob", is_cronjobs}, {"CronJob", is_indexed_cronjobs}, {"Deployment", is_deployments},
        {"Job", is_indexed},      {"DeploymentConfig", is_indexed}, {NULL, is_run},
    };
    size_t count = 0;

    for (size_t i = 0; i < KS_OLD_NAMES_MOST; i++) {
        if (rules[i].is(name, found[count].name)) {
            found[count++].kind = rules[i].kind;
        }
    }
    return count;
}
