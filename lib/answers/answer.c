/* Fills an answer with texts that are safe to show. */
#include "config.h"

#include "answers/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "badge/color.h"
#include "base/escape.h"
#include "base/utf8.h"

/* The largest text that is set here. */
#define TEXT_MOST KS_ERROR_TEXT_SIZE

/* Three bytes may become one (U+FFFD), so this many are enough to know that a text does not fit. One byte may become
 * three. */
#define INPUT_MOST KS_ANSWER_TEXT_MOST
#define LINE_SIZE  (3 * INPUT_MOST + 1)

/* Bytes of a wrong color that its mistake quotes. */
#define COLOR_SHOWN 64

_Static_assert(KS_RESULT_MESSAGE_SIZE <= TEXT_MOST && KS_RESULT_LABEL_SIZE <= TEXT_MOST, "put_line reads enough");

void ks_answer_put_line(char *to, size_t size, const char *text)
{
    char beginning[INPUT_MOST + 1];
    size_t length = strnlen(text, INPUT_MOST);
    char memory[LINE_SIZE];
    struct ks_buf line;

    memcpy(beginning, text, length);
    beginning[length] = '\0';
    ks_buf_init_fixed(&line, memory, sizeof memory);
    ks_buf_line(&line, beginning);
    if (line.length >= size) {
        ks_utf8_shorten(line.data, size);
    }
    memcpy(to, line.data, strlen(line.data) + 1);
}

void ks_answer_init(struct ks_answer *answer)
{
    *answer = (struct ks_answer){.color = KS_ANSWER_DEFAULT_COLOR};
}

void ks_answer_fini(struct ks_answer *answer)
{
    free(answer->raw);
    free(answer->errors);
    ks_answer_init(answer);
}

void ks_answer_label(struct ks_answer *answer, const char *text)
{
    ks_answer_put_line(answer->label, sizeof answer->label, text);
}

void ks_answer_message(struct ks_answer *answer, const char *text)
{
    ks_answer_put_line(answer->message, sizeof answer->message, text);
}

bool ks_answer_is_color(const char *text)
{
    struct ks_color color;

    return strlen(text) < KS_ANSWER_COLOR_SIZE && ks_color_parse(text, &color);
}

void ks_answer_color(struct ks_answer *answer, const char *text)
{
    char shown[COLOR_SHOWN];

    if (ks_answer_is_color(text)) {
        memcpy(answer->color, text, strlen(text) + 1);
        return;
    }
    ks_answer_put_line(shown, sizeof shown, text);
    ks_answer_mistake(answer, "color \"%s\": " KS_ANSWER_COLOR_RULE, shown);
}

void ks_answer_mistake(struct ks_answer *answer, const char *format, ...)
{
    char text[INPUT_MOST + 1];
    va_list arguments;

    if (answer->mistake[0]) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ks_answer_put_line(answer->mistake, sizeof answer->mistake, text);
}

void ks_answer_fail(struct ks_answer *answer, const char *message, const char *format, ...)
{
    /* Format first: the arguments may belong to the answer. */
    char text[INPUT_MOST + 1];
    char words[KS_RESULT_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ks_answer_put_line(words, sizeof words, message);
    ks_answer_fini(answer);
    answer->failed = true;
    ks_answer_color(answer, "grey");
    ks_answer_message(answer, words);
    ks_answer_put_line(answer->reason, sizeof answer->reason, text);
}

void ks_answer_memory(struct ks_answer *answer)
{
    ks_answer_fail(answer, "out of memory", "out of memory");
}
