/* Refused documents, and the reasons. */
#ifndef KS_TEST_PEER_DOCUMENT_ROWS_H
#define KS_TEST_PEER_DOCUMENT_ROWS_H

#include "support/peer_document_seen.h"

#define HEAD(members)           "{\"instance\":\"" INSTANCE "\",\"version\":17" members "}"
#define HEAD_2(members)         HEAD(",\"format\":2" members)
#define SERVICE(members)        "{\"namespace\":\"shop\",\"kind\":\"Deployment\",\"name\":\"web\"" members "}"
#define CHECK(members)          "{\"service\":\"web\",\"check\":\"hits\",\"color\":\"green\"" members "}"

#define WITH_SERVICE_2(members) HEAD_2(",\"services\":[" SERVICE(members) "]")
#define WITH_SERVICE(members)   HEAD(",\"services\":[" SERVICE(members) "]")
#define WITH_CHECK(members)     HEAD(",\"custom\":[" CHECK(members) "]")

#define COUNTED                 "must be a whole number from 0 to 2147483647"
#define TIMED                   "must be a whole number from 0 to 253402300799"
#define AGED                    "must be a whole number from 0 to 3155760000000"
#define NAMED                   "letters, digits, '-', '_' and '.', a letter or digit at each end"
#define LINED                   " bytes without control characters"

