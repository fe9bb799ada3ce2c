/* How each outcome is worded and colored. Pure. Threads: any. */
#ifndef KS_HEALTH_OUTCOME_H
#define KS_HEALTH_OUTCOME_H

#include "health/health.h"

enum ks_outcome_message {
    KS_MESSAGE_RESTARTS, /* "2/2 (1 restart)" */
    KS_MESSAGE_NUMBERS,  /* "2/2 (rolling out)" */
    KS_MESSAGE_WORDS,    /* "succeeded"; numbers if pods are not as they should be */
    KS_MESSAGE_ALWAYS,   /* "running", whatever the numbers are */
};

/* In documents for other kube-shields and in the raw JSON, "rolling-out": these never change. */
extern const char *const ks_outcome_words[KS_OUTCOME_COUNT];

struct ks_outcome_look {
    const char *text; /* of the message */
    enum ks_outcome_message message;
    const char *counted; /* what a sum calls them, after their number; NULL: it does not mention them */
    const char *state;   /* the word of the check `state`, if no reason is worse */
    int severity;        /* of that word, beside ks_reason_severity */
    const char *color;
};

const struct ks_outcome_look *ks_outcome_look(enum ks_outcome outcome);

/* The outcome of one service; RUNNING if the state is that of none. */
enum ks_outcome ks_outcome_of(const struct ks_service_state *service);
/* The outcome that all services of the state share; KS_OUTCOME_COUNT if they differ, or there are none. */
enum ks_outcome ks_outcome_common(const struct ks_service_state *state);

#endif
