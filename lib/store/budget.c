/* PodDisruptionBudgets: which services they cover, and how many pods they say those should have. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

static void touch_covered(struct ks_store *store, const struct budget *budget)
{
    for (const struct cover *cover = budget->covers; cover; cover = cover->next) {
        ks_service_touch(store, cover->guess->service);
    }
}

/* ---- which services it covers ---- */

static struct cover *find_cover(const struct budget *budget, const struct guess *guess)
{
    struct cover *cover = budget->covers;

    while (cover && cover->guess != guess) {
        cover = cover->next;
    }
    return cover;
}

/* Removes the covers of this guess, or those of services without pods. */
static void remove_covers(struct budget *budget, const struct guess *guess)
{
    struct cover **link = &budget->covers;

    while (*link) {
        struct cover *cover = *link;

        if (cover->guess == guess || (!guess && cover->count == 0)) {
            *link = cover->next;
            free(cover);
        } else {
            link = &cover->next;
        }
    }
}

/* How many pods of the service the budget covers. has_pods: whether there is any that it might cover. */
static int32_t count_covered(const struct budget *budget, const struct service *service, bool *has_pods)
{
    const struct pod *pod;
    int32_t count = 0;

    *has_pods = false;
    DL_FOREACH(service->pods, pod)
    {
        if (pod->remark && pod->remark->labels[0]) {
            *has_pods = true;
            count += ks_selector_matches(budget->selector, pod->remark->labels);
        }
    }
    return count;
}

/* A budget goes on covering a service whose pods are all gone, until it covers others. -1 if out of memory. */
static int match(struct ks_store *store, struct budget *budget, struct guess *guess)
{
    bool has_pods;
    int32_t count = count_covered(budget, guess->service, &has_pods);
    struct cover *cover = find_cover(budget, guess);
    bool is_over = cover && count == 0 && (has_pods || budget->rematch);

    if (is_over || count != (cover ? cover->count : 0)) {
        ks_service_touch(store, guess->service);
        touch_covered(store, budget);
    }
    if (is_over) {
        remove_covers(budget, guess);
        return 0;
    }
    if (!cover && count > 0) {
        cover = calloc(1, sizeof *cover);
        if (!cover) {
            return -1;
        }
        cover->guess = guess;
        cover->next = budget->covers;
        budget->covers = cover;
    }
    if (cover) {
        cover->count = count;
    }
    if (count > 0) {
        remove_covers(budget, NULL);
    }
    return 0;
}

static int match_new_selectors(struct ks_store *store)
{
    struct budget *budget, *next;
    struct guess *guess;

    if (!store->rematch) {
        return 0;
    }
    HASH_ITER(hh, store->budgets, budget, next)
    {
        if (!budget->rematch) {
            continue;
        }
        DL_FOREACH(budget->space->guesses, guess)
        {
            if (match(store, budget, guess)) {
                return -1;
            }
        }
        budget->rematch = false;
    }
    store->rematch = false;
    return 0;
}

int ks_budgets_match(struct ks_store *store)
{
    if (match_new_selectors(store)) {
        return -1;
    }
    /* Services that this touches come before the first one, and were not relabelled. */
    for (struct service *service = store->dirty; service; service = service->dirty_next) {
        struct budget *budget;

        if (!service->relabelled || !service->guess) {
            continue;
        }
        DL_FOREACH(service->guess->space->budgets, budget)
        {
            if (match(store, budget, service->guess)) {
                return -1;
            }
        }
        service->relabelled = false;
    }
    return 0;
}

void ks_budgets_uncover(struct ks_store *store, struct guess *guess)
{
    struct budget *budget;

    DL_FOREACH(guess->space->budgets, budget)
    {
        const struct cover *cover = find_cover(budget, guess);
        bool matters = cover && cover->count > 0;

        remove_covers(budget, guess);
        if (matters) {
            touch_covered(store, budget);
        }
    }
}

/* ---- what it says ---- */

static bool is_sane(const struct ks_budget *content)
{
    const int32_t counts[] = {content->expected, content->desired_healthy, content->current_healthy};

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i] < 0 || counts[i] > KS_COUNT_MOST) {
            return false;
        }
    }
    return true;
}

/* A budget of several services does not tell what each of them should have. It may cover pods that are not known here:
 * then more of them are healthy than there are. */
