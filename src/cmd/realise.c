/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <string.h>

#include "attest/keys.h"
#include "cmd/print.h"
#include "cmd/progress.h"
#include "cmd/signals.h"
#include "engine/node.h"
#include "publication/get.h"

/* What the command line asks for. */
struct request {
	const char *exchange, *key, *attempt;
	struct drv_limits caps;
};

static const struct option_row OPTIONS[] = {
    {OPTION_TEXT, 0, "exchange", offsetof(struct request, exchange), "LOCATION",
     "the publication to take from and to bring to: a folder or a URL"},
    {OPTION_TEXT, 0, "key", offsetof(struct request, key), "NAME",
     "sign with the secret key NAME (default: the only one)"},
    {OPTION_TEXT, 0, "attempt", offsetof(struct request, attempt), "ID",
     "what to tell a failure and the log by (default: the action)"},
    {OPTION_BYTES, 0, "max-memory", offsetof(struct request, caps.memory), "SIZE",
     "cap of the build's memory"},
    {OPTION_SECONDS, 0, "max-time", offsetof(struct request, caps.time_s), "TIME",
     "cap of the build's wall time"},
    {0}};

static int check_request(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct digest action;
	if (digest_parse_hex(view_of(c->operands[0]), &action) < 0)
		return fault_set(f, ERR_USAGE, "realise: '%s' is not an action: 64 hex digits",
				 c->operands[0]);
	if (!q->exchange)
		return fault_set(f, ERR_USAGE, "realise: from where? Give --exchange LOCATION");
	if (!publication_is_location(q->exchange))
		return fault_set(
		    f, ERR_USAGE,
		    "realise: '%s' is neither http:, https: nor the whole path of a "
		    "folder",
		    q->exchange);
	if (q->attempt && !realise_attempt_ok(q->attempt))
		return fault_set(f, ERR_USAGE,
				 "realise: '%s' does not name an attempt: up to %d letters and "
				 "digits",
				 q->attempt, ATTEMPT_LEN);
	return 0;
}

/* The first signal lets the build end, and what came of it be brought back. */
static bool stopped_at_once(void)
{
	return signals_count() > 1;
}

static int realise(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct key key = {0};
	struct digest action;
	struct progress *progress = NULL;
	struct builder *b = NULL;
	int r = cmd_signer(c, "realise", q->key, &key, f);
	if (r == 0)
		r = progress_new(c->quiet, false, &progress);
	struct build_options o = {
	    .caps = q->caps, .event = progress_event, .event_ctx = progress};
	if (r == 0)
		r = cmd_builder(c, &o, &b, f);
	if (r == 0)
		r = digest_parse_hex(view_of(c->operands[0]), &action);
	if (r == 0) {
		struct realise w = {.to = {.location = q->exchange,
					   .offline = c->offline,
					   .stopped = stopped_at_once},
				    .state = c->state,
				    .key = &key,
				    .attempt = q->attempt ? q->attempt : c->operands[0]};
		r = builder_realise(b, &action, &w, f);
	}
	progress_free(progress);
	key_release(&key);
	return r;
}

const struct command command_realise = {
    .name = "realise",
    .run = realise,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = 1,
    .needs = CMD_STATE,
    .synopsis = "ACTION --exchange LOCATION [OPTION…]",
    .summary = "carry out one action for another machine",
};
