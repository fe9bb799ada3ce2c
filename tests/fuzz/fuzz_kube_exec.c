/* Every output of a credential plugin must give a whole credential, or one error and nothing else. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apiserver/exec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ks_kube_exec_answer answer;
    struct ks_error err = {.kind = KS_ERROR_NONE};

    if (ks_kube_exec_parse(&answer, (const char *)data, size, &err)) {
        require(err.kind == KS_ERROR_PROTOCOL && err.text[0]);
        require(!answer.token && !answer.certificate && !answer.key);
    } else {
        require(answer.token || (answer.certificate && answer.key));
        require(!answer.token || strlen(answer.token) < SIZE_MAX);
    }
    ks_kube_exec_answer_fini(&answer);
    return 0;
}