static bool is_of_one(const struct budget *budget, const struct cover *mine)
{
    for (const struct cover *cover = budget->covers; cover; cover = cover->next) {
        if (cover != mine && cover->count > 0) {
            return false;
        }
    }
    return mine->count == 0 || budget->content.current_healthy <= mine->count;
}

static int32_t larger(int32_t one, int32_t other)
{
    return one > other ? one : other;
}

void ks_budgets_expect(struct guess *guess, int32_t *exact, int32_t *least)
{
    const struct budget *budget;

    *exact = 0;
    *least = 0;
    DL_FOREACH(guess->space->budgets, budget)
    {
        const struct ks_budget *content = &budget->content;
        struct cover *cover = find_cover(budget, guess);
        int32_t number;

        if (!cover || !is_sane(content) || !is_of_one(budget, cover)) {
            continue;
        }
        number = larger(content->expected, content->desired_healthy);
        if (cover->count == 0) {
            /* Without pods it cannot ask their owner any more: what it said before is a guess. */
            *least = larger(*least, larger(number, cover->expected));
        } else if (content->is_exact && content->expected > 0) {
            cover->expected = content->expected;
            *exact = larger(*exact, content->expected);
        } else {
            cover->expected = number;
            *least = larger(*least, number);
        }
    }
}

/* ---- objects ---- */

static void free_covers(struct budget *budget)
{
    while (budget->covers) {
        struct cover *next = budget->covers->next;

        free(budget->covers);
        budget->covers = next;
    }
}

void ks_remove_budget(struct ks_store *store, struct budget *budget)
{
    touch_covered(store, budget);
    free_covers(budget);
    DL_DELETE(budget->space->budgets, budget);
    ks_space_release(store, budget->space);
    HASH_DEL(store->budgets, budget); /* NOLINT(clang-analyzer-core.NullDereference): uthash */
    free(budget->selector);
    free(budget);
}

static struct budget *add_budget(struct ks_store *store, uint32_t group, const char *key, const char *namespace_name)
{
    size_t key_size = strlen(key) + 1;
    struct budget *budget = calloc(1, sizeof *budget + key_size);

    if (!budget) {
        return NULL;
    }
    memcpy(budget->key, key, key_size);
    budget->group = group;
    budget->space = ks_space_get(store, namespace_name);
    if (!budget->space) {
        free(budget);
        return NULL;
    }
    HASH_ADD_STR(store->budgets, key, budget);
    if (!budget->hh.tbl) {
        ks_space_release(store, budget->space);
        free(budget);
        return NULL;
    }
    DL_APPEND(budget->space->budgets, budget);
    return budget;
}

/* Keeps the selector that it has if that is the same. -1, with nothing changed, if out of memory. */
static int take_selector(struct ks_store *store, struct budget *budget, const char *selector)
{
    size_t size = ks_selector_size(selector);
    char *copy;

    if (budget->selector && ks_selector_size(budget->selector) == size &&
        memcmp(budget->selector, selector, size) == 0) {
        return 0;
    }
    copy = malloc(size);
    if (!copy) {
        return -1;
    }
    memcpy(copy, selector, size);
    free(budget->selector);
    budget->selector = copy;
    budget->rematch = true;
    store->rematch = true;
    return 0;
}

int ks_apply_budget(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                    const struct ks_kube_object *object, struct ks_error *err)
{
    char key[OBJECT_KEY_SIZE];
    struct budget *old, *budget;

    if (ks_store_make_key(key, object->meta.namespace_name, object->meta.name, NULL, err)) {
        return -1;
    }
    HASH_FIND_STR(store->budgets, key, old);
    if (event == KS_KUBE_DELETED) {
        if (old) {
            ks_remove_budget(store, old);
        }
        return 0;
    }
    budget = old ? old : add_budget(store, group, key, object->meta.namespace_name);
    if (!budget || take_selector(store, budget, object->budget.selector)) {
        if (budget && !old) {
            ks_remove_budget(store, budget);
        }
        return ks_error_memory(err);
    }
    budget->content = object->budget;
    budget->content.selector = NULL;
    budget->generation = store->written[group][KS_KIND_BUDGET].generation;
    touch_covered(store, budget);
    return 0;
}
