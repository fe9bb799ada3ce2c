#include "config.h"

#include "facade/service.h"

#include <stdlib.h>
#include <string.h>

#include "badge/color.h"
#include "base/utf8.h"
#include "health/automatic.h"

enum text {
    TEXT_NAME,
    TEXT_NAMESPACE,
    TEXT_KIND,
    TEXT_COLOR,
    TEXT_MESSAGE,
    TEXT_STATE,
    TEXT_VERSION,
    TEXT_DOUBTS,
    TEXT_JUDGED_WITHOUT,
    TEXT_LABEL,
    TEXT_LINK,
    TEXT_BADGE_COLOR,
    TEXT_COUNT,
};

struct ks_service {
    const char *texts[TEXT_COUNT]; /* in `storage` */
    int32_t ready, total, restarts;
    int32_t pods, pods_ready, pods_desired;
    int64_t created, oldest_pod, newest_pod;
    int64_t age_ms;
    bool hidden;
    bool desired_is_guess;
    char storage[];
};

#define KIND_SIZE 32 /* "replicationcontrollers, " and more */

/* Values that are looked up once and then copied. */
struct draft {
    struct ks_result health, state, version;
    char doubts[KS_TALLY_SIZE * (KS_VERSION_SIZE + 2)];
    char judged_without[KS_KIND_COUNT * KIND_SIZE];
    const char *texts[TEXT_COUNT];
};

/* "a; b; …": the last if there are more. */
static void join(const struct ks_tally *tally, char *text, size_t size)
{
    struct ks_buf joined;

    ks_buf_init_fixed(&joined, text, size);
    for (uint32_t i = 0; i < tally->used; i++) {
        ks_buf_printf(&joined, "%s%s", i ? "; " : "", tally->entries[i].text);
    }
    if (tally->others) {
        ks_buf_printf(&joined, "%s" KS_UTF8_ELLIPSIS, tally->used ? "; " : "");
    }
}

/* "deployments, replicasets" */
static void list_kinds(uint32_t kinds, char *text, size_t size)
{
    struct ks_buf list;

    ks_buf_init_fixed(&list, text, size);
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        if (kinds & (1U << kind)) {
            ks_buf_printf(&list, "%s%s", list.length ? ", " : "", ks_kind_plural((enum ks_kind)kind));
        }
    }
}

static void make_unknown(struct draft *draft)
{
    draft->texts[TEXT_COLOR] = "grey";
    draft->texts[TEXT_MESSAGE] = "unknown";
    draft->texts[TEXT_STATE] = "Unknown";
}

/* An annotated color stands for "well", never for anything else. */
static const char *badge_color(const struct draft *draft, const struct ks_annotations *annotations)
{
    const char *own = draft->texts[TEXT_COLOR];
    struct ks_color color;

    return strcmp(own, "green") == 0 && ks_color_parse(annotations->color, &color) ? annotations->color : own;
}

static void judge_service(struct draft *draft, const struct ks_service_view *view, const struct ks_service_judge *judge)
{
    const struct ks_service_state *state = view->state;

    ks_check_result(KS_CHECK_HEALTH, state, judge->now, 0, &draft->health);
    ks_check_result(KS_CHECK_STATE, state, judge->now, 0, &draft->state);
    ks_check_result(KS_CHECK_VERSION, state, judge->now, 0, &draft->version);
    draft->texts[TEXT_COLOR] = draft->health.color;
    draft->texts[TEXT_MESSAGE] = draft->health.message;
    draft->texts[TEXT_STATE] = draft->state.message;
    draft->texts[TEXT_VERSION] = draft->version.message;
    join(&state->doubts, draft->doubts, sizeof draft->doubts);
    draft->texts[TEXT_DOUBTS] = draft->doubts;
    list_kinds(state->without, draft->judged_without, sizeof draft->judged_without);
    draft->texts[TEXT_JUDGED_WITHOUT] = draft->judged_without;
    draft->texts[TEXT_LABEL] = state->annotations.label;
    draft->texts[TEXT_LINK] = state->annotations.link;
    if (view->age_ms > judge->unknown_after_ms) {
        make_unknown(draft);
    }
    draft->texts[TEXT_BADGE_COLOR] = badge_color(draft, &state->annotations);
}