static const struct {
    const char *json, *error;
} refused[] = {
    {"", "not JSON: it ends too early at byte 1"},
    {"[]", "not JSON: an object is expected, which begins with '{' at byte 1"},
    {"{}", "instance null: must be 1 to 32 letters, digits, '-' and '_'"},
    {"{", "not JSON: it ends too early at byte 2"},
    {"{x", "not JSON: name in double quotes expected at byte 2"},
    {"{\"a\"}", "not JSON: ':' expected at byte 5"},
    {"{\"a\":}", "not JSON: a value is expected at byte 6"},
    {"{\"a\":1 2}", "not JSON: ',' or '}' expected at byte 8"},
    {"{\"a\":\"", "not JSON: it ends too early at byte 7"},
    {"{\"a\":1,}", "not JSON: name in double quotes expected at byte 8"},
    {HEAD("") "x", "not JSON: more after the document at byte 45"},
    {"{\"a\":\"\xc0\xaf\"}", "not JSON: invalid UTF-8 at byte 7"},
    {"{\"a\":\"\xed\xa0\x80\"}", "not JSON: invalid UTF-8 at byte 7"},
    {"{\"a\":\"\xe2\x82", "not JSON: invalid UTF-8 at byte 7"},
    {HEAD(",\"version\":17"), "version is given twice: must be given once"},
    {HEAD(",\"gone\":[],\"gone\":[]"), "gone is given twice: must be given once"},
    {"{\"version\":1}", "instance null: must be 1 to 32 letters, digits, '-' and '_'"},
    {"{\"version\":1,\"instance\":\"\"}", "instance \"\": must be 1 to 32 letters, digits, '-' and '_'"},
    {"{\"version\":1,\"instance\":\"a.b\"}", "instance \"a.b\": must be 1 to 32 letters, digits, '-' and '_'"},
    {"{\"version\":1,\"instance\":\"a\\u0000\"}",
     "instance \"a\\u0000\": must be 1 to 32 letters, digits, '-' and '_'"},
    {"{\"version\":1,\"instance\":\"012345678901234567890123456789012\"}",
     "instance \"012345678901234567890123456789012\": must be 1 to 32 letters, digits, '-' and '_'"},
    {"{\"instance\":\"a\"}", "version null: must be a whole number"},
    {"{\"instance\":\"a\",\"version\":\"1\"}", "version \"1\": must be a whole number from 0 to 9007199254740991"},
    {"{\"instance\":\"a\",\"version\":9007199254740992}",
     "version 9007199254740992: must be a whole number from 0 to 9007199254740991"},
    {"{\"instance\":\"a\",\"version\":1.0}", "version 1.0: must be a whole number from 0 to 9007199254740991"},
    {"{\"instance\":\"a\",\"version\":01}", "version: not JSON: number expected at byte 28"},
    {HEAD(",\"format\":0"), "format 0: must be 1 or 2"},
    {HEAD(",\"format\":3"), "format 3: must be 1 or 2"},
    {HEAD(",\"format\":\"2\""), "format \"2\": must be 1 or 2"},
    {HEAD(",\"format\":2.0"), "format 2.0: must be 1 or 2"},
    {HEAD(",\"format\":99999999999999999999"), "format 18446744073709551615: must be 1 or 2"},
    {HEAD(",\"format\":2,\"format\":2"), "format is given twice: must be given once"},
    {HEAD(",\"services\":[{}],\"format\":3"), "format 3: must be 1 or 2"},
    {HEAD(",\"full\":1"), "full 1: must be true or false"},
    {HEAD(",\"readiness\":\"Ready\""), "readiness \"Ready\": must be \"ready\" or \"starting\" or \"forbidden\""},
    {HEAD(",\"readiness\":\"ready\\u0000\""),
     "readiness \"ready\\u0000\": must be \"ready\" or \"starting\" or \"forbidden\""},
    {HEAD(",\"readiness\":[]"), "readiness []: must be \"ready\" or \"starting\" or \"forbidden\""},
    {HEAD(",\"nodes\":3"), "nodes: 3: must be an object"},
    {HEAD(",\"nodes\":{\"state\":0}"), "nodes: state 0: must be \"starting\" or \"live\" or \"away\" or \"off\""},
    {HEAD(",\"nodes\":{\"total\":-1}"), "nodes: total -1: " COUNTED},
    {HEAD(",\"nodes\":{\"cordoned\":2147483648}"), "nodes: cordoned 2147483648: " COUNTED},
    {HEAD(",\"nodes\":{\"age_ms\":-1}"), "nodes: age_ms -1: " AGED},
    {HEAD_2(",\"nodes\":{\"pressures\":1}"), "nodes: pressures 1: must be an object"},
    {HEAD_2(",\"nodes\":{\"pressures\":{\"PIDPressure\":true}}"), "nodes: pressures: PIDPressure true: " COUNTED},
    {HEAD(",\"services\":{}"), "services {}: must be a list"},
    {HEAD(",\"services\":[1]"), "services[0]: 1: must be an object"},
    {HEAD(",\"services\":[" SERVICE("") "],\"gone\":[[]]"), "gone[0]: []: must be an object"},
    {HEAD(",\"services\":[" SERVICE("") "null]"), "not JSON: ',' or ']' expected at byte 110"},
    {HEAD(",\"services\":[" SERVICE("") ",]"), "services[1]: not JSON: a value is expected at byte 111"},
    {HEAD(",\"services\":[{}]"),
     "services[0]: namespace null: must be 1 to 63 lower-case letters, digits and '-', a letter or digit at each "
     "end"},
    {HEAD(",\"services\":[{\"namespace\":\"Shop\"}]"),
     "services[0]: namespace \"Shop\": must be 1 to 63 lower-case letters, digits and '-', a letter or digit at "
     "each end"},
    {HEAD(",\"services\":[{\"namespace\":\"shop\",\"kind\":\"a/b\"}]"),
     "services[0]: kind \"a/b\": must be 1 to 63 letters, digits, '.' and '-'"},
    {HEAD(",\"services\":[{\"namespace\":\"shop\",\"kind\":\"Job\",\"name\":\"-\"}]"),
     "services[0]: name \"-\": must be 1 to 253 " NAMED},
    {HEAD(",\"services\":[{\"namespace\":\"shop\",\"kind\":\"Job\",\"name\":[\"a\"]}]"),
     "services[0]: name [\"a\"]: must be 1 to 253 " NAMED},
    {HEAD(",\"gone\":[{\"namespace\":\"shop\",\"kind\":\"Job\"}]"), "gone[0]: name null: must be 1 to 253 " NAMED},
    {WITH_SERVICE(",\"outcome\":\"fine\""),
     "services[0]: outcome \"fine\": must be \"running\" or \"succeeded\" or \"failed\" or \"scaled-to-zero\" or "
     "\"suspended\" or \"scheduled\" or \"terminating\""},
    {WITH_SERVICE(",\"outcome\":\"rolling-out\""), "services[0]: outcome \"rolling-out\": must be \"running\" or "
                                                   "\"succeeded\" or \"failed\" or \"scaled-to-zero\" or "
                                                   "\"suspended\" or \"scheduled\" or \"terminating\""},
    {WITH_SERVICE_2(",\"outcome\":\"rolling out\""),
     "services[0]: outcome \"rolling out\": must be \"running\" or \"succeeded\" or \"failed\" or \"scaled-to-zero\" "
     "or "
     "\"suspended\" or \"scheduled\" or \"terminating\" or \"rolling-out\" or \"not-available\" or \"paused\" or "
     "\"rollout-failed\" or \"in-progress\" or \"gated\" or \"no-node\" or \"suspended-failed\" or \"unknown\""},
    {WITH_SERVICE_2(",\"down\":1"), "services[0]: down 1: must be true or false"},
    {WITH_SERVICE_2(",\"guessed\":\"yes\""), "services[0]: guessed \"yes\": must be true or false"},
    {WITH_SERVICE_2(",\"doubts\":\"\""), "services[0]: doubts \"\": must be an object of at most 8 numbers"},
    {WITH_SERVICE_2(",\"doubts\":{\"a\":-1}"), "services[0]: doubts: a -1: " COUNTED},
    {WITH_SERVICE_2(",\"judged_without\":\"jobs\""),
     "services[0]: judged_without \"jobs\": must be a list of at most 64 texts"},
    {WITH_SERVICE_2(
         ",\"judged_without\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
         "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"),
     "services[0]: judged_without "
     "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1: "
     "must be a list of at most 64 texts"},
    {WITH_SERVICE_2(",\"judged_without\":[\"jobs\",7]"), "services[0]: judged_without 7: must be text"},
    {WITH_SERVICE_2(",\"judged_without\":[null]"), "services[0]: judged_without null: must be text"},
    {WITH_SERVICE_2(",\"doubts_more\":1.5"), "services[0]: doubts_more 1.5: " COUNTED},
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
    {WITH_SERVICE(",\"reasons\":[]"), "services[0]: reasons []: must be an object of at most 8 numbers"},
    {WITH_SERVICE(",\"versions\":{\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1}"),
     "services[0]: versions {\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1}: must be an "
     "object of at most 8 numbers"},
    {WITH_SERVICE(",\"reasons\":{\"\":1}"),
     "services[0]: reasons: {\"\":1}: must be an object whose names have 1 to 255 bytes and no control "
     "characters"},
    {WITH_SERVICE(",\"versions\":{\"a\\tb\":1}"),
     "services[0]: versions: {\"a\\tb\":1}: must be an object whose names have 1 to 255 bytes and no control "
     "characters"},
    {WITH_SERVICE(",\"reasons\":{\"Error\":-1}"), "services[0]: reasons: Error -1: " COUNTED},
    {WITH_SERVICE(",\"versions_more\":-1"), "services[0]: versions_more -1: " COUNTED},
    {WITH_SERVICE(",\"label\":1"), "services[0]: label 1: must be text"},
    {WITH_SERVICE(",\"hidden\":\"true\""), "services[0]: hidden \"true\": must be true or false"},
    {HEAD(",\"services\":[" SERVICE("") "," SERVICE("") "]"),
     "service shop/Deployment/web is given twice: must be given once"},
    {HEAD(",\"services\":[" SERVICE("") "],\"gone\":[" SERVICE("") "]"),
     "service shop/Deployment/web is given twice: must be given once"},
    {HEAD(",\"custom\":[" CHECK("") "],\"custom_gone\":[" CHECK("") "]"),
     "check web/hits is given twice: must be given once"},
    {HEAD(",\"gone\":[" SERVICE("") "],\"full\":true"), "full true, but 1 gone: must be one or the other"},
    {HEAD(",\"custom_gone\":[" CHECK("") "],\"full\":true"), "full true, but 1 gone: must be one or the other"},
    {HEAD(",\"custom\":[{\"check\":\"hits\"}]"), "custom[0]: service null: must be 1 to 253 " NAMED},
    {HEAD(",\"custom\":[{\"service\":\"web\",\"color\":\"red\"}]"), "custom[0]: check null: must be 1 to 63 " NAMED},
    {HEAD(",\"custom\":[{\"service\":\"web\",\"check\":\"a b\",\"phase\":\"refused\"}]"),
     "custom[0]: check \"a b\": must be 1 to 63 " NAMED},
    {HEAD(",\"custom\":[{\"service\":\"web\",\"check\":\"hits\"}]"),
     "custom[0]: color null: must be a color of at most 31 bytes"},
    {HEAD(",\"custom\":[{\"service\":\"web\",\"check\":\"hits\",\"color\":\"no color\"}]"),
     "custom[0]: color \"no color\": must be a color of at most 31 bytes"},
    {WITH_CHECK(",\"phase\":\"done\""),
     "custom[0]: phase \"done\": must be \"waiting\" or \"answered\" or \"refused\""},
    {WITH_CHECK(",\"failed\":0"), "custom[0]: failed 0: must be true or false"},
    {WITH_CHECK(",\"label\":\"0123456789012345678901234567890123456789012345678901234567890123\""),
     "custom[0]: label \"0123456789012345678901234567890123456789012345678901234567890123\": must be text of at "
     "most 63" LINED},
    {WITH_CHECK(",\"message\":\"a\\u001b[31m\""),
     "custom[0]: message \"a\\u001b[31m\": must be text of at most 511" LINED},
    {WITH_CHECK(",\"reason\":\"a\\u0000b\""), "custom[0]: reason \"a\\u0000b\": must be text of at most 1023" LINED},
    {WITH_CHECK(",\"mistake\":\"\xc2\x85\""), "custom[0]: mistake \" \": must be text of at most 511" LINED},
    {WITH_CHECK(",\"message\":5"), "custom[0]: message 5: must be text of at most 511" LINED},
    {WITH_CHECK(",\"ran_at\":-1"), "custom[0]: ran_at -1: must be a whole number from 0 to 253402300799000"},
    {WITH_CHECK(",\"took_ms\":-1"), "custom[0]: took_ms -1: " AGED},
    {WITH_CHECK(",\"answered_ago_ms\":-1"), "custom[0]: answered_ago_ms -1: " AGED},
    {WITH_CHECK(",\"late_in_ms\":-3155760000001"),
     "custom[0]: late_in_ms -3155760000001: must be a whole number from -3155760000000 to 3155760000000"},
    {WITH_CHECK(",\"raw\":NaN"), "custom[0]: raw NaN: must be JSON, with numbers as RFC 8259 has them"},
    {WITH_CHECK(",\"raw\":[{\"a\":-Infinity}]"),
     "custom[0]: raw [{\"a\":-Infinity}]: must be JSON, with numbers as RFC 8259 has them"},
    {WITH_CHECK(",\"raw\":[01.5]"), "custom[0]: raw [01.5]: must be JSON, with numbers as RFC 8259 has them"},
    {WITH_CHECK(",\"raw\":'a'"), "custom[0]: not JSON: unexpected character at byte 109"},
    {WITH_CHECK(",\"raw\":nul"), "custom[0]: not JSON: null expected at byte 112"},
    {WITH_CHECK(",\"raw\":[1,]"), "custom[0]: not JSON: unexpected character at byte 112"},
    {WITH_CHECK(",\"raw\":}"), "not JSON: ',' or '}' expected at byte 111"},
};

#endif
