/* Waits for a cluster, at most as many milliseconds as its argument says, and counts nodes at once. */
#include <kubeshields/kubeshields.h>

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct ks_cluster *cluster;
    struct ks_error error;
    int32_t total, ready, cordoned, pressed;

    if (argc != 2 || ks_cluster_new(&cluster, NULL, &error)) {
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
    ks_cluster_free(cluster);
    return 0;
}
