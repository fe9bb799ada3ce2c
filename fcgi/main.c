#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "front.h"
#include "settings.h"

#define EXIT_USAGE   2
#define HELP_CEILING 65536

static int print_help(void)
{
    struct ks_buf help KS_CLEANUP_BUF;

    ks_buf_init(&help, HELP_CEILING);
    ks_options_help(settings_table, settings_count, &help);
    return printf("Usage: kube-shields [option ...]\n"
                  "Answers with the health of a Kubernetes cluster, as shields, by FastCGI or CGI.\n\n"
                  "%s",
                  help.data) < 0;
}

static int run(const struct settings *settings)
{
    const struct ks_log log = {.fd = STDERR_FILENO,
                               .level = (enum ks_log_level)settings->log_level,
                               .format = (enum ks_log_format)settings->log_format};

    if (settings->help) {
        return print_help();
    }
    if (settings->version) {
        return printf("%s %s\n", PACKAGE_NAME, PACKAGE_VERSION) < 0;
    }
    if (front_is_cgi()) {
        return front_cgi(settings, &log);
    }
    return front_fastcgi(settings, &log);
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct ks_error error;
    int status = EXIT_USAGE;

    /* Who goes away while we write to him is no reason to die. */
    signal(SIGPIPE, SIG_IGN);
    /* A CGI server may pass the query as arguments (RFC 3875, section 4.4): a request is no place for options. */
    if (front_is_cgi()) {
        argc = 1;
    }
    if (settings_load(&settings, argc, argv, &error)) {
        fprintf(stderr, "%s: %s\n", PACKAGE_NAME, error.text);
    } else {
        status = run(&settings);
    }
    settings_fini(&settings);
    return status;
}
