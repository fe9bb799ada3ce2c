/* PodDisruptionBudgets: which services they cover, and how many pods they say those should have. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

static void touch_covered(struct ks_store *store, const struct budget *budget)
{
    const struct cover *cover;

    DL_FOREACH(budget->covers, cover)
    {
        ks_service_touch(store, cover->guess->service);
    }
}

/* ---- which services it covers ---- */

/* NULL if there is none. A service has fewer covers than a budget that selects too much. */
static struct cover *find_cover(const struct budget *budget, const struct guess *guess)
{
    struct cover *cover = guess->covers;

    while (cover && cover->budget != budget) {
        cover = cover->next_budget;
    }
    return cover;
}

/* NULL if out of memory. */
static struct cover *add_cover(struct budget *budget, struct guess *guess)
{
    struct cover *cover = calloc(1, sizeof *cover);

    if (cover) {
        cover->budget = budget;
        cover->guess = guess;
        DL_APPEND(budget->covers, cover);
        DL_APPEND2(guess->covers, cover, prev_budget, next_budget);
        budget->cover_count++;
    }
    return cover;
}

static void remove_cover(struct cover *cover)
{
    cover->budget->filled -= cover->count > 0;
    cover->budget->cover_count--;
    DL_DELETE(cover->budget->covers, cover);
    DL_DELETE2(cover->guess->covers, cover, prev_budget, next_budget);
    free(cover);
}

/* A budget is of use to a service if it covers no other. So others matter only while there are few. */
static void set_count(struct ks_store *store, struct cover *cover, int32_t count)
{
    struct budget *budget = cover->budget;
    uint32_t before = budget->filled;

    if (count == cover->count) {
        return;
    }
    budget->filled = before - (cover->count > 0) + (count > 0);
    cover->count = count;
    ks_service_touch(store, cover->guess->service);
    if (budget->filled != before && (budget->filled <= 1 || before <= 1)) {
        touch_covered(store, budget);
    }
}

static void remove_empty_covers(struct budget *budget)
{
    struct cover *cover, *next;

    if (budget->cover_count == budget->filled) {
        return;
    }
    DL_FOREACH_SAFE(budget->covers, cover, next)
    {
        if (cover->count == 0) {
            remove_cover(cover);
        }
    }
}

/* Budgets that are matched with the same services. */
static struct budget *chain(const struct space *space, bool only_new)
{
    struct budget *first = NULL;
    struct budget *budget;

    DL_FOREACH(space->budgets, budget)
    {
        if (!only_new || budget->rematch) {
            budget->next_matched = first;
            first = budget;
        }
    }
    return first;
}

/* How many pods of the service each budget covers. All budgets look at a pod while it is in the processor's cache.
 * Returns whether there is a pod that they might cover. */
static bool count_covered(struct budget *budgets, const struct service *service)
{
    const struct pod *pod;
    bool has_pods = false;

    for (struct budget *budget = budgets; budget; budget = budget->next_matched) {
        budget->matched = 0;
    }
    DL_FOREACH(service->pods, pod)
    {
        const struct remark *remark = pod->remark;

        if (!remark || !remark->labels[0]) {
            continue;
        }
        has_pods = true;
        for (struct budget *budget = budgets; budget; budget = budget->next_matched) {
            budget->matched += (budget->label_bits & ~remark->label_bits) == 0 &&
                               ks_selector_matches(budget->selector, remark->labels);
        }
    }
    return has_pods;
}

/* A budget goes on covering a service whose pods are all gone, until it covers others. -1 if out of memory. */
static int match(struct ks_store *store, struct budget *budget, struct guess *guess, bool has_pods)
{
    struct cover *cover = find_cover(budget, guess);

    if (!cover && budget->matched == 0) {
        return 0;
    }
    cover = cover ? cover : add_cover(budget, guess);
    if (!cover) {
        return -1;
    }
    set_count(store, cover, budget->matched);
    if (budget->matched > 0) {
        remove_empty_covers(budget);
    } else if (has_pods || budget->rematch) {
        ks_service_touch(store, guess->service);
        remove_cover(cover);
    }
    return 0;
}

