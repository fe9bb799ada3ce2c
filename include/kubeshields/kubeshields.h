/* libkubeshields: the health of Kubernetes clusters, as shields. libkubeshields(3) has a whole program.
 *
 * - A service is all pods that one root controller made, under that controller's name. It is not a Kubernetes Service.
 * - A cluster is watched by a thread of the library's own. Each function says which threads may call it.
 * - The library never prints, never ends the process, and installs no signal handlers.
 * - A struct whose name ends in _options is filled by the caller: call its _init function first, then set what you
 * need. Zero and NULL mean the default. Nonsense is KS_ERROR_INVALID where the options are used, never a crash.
 * - What a function whose name ends in _new makes is yours until you hand it to the _free function of the same name,
 *   which takes NULL, too.
 * - Do not use anything that was made before a fork(2) in the child. */
#ifndef KS_KUBESHIELDS_KUBESHIELDS_H
#define KS_KUBESHIELDS_KUBESHIELDS_H

#include <kubeshields/badge.h>
#include <kubeshields/change.h>
#include <kubeshields/cluster.h>
#include <kubeshields/color.h>
#include <kubeshields/error.h>
#include <kubeshields/log.h>
#include <kubeshields/peer_client.h>
#include <kubeshields/secret.h>
#include <kubeshields/service.h>
#include <kubeshields/services.h>
#include <kubeshields/version.h>

#endif
