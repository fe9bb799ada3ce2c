/* The nodes of a cluster: message, color and raw JSON. */
#include "config.h"

#include "support/testing.h"

#include "health/automatic.h"
#include "support/json_text.h"

static void nodes_are_counted(void **unused)
{
    static const struct {
        struct ks_nodes_state nodes;
        const char *message, *color, *raw;
    } clusters[] = {
        {{.total = 3, .ready = 3, .cordoned = 1},
         "3/3",
         "green",
         "{\"ready\":3,\"total\":3,\"cordoned\":1,\"color\":\"green\",\"message\":\"3/3\",\"pressures\":{},\"age\":5}"},
        {{.total = 3, .ready = 2},
         "2/3",
         "red",
         "{\"ready\":2,\"total\":3,\"cordoned\":0,\"color\":\"red\",\"message\":\"2/3\",\"pressures\":{},\"age\":5}"},
        {{.total = 0},
         "0/0",
         "lightgrey",
         "{\"ready\":0,\"total\":0,\"cordoned\":0,\"color\":\"lightgrey\",\"message\":\"0/"
         "0\",\"pressures\":{},\"age\":5}"},
        {{.total = 2, .ready = 2, .pressures = {[KS_PRESSURE_DISK] = 1}},
         "DiskPressure, 2/2",
         "yellow",
         "{\"ready\":2,\"total\":2,\"cordoned\":0,\"color\":\"yellow\",\"message\":\"DiskPressure, "
         "2/2\",\"pressures\":{"
         "\"DiskPressure\":1},\"age\":5}"},
        {{.total = 3, .ready = 2, .pressures = {[KS_PRESSURE_MEMORY] = 2, [KS_PRESSURE_DISK] = 1}},
         "DiskPressure, MemoryPressure, 2/3",
         "red",
         "{\"ready\":2,\"total\":3,\"cordoned\":0,\"color\":\"red\",\"message\":\"DiskPressure, MemoryPressure, "
         "2/3\",\"pressures\":{\"DiskPressure\":1,\"MemoryPressure\":2},\"age\":5}"},
        {{.total = 1, .ready = 1, .pressures = {1, 1, 1, 1}},
         "DiskPressure, MemoryPressure, PIDPressure, NetworkUnavailable, 1/1",
         "yellow",
         "{\"ready\":1,\"total\":1,\"cordoned\":0,\"color\":\"yellow\",\"message\":\"DiskPressure, MemoryPressure, "
         "PIDPressure, NetworkUnavailable, 1/1\",\"pressures\":{\"DiskPressure\":1,\"MemoryPressure\":1,"
         "\"PIDPressure\":1,\"NetworkUnavailable\":1},\"age\":5}"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(clusters); i++) {
        struct ks_result result;
        struct ks_buf raw KS_CLEANUP_BUF;

        ks_buf_init(&raw, CEILING);
        ks_check_nodes_result(&clusters[i].nodes, 5, &result);
        ks_check_nodes_raw(&clusters[i].nodes, &result, &raw);
        assert_string_equal(result.label, "nodes");
        assert_string_equal(result.message, clusters[i].message);
        assert_string_equal(result.color, clusters[i].color);
        assert_json(&raw, clusters[i].raw);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