static void copy_numbers(struct ks_service *service, const struct ks_service_view *view)
{
    const struct ks_service_state *state = view->state;

    service->ready = state->ready;
    service->total = state->total;
    service->restarts = state->restarts;
    service->pods = state->pods;
    service->pods_ready = state->pods_ready;
    service->pods_desired = state->desired;
    service->created = state->created;
    service->oldest_pod = state->oldest;
    service->newest_pod = state->newest;
    service->age_ms = view->age_ms;
    service->hidden = state->annotations.hidden;
    service->desired_is_guess = state->guessed > 0;
}

static struct ks_service *copy_draft(const struct draft *draft)
{
    size_t sizes[TEXT_COUNT];
    size_t size = 0;
    struct ks_service *service;
    char *at;

    for (int i = 0; i < TEXT_COUNT; i++) {
        sizes[i] = strlen(draft->texts[i]) + 1;
        size += sizes[i];
    }
    service = calloc(1, sizeof *service + size);
    if (!service) {
        return NULL;
    }
    at = service->storage;
    for (int i = 0; i < TEXT_COUNT; i++) {
        memcpy(at, draft->texts[i], sizes[i]);
        service->texts[i] = at;
        at += sizes[i];
    }
    return service;
}

struct ks_service *ks_service_new(const struct ks_service_view *view, const struct ks_service_judge *judge)
{
    struct draft draft;
    struct ks_service *service;

    for (int i = 0; i < TEXT_COUNT; i++) {
        draft.texts[i] = "";
    }
    draft.texts[TEXT_NAME] = view->name;
    draft.texts[TEXT_NAMESPACE] = view->namespace_name;
    draft.texts[TEXT_KIND] = view->kind;
    make_unknown(&draft);
    if (view->state) {
        judge_service(&draft, view, judge);
    }
    service = copy_draft(&draft);
    if (service && view->state) {
        copy_numbers(service, view);
    }
    return service;
}

static const char *text_of(const struct ks_service *service, enum text text)
{
    return service ? service->texts[text] : "";
}

const char *ks_service_name(const struct ks_service *service)
{
    return text_of(service, TEXT_NAME);
}

const char *ks_service_namespace(const struct ks_service *service)
{
    return text_of(service, TEXT_NAMESPACE);
}

const char *ks_service_kind(const struct ks_service *service)
{
    return text_of(service, TEXT_KIND);
}

const char *ks_service_color(const struct ks_service *service)
{
    return text_of(service, TEXT_COLOR);
}

const char *ks_service_message(const struct ks_service *service)
{
    return text_of(service, TEXT_MESSAGE);
}

const char *ks_service_state(const struct ks_service *service)
{
    return text_of(service, TEXT_STATE);
}

const char *ks_service_version(const struct ks_service *service)
{
    return text_of(service, TEXT_VERSION);
}

const char *ks_service_doubts(const struct ks_service *service)
{
    return text_of(service, TEXT_DOUBTS);
}

const char *ks_service_judged_without(const struct ks_service *service)
{
    return text_of(service, TEXT_JUDGED_WITHOUT);
}

const char *ks_service_label(const struct ks_service *service)
{
    return text_of(service, TEXT_LABEL);
}

const char *ks_service_link(const struct ks_service *service)
{
    return text_of(service, TEXT_LINK);
}

const char *ks_service_badge_color(const struct ks_service *service)
{
    return text_of(service, TEXT_BADGE_COLOR);
}

int32_t ks_service_ready(const struct ks_service *service)
{
    return service ? service->ready : 0;
}

int32_t ks_service_total(const struct ks_service *service)
{
    return service ? service->total : 0;
}

int32_t ks_service_restarts(const struct ks_service *service)
{
    return service ? service->restarts : 0;
}

int32_t ks_service_pods(const struct ks_service *service)
{
    return service ? service->pods : 0;
}

int32_t ks_service_pods_ready(const struct ks_service *service)
{
    return service ? service->pods_ready : 0;
}

int32_t ks_service_pods_desired(const struct ks_service *service)
{
    return service ? service->pods_desired : 0;
}

int ks_service_pods_desired_is_guess(const struct ks_service *service)
{
    return service ? service->desired_is_guess : 0;
}

int64_t ks_service_created(const struct ks_service *service)
{
    return service ? service->created : 0;
}

int64_t ks_service_oldest_pod(const struct ks_service *service)
{
    return service ? service->oldest_pod : 0;
}

int64_t ks_service_newest_pod(const struct ks_service *service)
{
    return service ? service->newest_pod : 0;
}

int64_t ks_service_age_ms(const struct ks_service *service)
{
    return service ? service->age_ms : 0;
}

int ks_service_is_hidden(const struct ks_service *service)
{
    return service ? service->hidden : 0;
}