static int match_all(struct ks_store *store, struct budget *budgets, struct guess *guess)
{
    bool has_pods = count_covered(budgets, guess->service);

    for (struct budget *budget = budgets; budget; budget = budget->next_matched) {
        if (match(store, budget, guess, has_pods)) {
            return -1;
        }
    }
    return 0;
}

static int match_new_selectors(struct ks_store *store)
{
    struct space *space, *next;
    struct guess *guess;

    if (!store->rematch) {
        return 0;
    }
    HASH_ITER(hh, store->spaces, space, next)
    {
        struct budget *budgets = chain(space, true);

        if (!budgets) {
            continue;
        }
        DL_FOREACH(space->guesses, guess)
        {
            if (match_all(store, budgets, guess)) {
                return -1;
            }
        }
        for (; budgets; budgets = budgets->next_matched) {
            budgets->rematch = false;
        }
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
        if (!service->relabelled || !service->guess) {
            continue;
        }
        if (match_all(store, chain(service->guess->space, false), service->guess)) {
            return -1;
        }
        service->relabelled = false;
    }
    return 0;
}

void ks_budgets_uncover(struct ks_store *store, struct guess *guess)
{
    while (guess->covers) {
        struct budget *budget = guess->covers->budget;
        bool matters = guess->covers->count > 0;

        remove_cover(guess->covers);
        if (matters && budget->filled <= 1) {
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
static bool is_of_one(const struct cover *cover)
{
    const struct budget *budget = cover->budget;
    bool has_others = budget->filled > (cover->count > 0 ? 1 : 0);

    return !has_others && (cover->count == 0 || budget->content.current_healthy <= cover->count);
}

static int32_t larger(int32_t one, int32_t other)
{
    return one > other ? one : other;
}

void ks_budgets_expect(struct guess *guess, int32_t *exact, int32_t *least)
{
    *exact = 0;
    *least = 0;
    for (struct cover *cover = guess->covers; cover; cover = cover->next_budget) {
        const struct ks_budget *content = &cover->budget->content;
        int32_t number;

        if (!is_sane(content) || !is_of_one(cover)) {
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

void ks_remove_budget(struct ks_store *store, struct budget *budget)
{
    struct cover *cover, *next;

    store->edits++;
    touch_covered(store, budget);
    DL_FOREACH_SAFE(budget->covers, cover, next)
    {
        remove_cover(cover);
    }
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

static bool has_selector(const struct budget *budget, const char *selector)
{
    size_t size = ks_selector_size(selector);

    return budget->selector && ks_selector_size(budget->selector) == size &&
           memcmp(budget->selector, selector, size) == 0;
}

static bool is_same(const struct budget *budget, const struct ks_budget *content)
{
    return budget->content.expected == content->expected &&
           budget->content.desired_healthy == content->desired_healthy &&
           budget->content.current_healthy == content->current_healthy &&
           budget->content.is_exact == content->is_exact && has_selector(budget, content->selector);
}

/* Keeps the selector that it has if that is the same. -1, with nothing changed, if out of memory. */
static int take_selector(struct ks_store *store, struct budget *budget, const char *selector)
{
    size_t size = ks_selector_size(selector);
    char *copy;

    if (has_selector(budget, selector)) {
        return 0;
    }
    copy = malloc(size);
    if (!copy) {
        return -1;
    }
    memcpy(copy, selector, size);
    free(budget->selector);
    budget->selector = copy;
    budget->label_bits = ks_selector_bits(copy);
    budget->rematch = true;
    store->rematch = true;
    return 0;
}

int ks_apply_budget(struct ks_store *store, uint32_t group, enum ks_kube_event event,
                    const struct ks_kube_object *object, struct ks_error *err)
{
    char key[OBJECT_KEY_SIZE];
    struct budget *old, *budget;

    if (ks_object_key(object, key, err)) {
        return -1;
    }
    HASH_FIND_STR(store->budgets, key, old);
    if (event == KS_KUBE_DELETED) {
        if (old) {
            ks_remove_budget(store, old);
        }
        return 0;
    }
    if (old && is_same(old, &object->budget)) {
        old->mark = ks_mark(store, group, object);
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
    budget->mark = ks_mark(store, group, object);
    store->edits++;
    if (budget->filled <= 1) {
        touch_covered(store, budget);
    }
    return 0;
}
