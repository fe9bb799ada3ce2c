/* libkubeshields: the health of Kubernetes clusters, as shields. libkubeshields(3) has a complete example.
 *
 * - A service is all pods that one root controller created, under its name. It is not a Kubernetes Service.
 * - The library watches each cluster on a thread of its own. Each function says which threads may call it.
 * - The library never prints, never ends the process, and installs no signal handlers.
 * - A struct whose name ends in _options is filled by the caller: call its _init function first, then set what you
 *   need. Zero and NULL mean the default. The function that uses invalid options returns KS_ERROR_INVALID.
 * - An object made by a function whose name ends in _new belongs to you until you pass it to the matching _free
 *   function, which also accepts NULL.
 * - When the process exits, the library ends its threads itself: clusters need not be freed before.
 * - After a fork(2), the child must not use anything that was created before it. */
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
