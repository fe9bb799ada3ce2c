#include "config.h"

#include "health/names.h"

#include <string.h>

#include "kube/labels.h"

static const char letters_and_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
static const char name_characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

/* The alphabet of the suffixes that Kubernetes generates: no vowels, and no characters that look alike. */
static const char hash_characters[] = "bcdfghjklmnpqrstvwxz2456789";

static int check(const char *what, const char *name, size_t most, bool whole, struct ks_error *err)
{
    size_t length = strlen(name);
    bool accepted = length > 0 && length <= most && strspn(name, name_characters) == length &&
                    strchr(letters_and_digits, name[0]) && (!whole || strchr(letters_and_digits, name[length - 1]));

    if (accepted) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "%s\"%.80s\": must be letters, digits, '-', '_' and '.', with a letter or digit at each end, "
                        "at most %zu bytes",
                        what, name, most);
}

int ks_name_check_service(const char *name, struct ks_error *err)
{
    return check("service ", name, KS_NAME_SIZE - 1, true, err);
}

int ks_name_check_prefix(const char *name, struct ks_error *err)
{
    return check("service ", name, KS_NAME_SIZE - 1, false, err);
}

int ks_name_check_check(const char *name, struct ks_error *err)
{
    return check("check ", name, 63, true, err);
}

int ks_name_check_cluster(const char *name, struct ks_error *err)
{
    return check("", name, 63, true, err);
}

int ks_name_check_namespace(const char *name, struct ks_error *err)
{
    size_t length = strlen(name);
    bool accepted = length > 0 && length < KS_NAMESPACE_SIZE && name[0] != '-' && name[length - 1] != '-' &&
                    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;

    if (accepted) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "namespace \"%.80s\": must be lower-case letters, digits and '-', with a letter or digit at "
                        "each end, at most %d bytes",
                        name, KS_NAMESPACE_SIZE - 1);
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

/* Cuts "-<hash>" off a ReplicaSet's name. */
static bool cut_hash(char out[static KS_NAME_SIZE], const char *name, const char *hash)
{
    size_t length = strlen(name);
    size_t hash_length = strlen(hash);

    return hash_length > 0 && length > hash_length + 1 && name[length - hash_length - 1] == '-' &&
           strcmp(name + length - hash_length, hash) == 0 && copy_without(out, name, hash_length + 1);
}

bool ks_name_pod_root(const struct ks_kube_object *pod, struct ks_root *root)
{
    const struct ks_object_meta *meta = &pod->meta;

    if (!meta->owner_name[0]) {
        return false;
    }
    if (strcmp(meta->owner_kind, "ReplicaSet") == 0) {
        if (cut_hash(root->name, meta->owner_name, ks_labels_get(meta->labels, "pod-template-hash"))) {
            root->kind = "Deployment";
            return true;
        }
        if (cut_hash(root->name, meta->owner_name, ks_labels_get(meta->labels, "rollouts-pod-template-hash"))) {
            root->kind = "Rollout";
            return true;
        }
    }
    root->kind = meta->owner_kind;
    return copy_without(root->name, meta->owner_name, 0);
}

/* The length of the part after the last '-' if it has only these characters; otherwise 0. */
static size_t suffix_of(const char *name, const char *characters)
{
    const char *dash = strrchr(name, '-');

    if (!dash || dash == name) {
        return 0;
    }
    return dash[1 + strspn(dash + 1, characters)] ? 0 : strlen(dash + 1);
}

bool ks_name_cronjob_of(const char *job, char cronjob[static KS_NAME_SIZE])
{
    size_t length = suffix_of(job, "0123456789");

    return length >= 8 && length <= 10 && copy_without(cronjob, job, length + 1);
}

bool ks_name_resolve_old(const char *name, char stable[static KS_NAME_SIZE], const char **kind)
{
    size_t length = suffix_of(name, hash_characters);

    if (ks_name_cronjob_of(name, stable)) {
        *kind = "CronJob";
        return true;
    }
    /* A template hash is a 32-bit number in decimal, spelled in that alphabet; 97 of 100 have eight digits or more.
     * Shorter ones are not recognised, since "web-tls" must not become "web". */
    if (length >= 8 && length <= 10 && copy_without(stable, name, length + 1)) {
        *kind = "Deployment";
        return true;
    }
    return false;
}
