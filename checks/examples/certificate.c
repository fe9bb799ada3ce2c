/* Shows how many days the certificate of a TLS server is still valid, whether it is trusted or not.
 *
 *     cc -shared -fPIC -o site.so certificate.c $(pkg-config --cflags kube-shields-check) -lcurl
 *
 * builds the check `certificate` of the service `site`. site.conf names the server: HOST or HOST:PORT. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <kube-shields-check.h>

#define GREEN_DAYS    21
#define YELLOW_DAYS   7
#define TIMEOUT       5000L /* ms; shorter than the timeout of the check, so that we can report what was slow */
#define SECONDS_A_DAY 86400

/* Returns what follows "Subject:", "Issuer:" or "Expire date:", or "". The first certificate is the server's own. */
static const char *field(const struct curl_certinfo *chain, const char *name)
{
    for (const struct curl_slist *line = chain->certinfo[0]; line; line = line->next) {
        if (strncmp(line->data, name, strlen(name)) == 0) {
            return line->data + strlen(name);
        }
    }
    return "";
}

static void put_json_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, ",\"%s\":\"", name);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', out);
        }
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    fputc('"', out);
}

/* For ?raw. Not freed: each run is a process of its own. */
static const char *raw_of(const struct curl_certinfo *chain, long days, time_t expires)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (!out) {
        return NULL;
    }
    fprintf(out, "{\"days\":%ld,\"expires\":%lld", days, (long long)expires);
    put_json_text(out, "date", field(chain, "Expire date:"));
    put_json_text(out, "subject", field(chain, "Subject:"));
    put_json_text(out, "issuer", field(chain, "Issuer:"));
    fputc('}', out);
    return fclose(out) == 0 ? text : NULL;
}

static int answer(struct kube_shields_check *check, const struct curl_certinfo *chain)
{
    time_t expires;
    double left;
    long days;

    if (!chain || chain->num_of_certs < 1) {
        snprintf(check->message, sizeof check->message, "the server showed no certificate");
        return -1;
    }
    expires = curl_getdate(field(chain, "Expire date:"), NULL);
    if (expires == -1) {
        snprintf(check->message, sizeof check->message, "no date: \"%s\"", field(chain, "Expire date:"));
        return -1;
    }
    left = difftime(expires, time(NULL));
    days = (long)(left / SECONDS_A_DAY);
    if (left < 0) {
        snprintf(check->message, sizeof check->message, "expired");
    } else {
        snprintf(check->message, sizeof check->message, "%ld day%s", days, days == 1 ? "" : "s");
    }
    check->color = days >= GREEN_DAYS ? "green" : days >= YELLOW_DAYS ? "yellow" : "red";
    check->raw = raw_of(chain, days, expires);
    return 0;
}

KUBE_SHIELDS_CHECK(certificate);

int certificate(struct kube_shields_check *check)
{
    char url[300];
    char error[CURL_ERROR_SIZE] = "";
    struct curl_certinfo *chain = NULL;
    CURL *curl = curl_easy_init();
    CURLcode code;

    if (!curl || check->argument_count != 1) {
        snprintf(check->message, sizeof check->message, "site.conf: arguments: must be HOST or HOST:PORT");
        return -1;
    }
    snprintf(url, sizeof url, "https://%s/", check->arguments[0]);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L); /* the handshake is enough: request nothing */
    curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L); /* otherwise, an expired certificate could not be read */
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, TIMEOUT);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        snprintf(check->message, sizeof check->message, "%s", error[0] ? error : curl_easy_strerror(code));
        return -1;
    }
    curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain);
    return answer(check, chain);
}
