/* Refused documents, and the reasons. */
#ifndef KS_TEST_PEER_DOCUMENT_ROWS_H
#define KS_TEST_PEER_DOCUMENT_ROWS_H

#include "support/peer_document_told.h"

#define HEAD(members)         "{\"instance\":\"" INSTANCE "\",\"version\":17" members "}"
#define SERVICE(members)      "{\"namespace\":\"shop\",\"kind\":\"Deployment\",\"name\":\"web\"" members "}"
#define CHECK(members)        "{\"service\":\"web\",\"check\":\"hits\",\"color\":\"green\"" members "}"

#define WITH_SERVICE(members) HEAD(",\"services\":[" SERVICE(members) "]")
#define WITH_CHECK(members)   HEAD(",\"custom\":[" CHECK(members) "]")

#define COUNTED               "accepted is a whole number from 0 to 2147483647"
#define TIMED                 "accepted is a whole number from 0 to 253402300799"
#define AGED                  "accepted is a whole number from 0 to 3155760000000"
#define NAMED                 "letters, digits, '-', '_' and '.', a letter or digit at each end"
#define LINED                 " bytes without control characters"

static const struct {
    const char *json, *error;
} refused[] = {
    {"", "no JSON: it ends too early at byte 1"},
    {"[]", "no JSON: an object is expected, which begins with '{' at byte 1"},
    {"{}", "instance null: accepted is 1 to 32 letters, digits, '-' and '_'"},
    {"{", "no JSON: it ends too early at byte 2"},
    {"{x", "no JSON: name in double quotes expected at byte 2"},
    {"{\"a\"}", "no JSON: ':' expected at byte 5"},
    {"{\"a\":}", "no JSON: a value is expected at byte 6"},
    {"{\"a\":1 2}", "no JSON: ',' or '}' expected at byte 8"},
    {"{\"a\":\"", "no JSON: it ends too early at byte 7"},
    {"{\"a\":1,}", "no JSON: name in double quotes expected at byte 8"},
    {HEAD("") "x", "no JSON: more behind the document at byte 45"},
    {"{\"a\":\"\xc0\xaf\"}", "no JSON: invalid UTF-8 at byte 7"},
    {"{\"a\":\"\xed\xa0\x80\"}", "no JSON: invalid UTF-8 at byte 7"},
    {"{\"a\":\"\xe2\x82", "no JSON: invalid UTF-8 at byte 7"},
    {HEAD(",\"version\":17"), "version twice: accepted is each member once"},
    {HEAD(",\"gone\":[],\"gone\":[]"), "gone twice: accepted is each member once"},
    {"{\"version\":1}", "instance null: accepted is 1 to 32 letters, digits, '-' and '_'"},
    {"{\"version\":1,\"instance\":\"\"}", "instance \"\": accepted is 1 to 32 letters, digits, '-' and '_'"},
    {"{\"version\":1,\"instance\":\"a.b\"}", "instance \"a.b\": accepted is 1 to 32 letters, digits, '-' and '_'"},
    {"{\"version\":1,\"instance\":\"a\\u0000\"}",
     "instance \"a\\u0000\": accepted is 1 to 32 letters, digits, '-' and '_'"},
    {"{\"version\":1,\"instance\":\"012345678901234567890123456789012\"}",
     "instance \"012345678901234567890123456789012\": accepted is 1 to 32 letters, digits, '-' and '_'"},
    {"{\"instance\":\"a\"}", "version null: accepted is a whole number"},
    {"{\"instance\":\"a\",\"version\":\"1\"}", "version \"1\": accepted is a whole number from 0 to 9007199254740991"},
    {"{\"instance\":\"a\",\"version\":9007199254740992}",
     "version 9007199254740992: accepted is a whole number from 0 to 9007199254740991"},
    {"{\"instance\":\"a\",\"version\":1.0}", "version 1.0: accepted is a whole number from 0 to 9007199254740991"},
    {"{\"instance\":\"a\",\"version\":01}", "version: no JSON: number expected at byte 28"},
    {HEAD(",\"full\":1"), "full 1: accepted is true or false"},
    {HEAD(",\"readiness\":\"Ready\""), "readiness \"Ready\": accepted is \"ready\" or \"starting\" or \"forbidden\""},
    {HEAD(",\"readiness\":\"ready\\u0000\""),
     "readiness \"ready\\u0000\": accepted is \"ready\" or \"starting\" or \"forbidden\""},
    {HEAD(",\"readiness\":[]"), "readiness []: accepted is \"ready\" or \"starting\" or \"forbidden\""},
    {HEAD(",\"nodes\":3"), "nodes: 3: accepted is an object"},
    {HEAD(",\"nodes\":{\"state\":0}"), "nodes: state 0: accepted is \"starting\" or \"live\" or \"away\" or \"off\""},
    {HEAD(",\"nodes\":{\"total\":-1}"), "nodes: total -1: " COUNTED},
    {HEAD(",\"nodes\":{\"cordoned\":2147483648}"), "nodes: cordoned 2147483648: " COUNTED},
    {HEAD(",\"nodes\":{\"age_ms\":-1}"), "nodes: age_ms -1: " AGED},
    {HEAD(",\"services\":{}"), "services {}: accepted is a list"},
    {HEAD(",\"services\":[1]"), "services[0]: 1: accepted is an object"},
    {HEAD(",\"services\":[" SERVICE("") "],\"gone\":[[]]"), "gone[0]: []: accepted is an object"},
    {HEAD(",\"services\":[" SERVICE("") "null]"), "no JSON: ',' or ']' expected at byte 110"},
    {HEAD(",\"services\":[" SERVICE("") ",]"), "services[1]: no JSON: a value is expected at byte 111"},
    {HEAD(",\"services\":[{}]"),
     "services[0]: namespace null: accepted is 1 to 63 lower-case letters, digits and '-', a letter or digit at each "
     "end"},
    {HEAD(",\"services\":[{\"namespace\":\"Shop\"}]"),
     "services[0]: namespace \"Shop\": accepted is 1 to 63 lower-case letters, digits and '-', a letter or digit at "
     "each end"},
    {HEAD(",\"services\":[{\"namespace\":\"shop\",\"kind\":\"a/b\"}]"),
     "services[0]: kind \"a/b\": accepted is 1 to 63 letters, digits, '.' and '-'"},
    {HEAD(",\"services\":[{\"namespace\":\"shop\",\"kind\":\"Job\",\"name\":\"-\"}]"),
     "services[0]: name \"-\": accepted is 1 to 253 " NAMED},
    {HEAD(",\"services\":[{\"namespace\":\"shop\",\"kind\":\"Job\",\"name\":[\"a\"]}]"),
     "services[0]: name [\"a\"]: accepted is 1 to 253 " NAMED},
    {HEAD(",\"gone\":[{\"namespace\":\"shop\",\"kind\":\"Job\"}]"), "gone[0]: name null: accepted is 1 to 253 " NAMED},
    {WITH_SERVICE(",\"outcome\":\"fine\""),
     "services[0]: outcome \"fine\": accepted is \"running\" or \"succeeded\" or \"failed\" or \"scaled-to-zero\" or "
     "\"suspended\" or \"scheduled\" or \"terminating\""},
    {WITH_SERVICE(",\"ready\":-1"), "services[0]: ready -1: " COUNTED},
    {WITH_SERVICE(",\"total\":2147483648"), "services[0]: total 2147483648: " COUNTED},
    {WITH_SERVICE(",\"total\":99999999999999999999"), "services[0]: total 18446744073709551615: " COUNTED},
    {WITH_SERVICE(",\"restarts\":\"1\""), "services[0]: restarts \"1\": " COUNTED},
    {WITH_SERVICE(",\"pods\":1.5"), "services[0]: pods 1.5: " COUNTED},
    {WITH_SERVICE(",\"pods_ready\":true"), "services[0]: pods_ready true: " COUNTED},
    {WITH_SERVICE(",\"desired\":{}"), "services[0]: desired {}: " COUNTED},
    {WITH_SERVICE(",\"created\":-1"), "services[0]: created -1: " TIMED},
    {WITH_SERVICE(",\"oldest\":253402300800"), "services[0]: oldest 253402300800: " TIMED},
    {WITH_SERVICE(",\"newest\":1e9"), "services[0]: newest 1e9: " TIMED},
    {WITH_SERVICE(",\"yellow_until\":\"\""), "services[0]: yellow_until \"\": " TIMED},
    {WITH_SERVICE(",\"age_ms\":3155760000001"), "services[0]: age_ms 3155760000001: " AGED},
    {WITH_SERVICE(",\"reasons\":[]"), "services[0]: reasons []: accepted is an object of at most 8 numbers"},
    {WITH_SERVICE(",\"versions\":{\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1}"),
     "services[0]: versions {\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1}: accepted is an "
     "object of at most 8 numbers"},
    {WITH_SERVICE(",\"reasons\":{\"\":1}"),
     "services[0]: reasons: {\"\":1}: accepted is an object whose names have 1 to 255 bytes and no control "
     "characters"},
    {WITH_SERVICE(",\"versions\":{\"a\\tb\":1}"),
     "services[0]: versions: {\"a\\tb\":1}: accepted is an object whose names have 1 to 255 bytes and no control "
     "characters"},
    {WITH_SERVICE(",\"reasons\":{\"Error\":-1}"), "services[0]: reasons: Error -1: " COUNTED},
    {WITH_SERVICE(",\"versions_more\":-1"), "services[0]: versions_more -1: " COUNTED},
    {WITH_SERVICE(",\"label\":1"), "services[0]: label 1: accepted is text"},
    {WITH_SERVICE(",\"hidden\":\"true\""), "services[0]: hidden \"true\": accepted is true or false"},
    {HEAD(",\"services\":[" SERVICE("") "," SERVICE("") "]"),
     "service shop/Deployment/web twice: accepted is each once"},
    {HEAD(",\"services\":[" SERVICE("") "],\"gone\":[" SERVICE("") "]"),
     "service shop/Deployment/web twice: accepted is each once"},
    {HEAD(",\"custom\":[" CHECK("") "],\"custom_gone\":[" CHECK("") "]"),
     "check web/hits twice: accepted is each once"},
    {HEAD(",\"gone\":[" SERVICE("") "],\"full\":true"), "full true, and 1 gone: accepted is one of both"},
    {HEAD(",\"custom_gone\":[" CHECK("") "],\"full\":true"), "full true, and 1 gone: accepted is one of both"},
    {HEAD(",\"custom\":[{\"check\":\"hits\"}]"), "custom[0]: service null: accepted is 1 to 253 " NAMED},
    {HEAD(",\"custom\":[{\"service\":\"web\",\"color\":\"red\"}]"),
     "custom[0]: check null: accepted is 1 to 63 " NAMED},
    {HEAD(",\"custom\":[{\"service\":\"web\",\"check\":\"a b\",\"phase\":\"refused\"}]"),
     "custom[0]: check \"a b\": accepted is 1 to 63 " NAMED},
    {HEAD(",\"custom\":[{\"service\":\"web\",\"check\":\"hits\"}]"),
     "custom[0]: color null: accepted is a color of at most 31 bytes"},
    {HEAD(",\"custom\":[{\"service\":\"web\",\"check\":\"hits\",\"color\":\"no color\"}]"),
     "custom[0]: color \"no color\": accepted is a color of at most 31 bytes"},
    {WITH_CHECK(",\"phase\":\"done\""),
     "custom[0]: phase \"done\": accepted is \"waiting\" or \"answered\" or \"refused\""},
    {WITH_CHECK(",\"failed\":0"), "custom[0]: failed 0: accepted is true or false"},
    {WITH_CHECK(",\"label\":\"0123456789012345678901234567890123456789012345678901234567890123\""),
     "custom[0]: label \"0123456789012345678901234567890123456789012345678901234567890123\": accepted is text of at "
     "most 63" LINED},
    {WITH_CHECK(",\"message\":\"a\\u001b[31m\""),
     "custom[0]: message \"a\\u001b[31m\": accepted is text of at most 511" LINED},
    {WITH_CHECK(",\"reason\":\"a\\u0000b\""),
     "custom[0]: reason \"a\\u0000b\": accepted is text of at most 1023" LINED},
    {WITH_CHECK(",\"mistake\":\"\xc2\x85\""), "custom[0]: mistake \" \": accepted is text of at most 511" LINED},
    {WITH_CHECK(",\"message\":5"), "custom[0]: message 5: accepted is text of at most 511" LINED},
    {WITH_CHECK(",\"ran_at\":-1"), "custom[0]: ran_at -1: accepted is a whole number from 0 to 253402300799000"},
    {WITH_CHECK(",\"took_ms\":-1"), "custom[0]: took_ms -1: " AGED},
    {WITH_CHECK(",\"answered_ago_ms\":-1"), "custom[0]: answered_ago_ms -1: " AGED},
    {WITH_CHECK(",\"late_in_ms\":-3155760000001"),
     "custom[0]: late_in_ms -3155760000001: accepted is a whole number from -3155760000000 to 3155760000000"},
    {WITH_CHECK(",\"raw\":NaN"), "custom[0]: raw NaN: accepted is JSON, with numbers as RFC 8259 has them"},
    {WITH_CHECK(",\"raw\":[{\"a\":-Infinity}]"),
     "custom[0]: raw [{\"a\":-Infinity}]: accepted is JSON, with numbers as RFC 8259 has them"},
    {WITH_CHECK(",\"raw\":[01.5]"), "custom[0]: raw [01.5]: accepted is JSON, with numbers as RFC 8259 has them"},
    {WITH_CHECK(",\"raw\":'a'"), "custom[0]: no JSON: unexpected character at byte 109"},
    {WITH_CHECK(",\"raw\":nul"), "custom[0]: no JSON: null expected at byte 112"},
    {WITH_CHECK(",\"raw\":[1,]"), "custom[0]: no JSON: unexpected character at byte 112"},
    {WITH_CHECK(",\"raw\":}"), "custom[0]: no JSON: unexpected character at byte 109"},
};

#endif
