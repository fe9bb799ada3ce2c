/* Mistakes of callers: prints a line for each, with the library's error. Compiled as C and as C++. */
#include <kubeshields/kubeshields.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ks_error error;

static void say(const char *what, int outcome)
{
    printf("%s: %s: %s\n", what, outcome ? ks_error_kind_name(error.kind) : "accepted", outcome ? error.text : "");
    memset(&error, 0, sizeof error);
}

static void misuse_clusters(void)
{
    const char *const none[] = {NULL};
    const char *const shop[] = {"shop", NULL};
    const char *const wrong[] = {"Shop Floor", NULL};
    struct ks_cluster_options options;
    struct ks_cluster *cluster;

    memset(&options, 0xa5, sizeof options);
    say("garbage", ks_cluster_new(&cluster, &options, &error));
    memset(&options, 0, sizeof options);
    say("forgotten", ks_cluster_new(&cluster, &options, &error));
    ks_cluster_options_init(&options);
    options.heartbeat_ms = -1;
    say("negative", ks_cluster_new(&cluster, &options, &error));
    ks_cluster_options_init(&options);
    options.heartbeat_ms = 1;
    say("hasty", ks_cluster_new(&cluster, &options, &error));
    ks_cluster_options_init(&options);
    options.unknown_after_ms = INT64_MAX;
    say("absurd", ks_cluster_new(&cluster, &options, &error));
    ks_cluster_options_init(&options);
    options.is_strict = 2;
    say("strict", ks_cluster_new(&cluster, &options, &error));
    ks_cluster_options_init(&options);
    options.object_bytes_max = (size_t)-1;
    say("bytes", ks_cluster_new(&cluster, &options, &error));
    ks_cluster_options_init(&options);
    options.namespaces = none;
    say("empty list", ks_cluster_new(&cluster, &options, &error));
    options.namespaces = wrong;
    say("namespace", ks_cluster_new(&cluster, &options, &error));
    options.namespaces = options.excluded_namespaces = shop;
    say("nothing left", ks_cluster_new(&cluster, &options, &error));
    ks_cluster_options_init(&options);
    options.kubeconfig = "";
    say("no kubeconfig", ks_cluster_new(&cluster, &options, &error));
    options.kubeconfig = "/nonexistent";
    say("kubeconfig", ks_cluster_new(&cluster, &options, &error));
    options.context = "";
    say("no context", ks_cluster_new(&cluster, &options, &error));
    options.context = NULL;
    say("no place", ks_cluster_new(NULL, &options, &error));
    say("no error", ks_cluster_new(&cluster, &options, NULL));
}

static void misuse_null(void)
{
    struct ks_services *services;

    say("wait", ks_cluster_wait_ready(NULL, 1, &error));
    say("services", ks_cluster_services(NULL, &services, &error));
    say("find", ks_cluster_find(NULL, NULL, NULL, &services, &error));
    say("nodes", ks_cluster_nodes(NULL, NULL, NULL, NULL, &error));
    say("pressure", ks_cluster_node_pressure(NULL, "DiskPressure", NULL, &error));
    say("dispatch", ks_cluster_dispatch(NULL, NULL, NULL, &error));
    say("peer services", ks_peer_client_services(NULL, &services, &error));
    say("peer find", ks_peer_client_find(NULL, NULL, "web", &services, &error));
    say("peer get", ks_peer_client_get(NULL, "/", NULL, NULL, NULL, &error));
    ks_cluster_reload(NULL);
    ks_cluster_free(NULL);
    ks_services_free(NULL);
    ks_peer_client_free(NULL);
    printf("null: \"%s\" \"%s\" %d %d %d %s %d %s\n", ks_service_name(NULL), ks_service_doubts(NULL),
           ks_service_pods_desired_is_guess(NULL), (int)ks_service_ready(NULL), (int)ks_services_count(NULL),
           ks_cluster_state_name(ks_cluster_state(NULL)), ks_cluster_fd(NULL), ks_change_name((enum ks_change)7));
}

static void misuse_peers(void)
{
    struct ks_peer_client_options options;
    struct ks_peer_client *client;

    memset(&options, 0, sizeof options);
    say("peer forgotten", ks_peer_client_new(&client, &options, &error));
    say("peer none", ks_peer_client_new(&client, NULL, &error));
    ks_peer_client_options_init(&options);
    say("peer nowhere", ks_peer_client_new(&client, &options, &error));
    options.secret_file = "/nonexistent";
    options.url = "eu=https://shields.test";
    say("peer named", ks_peer_client_new(&client, &options, &error));
    options.url = "shields.test";
    say("peer schemeless", ks_peer_client_new(&client, &options, &error));
    options.url = "https://shields.test";
    options.ca_file = "/";
    say("peer folder", ks_peer_client_new(&client, &options, &error));
    options.ca_file = NULL;
    options.secret_file = NULL;
    say("peer secretless", ks_peer_client_new(&client, &options, &error));
    options.secret_file = "/nonexistent";
    say("peer secret", ks_peer_client_new(&client, &options, &error));
    options.secret_file = "/none\nlog info x: \x1b[31m\xff";
    say("peer line", ks_peer_client_new(&client, &options, &error));
    options.secret_file = "/nonexistent";
    options.timeout_ms = -5;
    say("peer negative", ks_peer_client_new(&client, &options, &error));
    options.timeout_ms = 0;
    options.key_file = "/nonexistent";
    say("peer key", ks_peer_client_new(&client, &options, &error));
    say("secret none", ks_secret_file_create(NULL, &error));
    say("secret nowhere", ks_secret_file_create("", &error));
}

static void misuse_badges(void)
{
    struct ks_badge_options options;
    enum ks_badge_style style;
    char *svg;

    memset(&options, 0, sizeof options);
    say("badge forgotten", ks_badge_draw(&options, &svg, NULL, &error));
    say("badge none", ks_badge_draw(NULL, &svg, NULL, &error));
    ks_badge_options_init(&options);
    say("badge empty", ks_badge_draw(&options, &svg, NULL, &error));
    options.message = "up";
    options.logo_width = -1;
    say("badge logo", ks_badge_draw(&options, &svg, NULL, &error));
    options.logo_width = 0;
    options.style = (enum ks_badge_style)99;
    say("badge style", ks_badge_draw(&options, &svg, NULL, &error));
    say("badge service", ks_badge_options_set_service(&options, NULL, &error));
    options.style = KS_BADGE_FLAT;
    options.size += sizeof(long); /* a newer header, whose new member is zero */
    {
        struct {
            struct ks_badge_options options;
            long newer;
        } newer;

        memset(&newer, 0, sizeof newer);
        newer.options = options;
        say("newer", ks_badge_draw(&newer.options, &svg, NULL, &error));
        free(svg);
        newer.newer = 1;
        say("newer set", ks_badge_draw(&newer.options, &svg, NULL, &error));
    }
    printf("style: %d %d %s\n", ks_badge_style_parse(NULL, &style), ks_badge_style_parse("flat", NULL),
           ks_badge_style_name((enum ks_badge_style)99));
}

int main(void)
{
    misuse_clusters();
    misuse_null();
    misuse_peers();
    misuse_badges();
    return 0;
}
