/* Asks another kube-shields. Usage: library_peer URL SECRET-FILE SERVICE */
#include <kubeshields/kubeshields.h>

#include <stdio.h>
#include <stdlib.h>

static int fail(const struct ks_error *err)
{
    printf("%s: %s\n", ks_error_kind_name(err->kind), err->text);
    return 1;
}

static void show(const struct ks_services *services)
{
    for (size_t i = 0; i < ks_services_count(services); i++) {
        const struct ks_service *service = ks_services_at(services, i);

        printf("%s/%s %s %s: %s, %s, %d/%d pods\n", ks_service_namespace(service), ks_service_name(service),
               ks_service_kind(service), ks_service_color(service), ks_service_message(service),
               ks_service_version(service), (int)ks_service_pods_ready(service), (int)ks_service_pods_desired(service));
    }
}

static int ask(struct ks_peer_client *client, const char *name, struct ks_error *err)
{
    struct ks_badge_options badge;
    struct ks_services *services;
    char *text;
    int status;

    if (ks_peer_client_services(client, &services, err)) {
        return -1;
    }
    show(services);
    printf("sum: %s\n", ks_service_message(ks_services_sum(services)));
    ks_services_free(services);
    if (ks_peer_client_find(client, NULL, name, &services, err)) {
        return -1;
    }
    printf("found: %d\n", (int)ks_services_count(services));
    ks_badge_options_init(&badge);
    if (ks_services_count(services) && (ks_badge_options_set_service(&badge, ks_services_at(services, 0), err) ||
                                        ks_badge_draw(&badge, &text, NULL, err))) {
        ks_services_free(services);
        return -1;
    }
    if (ks_services_count(services)) {
        printf("badge: %.4s\n", text);
        free(text);
    }
    ks_services_free(services);
    if (ks_peer_client_get(client, "/_/nothing/health/", &status, &text, NULL, err)) {
        return -1;
    }
    printf("status: %d\n", status);
    free(text);
    return 0;
}

int main(int count, char **arguments)
{
    struct ks_peer_client_options options;
    struct ks_peer_client *client;
    struct ks_error error;
    int outcome;

    if (count != 4) {
        return 2;
    }
    ks_peer_client_options_init(&options);
    options.url = arguments[1];
    options.secret_file = arguments[2];
    options.timeout_ms = 10000;
    if (ks_peer_client_new(&client, &options, &error)) {
        return fail(&error);
    }
    outcome = ask(client, arguments[3], &error);
    ks_peer_client_free(client);
    return outcome ? fail(&error) : 0;
}
