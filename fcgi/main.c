/* The program: runs a command, or one of the fronts. */
#include "config.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "front.h"
#include "settings/settings.h"

#define EXIT_USAGE   2
#define HELP_CEILING 65536
#define MMAP_FROM    (256 * 1024)
#define TRIM_FROM    (1024 * 1024)

struct command {
    const char *name;
    int (*run)(const struct settings *settings, const struct ks_log *log, int count, char *const *operands);
    const char *help;
};

static const struct command commands[] = {
    {"check-list", command_check_list, "Print all custom checks, and the files that were refused, with the reason"},
    {"check-run", command_check_run, "SERVICE CHECK: run a custom check now and print its answer"},
    {"get", command_get, "PATH: send a signed request to the kube-shields at --url and print the answer"},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; name && i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static void print_help(void)
{
    struct ks_buf help KS_CLEANUP_BUF;

    ks_buf_init(&help, HELP_CEILING);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        ks_buf_printf(&help, "  %s\n      %s\n", commands[i].name, commands[i].help);
    }
    ks_buf_literal(&help, "\n");
    ks_options_help(settings_table, settings_count, &help);
    printf("Usage: kube-shields [option ...]\n"
           "       kube-shields command [option ...] [operand ...]\n"
           "Shows the health of a Kubernetes cluster as shields, over FastCGI or CGI.\n\n"
           "%s",
           help.data);
}

static int run(const struct settings *settings, const struct command *command, int count, char *const *operands)
{
    const struct ks_log log = {.fd = STDERR_FILENO,
                               .level = (enum ks_log_level)settings->log_level,
                               .format = (enum ks_log_format)settings->log_format};

    if (settings->help) {
        print_help();
        return 0;
    }
    if (settings->version) {
        printf("%s %s\n", PACKAGE_NAME, PACKAGE_VERSION);
        return 0;
    }
    if (settings->new_secret) {
        return command_new_secret(settings);
    }
    if (command) {
        return command->run(settings, &log, count, operands);
    }
    if (front_is_cgi()) {
        return front_cgi(settings, &log);
    }
    return front_fastcgi(settings, &log);
}

/* glibc raises its thresholds to the largest block ever freed: after a long answer from a peer, tens of MiB would not
 * be given back. */
static void give_memory_back(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
    mallopt(M_TRIM_THRESHOLD, TRIM_FROM);
#endif
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct ks_error error;
    const struct command *command;
    int operands = 0;
    int status = EXIT_USAGE;

    /* A client that goes away while we write to it must not kill us. */
    signal(SIGPIPE, SIG_IGN);
    give_memory_back();
    /* If we inherited it as ignored, we could not wait for our children. */
    signal(SIGCHLD, SIG_DFL);
    /* A CGI server may pass the query as arguments (RFC 3875, section 4.4), and a request must not set options. */
    if (front_is_cgi()) {
        argc = 1;
    }
    command = argc > 1 ? find_command(argv[1]) : NULL;
    if (command) {
        argc--;
        argv++;
    }
    if (settings_load(&settings, argc, argv, command ? &operands : NULL, &error)) {
        command_complain(NULL, error.text);
    } else {
        status = run(&settings, command, argc - operands, argv + operands);
    }
    settings_fini(&settings);
    if (fflush(stdout) || ferror(stdout)) {
        command_complain(NULL, "standard output: cannot write everything");
        status = status ? status : 1;
    }
    return status;
}
