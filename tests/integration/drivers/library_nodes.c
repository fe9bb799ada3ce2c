/* Waits for a cluster, at most as many milliseconds as its argument says, and counts nodes at once. With 0 or 1 as
 * another argument, for is_strict, it also prints the color and the doubts of all services as one. */
#include <kubeshields/kubeshields.h>

#include <stdio.h>
#include <stdlib.h>

static void print_sum(struct ks_cluster *cluster)
{
    struct ks_services *services;
    struct ks_error error;

    if (ks_cluster_services(cluster, &services, &error)) {
        printf("%s\n", error.text);
        return;
    }
    printf("%s: %s (%s)\n", ks_service_color(ks_services_sum(services)), ks_service_message(ks_services_sum(services)),
           ks_service_doubts(ks_services_sum(services)));
    ks_services_free(services);
}

int main(int argc, char **argv)
{
    struct ks_cluster_options options;
    struct ks_cluster *cluster;
    struct ks_error error;
    int32_t total, ready, cordoned, pressed;

    ks_cluster_options_init(&options);
    options.is_strict = argc == 3 && argv[2][0] == '1';
    if (argc < 2 || ks_cluster_new(&cluster, &options, &error)) {
        return 1;
    }
    if (ks_cluster_wait_ready(cluster, strtol(argv[1], NULL, 10), &error)) {
        printf("%s: %s\n", ks_error_kind_name(error.kind), error.text);
    } else if (ks_cluster_nodes(cluster, &total, &ready, &cordoned, &error) ||
               ks_cluster_node_pressure(cluster, "MemoryPressure", &pressed, &error)) {
        printf("%s: %s\n", ks_error_kind_name(error.kind), error.text);
    } else {
        printf("nodes: %d/%d, %d short of memory\n", (int)ready, (int)total, (int)pressed);
    }
    if (argc == 3) {
        print_sum(cluster);
    }
    ks_cluster_free(cluster);
    return 0;
}
