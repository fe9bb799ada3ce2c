/* Files that change while a client runs: kubeconfig, CA, client certificate and key. */
#include "config.h"

#include "support/in_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apiserver/client.h"
#include "access/pem_file.h"

#define CONFIG(name, user)                                                                                             \
    "current-context: x\nclusters: [{name: c, cluster: {server: 'http://" name ".test'}}]\n"                           \
    "users: [{name: u, user: {" user "}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
#define PEM(name) "-----BEGIN CERTIFICATE-----\n" name "\n-----END CERTIFICATE-----\n"
#define IDENTITY  "client-certificate: crt, client-key: key"

static char folder[] = "/tmp/test_client.XXXXXX";

static void write_text(const char *name, const char *text)
{
    int fd = open(in_folder(folder, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
}

static void replace_text(const char *name, const char *text)
{
    write_text("new", text);
    assert_int_equal(rename(in_folder(folder, "new"), in_folder(folder, name)), 0);
}

static void remove_file(const char *name)
{
    assert_int_equal(unlink(in_folder(folder, name)), 0);
}

static void on_changed(void *arg)
{
    (void)arg;
}

struct loaded {
    struct ks_loop *loop;
    struct ks_kube_client *client;
    char paths[512]; /* KUBECONFIG */
};

static void load(struct loaded *loaded, const char *paths)
{
    struct ks_access_source source = {.kubeconfig = loaded->paths};
    struct ks_error err;

    snprintf(loaded->paths, sizeof loaded->paths, "%s", paths);
    assert_int_equal(ks_loop_new(&loaded->loop, &err), 0);
    assert_int_equal(ks_kube_client_new(&loaded->client, loaded->loop, &source, on_changed, NULL, &err), 0);
    assert_false(ks_kube_client_is_outdated(loaded->client));
}

static void unload(struct loaded *loaded)
{
    ks_kube_client_free(loaded->client);
    ks_loop_free(loaded->loop);
}

static const char *server_of(const struct loaded *loaded)
{
    return ks_kube_client_config(loaded->client)->server;
}

/* It is outdated, and is not any more when it has been loaded again. */
static void assert_reloads(struct loaded *loaded, const char *server)
{
    struct ks_error err;

    assert_true(ks_kube_client_is_outdated(loaded->client));
    assert_true(ks_kube_client_is_outdated(loaded->client));
    assert_int_equal(ks_kube_client_reload(loaded->client, &err), 0);
    assert_string_equal(server_of(loaded), server);
    assert_false(ks_kube_client_is_outdated(loaded->client));
}

static int ask(const struct loaded *loaded, struct ks_error *err)
{
    const struct ks_kube_request request = {.accept = "application/json", .http = {.path = "/"}};
    struct ks_http_transfer *transfer;
    uint64_t generation;

    switch (ks_kube_client_get(loaded->client, &request, &transfer, &generation, err)) {
    case KS_KUBE_STARTED:
        ks_http_cancel(transfer);
        return 0;
    default:
        return -1;
    }
}

static void a_kubeconfig_that_is_written_again_is_outdated(void **state)
{
    struct loaded loaded;

    (void)state;
    write_text("config", CONFIG("one", ""));
    load(&loaded, in_folder(folder, "config"));
    replace_text("config", CONFIG("two", ""));
    assert_reloads(&loaded, "http://two.test");
    write_text("config", CONFIG("three", "")); /* in its place */
    assert_reloads(&loaded, "http://three.test");
    unload(&loaded);
    remove_file("config");
}

static void a_kubeconfig_that_is_written_again_as_it_was_is_not_outdated(void **state)
{
    struct loaded loaded;

    (void)state;
    write_text("config", CONFIG("one", ""));
    load(&loaded, in_folder(folder, "config"));
    replace_text("config", CONFIG("one", ""));
    assert_false(ks_kube_client_is_outdated(loaded.client));
    replace_text("config", CONFIG("two", ""));
    assert_reloads(&loaded, "http://two.test");
    unload(&loaded);
    remove_file("config");
}

/* As kubelet does: config -> ..data/config, ..data -> ..1. */
static void a_mounted_secret_is_outdated_when_its_link_is_swapped(void **state)
{
    struct loaded loaded;

    (void)state;
    assert_int_equal(mkdir(in_folder(folder, "..1"), 0700), 0);
    assert_int_equal(mkdir(in_folder(folder, "..2"), 0700), 0);
    write_text("..1/config", CONFIG("one", ""));
    write_text("..2/config", CONFIG("two", ""));
    assert_int_equal(symlink("..1", in_folder(folder, "..data")), 0);
    assert_int_equal(symlink("..data/config", in_folder(folder, "config")), 0);
    load(&loaded, in_folder(folder, "config"));
    assert_int_equal(symlink("..2", in_folder(folder, "..new")), 0);
    assert_int_equal(rename(in_folder(folder, "..new"), in_folder(folder, "..data")), 0);
    assert_reloads(&loaded, "http://two.test");
    unload(&loaded);
    remove_file("config");
    remove_file("..data");
    remove_file("..1/config");
    remove_file("..2/config");
    assert_int_equal(rmdir(in_folder(folder, "..1")), 0);
    assert_int_equal(rmdir(in_folder(folder, "..2")), 0);
}

static void a_kubeconfig_that_is_gone_is_waited_for(void **state)
{
    struct loaded loaded;

    (void)state;
    write_text("config", CONFIG("one", ""));
    load(&loaded, in_folder(folder, "config"));
    remove_file("config");
    assert_false(ks_kube_client_is_outdated(loaded.client));
    assert_string_equal(server_of(&loaded), "http://one.test");
    write_text("config", CONFIG("two", ""));
    assert_reloads(&loaded, "http://two.test");
    unload(&loaded);
    remove_file("config");
}

static void a_broken_kubeconfig_is_read_once_until_it_changes_again(void **state)
{
    struct loaded loaded;
    struct ks_error err;

    (void)state;
    write_text("config", CONFIG("one", ""));
    load(&loaded, in_folder(folder, "config"));
    for (int i = 0; i < 2; i++) {
        write_text("config", i ? "{{{" : "");
        assert_true(ks_kube_client_is_outdated(loaded.client));
        assert_int_equal(ks_kube_client_reload(loaded.client, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
        assert_false(ks_kube_client_is_outdated(loaded.client));
        assert_string_equal(server_of(&loaded), "http://one.test");
        assert_int_equal(ask(&loaded, &err), 0);
    }
    write_text("config", CONFIG("one", "")); /* as it was before it broke */
    assert_false(ks_kube_client_is_outdated(loaded.client));
    write_text("config", CONFIG("two", ""));
    assert_reloads(&loaded, "http://two.test");
    unload(&loaded);
    remove_file("config");
}

static void a_file_of_the_list_that_was_not_there_may_come(void **state)
{
    struct loaded loaded;
    char paths[256];

    (void)state;
    write_text("config", CONFIG("one", ""));
    snprintf(paths, sizeof paths, "%s:%s", in_folder(folder, "first"), in_folder(folder, "config"));
    load(&loaded, paths);
    write_text("first", CONFIG("first", ""));
    assert_reloads(&loaded, "http://first.test");
    remove_file("first"); /* what is left is another cluster */
    assert_false(ks_kube_client_is_outdated(loaded.client));
    unload(&loaded);
    remove_file("config");
}

static void a_client_certificate_that_is_replaced_is_outdated(void **state)
{
    struct loaded loaded;
    struct ks_error err;

    (void)state;
    write_text("config", CONFIG("one", IDENTITY));
    write_text("crt", PEM("one"));
    write_text("key", PEM("key"));
    load(&loaded, in_folder(folder, "config"));
    assert_int_equal(ask(&loaded, &err), 0);
    replace_text("crt", PEM("one")); /* the same */
    assert_false(ks_kube_client_is_outdated(loaded.client));
    remove_file("crt");
    assert_false(ks_kube_client_is_outdated(loaded.client));
    assert_int_equal(ask(&loaded, &err), 0);
    write_text("crt", "-----BEGIN CERT"); /* half of it */
    assert_false(ks_kube_client_is_outdated(loaded.client));
    write_text("crt", PEM("the second"));
    assert_reloads(&loaded, "http://one.test");
    write_text("crt", PEM("number three"));
    assert_int_equal(ask(&loaded, &err), 0); /* reads it, too */
    assert_reloads(&loaded, "http://one.test");
    unload(&loaded);
    remove_file("config");
    remove_file("crt");
    remove_file("key");
}

static void what_is_wrong_with_a_file_is_told(void **state)
{
    static const struct {
        const char *crt, *key, *wanted;
    } rows[] = {
        {NULL, PEM("k"), "client certificate @/crt: can't be read: No such file or directory"},
        {PEM("c"), NULL, "client key @/key: can't be read: No such file or directory"},
        {"", PEM("k"), "client certificate @/crt: must be PEM: -----BEGIN …"},
        {PEM("c"), "\x30\x82", "client key @/key: must be PEM: -----BEGIN …"},
        {PEM("c"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n-----END ENCRYPTED PRIVATE KEY-----\n",
         "the client key needs a passphrase, which is not supported"},
        {PEM("c"),
         "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nx\n"
         "-----END RSA PRIVATE KEY-----\n",
         "the client key needs a passphrase, which is not supported"},
    };
    struct loaded loaded;

    (void)state;
    write_text("config", CONFIG("one", IDENTITY));
    for (size_t i = 0; i < COUNT(rows); i++) {
        char wanted[256];
        const char *rest = rows[i].wanted + strcspn(rows[i].wanted, "@");
        struct ks_error err;

        snprintf(wanted, sizeof wanted, "%.*s%s%s", (int)(rest - rows[i].wanted), rows[i].wanted, *rest ? folder : "",
                 *rest ? rest + 1 : "");
        if (rows[i].crt) {
            write_text("crt", rows[i].crt);
        }
        if (rows[i].key) {
            write_text("key", rows[i].key);
        }
        load(&loaded, in_folder(folder, "config"));
        assert_int_equal(ask(&loaded, &err), -1);
        assert_row_text(rows[i].wanted, err.text, wanted);
        write_text("crt", PEM("c"));
        write_text("key", PEM("k"));
        assert_int_equal(ask(&loaded, &err), 0);
        unload(&loaded);
        remove_file("crt");
        remove_file("key");
    }
    remove_file("config");
}

static void a_pem_file_is_kept_while_it_is_missing_or_broken(void **state)
{
    struct ks_pem_file file = {.text = NULL};
    struct ks_error err;
    char path[256];

    (void)state;
    snprintf(path, sizeof path, "%s", in_folder(folder, "ca"));
    assert_int_equal(ks_pem_file_read(&file, path, &err), -1);
    write_text("ca", PEM("one"));
    assert_int_equal(ks_pem_file_read(&file, path, &err), 0);
    assert_int_equal(file.length, strlen(PEM("one")));
    remove_file("ca");
    assert_int_equal(ks_pem_file_read(&file, path, &err), 0);
    write_text("ca", "-----BEGIN CERTIFICATE-----\nhal");
    assert_int_equal(ks_pem_file_read(&file, path, &err), 0);
    assert_memory_equal(file.text, PEM("one"), file.length);
    assert_false(file.is_replacement);
    replace_text("ca", PEM("another"));
    assert_int_equal(ks_pem_file_read(&file, path, &err), 0);
    assert_memory_equal(file.text, PEM("another"), file.length);
    assert_true(file.is_replacement);
    ks_pem_file_fini(&file);
    remove_file("ca");
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kubeconfig_that_is_written_again_is_outdated),
        cmocka_unit_test(a_kubeconfig_that_is_written_again_as_it_was_is_not_outdated),
        cmocka_unit_test(a_mounted_secret_is_outdated_when_its_link_is_swapped),
        cmocka_unit_test(a_kubeconfig_that_is_gone_is_waited_for),
        cmocka_unit_test(a_broken_kubeconfig_is_read_once_until_it_changes_again),
        cmocka_unit_test(a_file_of_the_list_that_was_not_there_may_come),
        cmocka_unit_test(a_client_certificate_that_is_replaced_is_outdated),
        cmocka_unit_test(what_is_wrong_with_a_file_is_told),
        cmocka_unit_test(a_pem_file_is_kept_while_it_is_missing_or_broken),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
