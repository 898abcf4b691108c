/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/peer.h"
#include "cmd/print.h"

/* `quorum`: how many of which keys must agree. */

static int show(struct cmd *c, void *request, struct fault *f)
{
	struct config config = CONFIG_INIT;
	FREE_PTR char *path = NULL;
	(void)c;
	(void)request;
	int r = cmd_config(&config, &path, f);
	if (r == 0 && !config.need)
		print_out("no quorum: nothing is taken from peers, one other key confirms a "
			  "result\n");
	else if (r == 0)
		print_out("%u of these must agree:\n", config.need);
	for (size_t i = 0; r == 0 && config.need && i < config.of.n; i++)
		print_out("  %s%s\n", config.of.items[i],
			  config_peer(&config, config.of.items[i]) ? "" : " (a key)");
	config_release(&config);
	return r;
}

/* Writes the configuration back, after it was read as a whole once more. */
static int store_config(const struct config *c, const char *path, struct fault *f)
{
	struct buf text = BUF_INIT;
	struct config again = CONFIG_INIT;
	int r = config_write(c, &text);
	if (r == 0)
		r = config_parse(buf_view(&text), path, &again, f);
	config_release(&again);
	char *copy = r == 0 ? strdup(path) : NULL;
	char *slash = copy ? strrchr(copy, '/') : NULL;
	if (r == 0 && slash && slash != copy) {
		*slash = '\0';
		r = file_mkdirs(copy, f);
	}
	free(copy);
	if (r == 0)
		r = file_write_atomic(path, text.ptr, text.len, 0644, f);
	buf_release(&text);
	return r;
}

static int set(struct cmd *c, void *request, struct fault *f)
{
	struct config config = CONFIG_INIT;
	FREE_PTR char *path = NULL;
	char *end;
	(void)request;
	unsigned long need = strtoul(c->operands[0], &end, 10);
	if (*end || !need || c->operands[0][0] == '-' || need > c->noperands - 1) {
		fault_set(f, ERR_USAGE, "'%s' of %zu cannot be a quorum", c->operands[0],
			  c->noperands - 1);
		fault_hint(f, "boot-hurd quorum set NEED PEER|KEYID…: NEED is 1 up to how many "
			      "are named");
		return ERR_USAGE;
	}
	int r = cmd_config(&config, &path, f);
	strlist_release(&config.of);
	for (size_t i = 1; r == 0 && i < c->noperands; i++)
		r = strlist_add(&config.of, c->operands[i]);
	config.need = (unsigned)need;
	if (r == 0)
		r = store_config(&config, path, f);
	config_release(&config);
	return r == 0 ? show(c, NULL, f) : r;
}

static int clear(struct cmd *c, void *request, struct fault *f)
{
	struct config config = CONFIG_INIT;
	FREE_PTR char *path = NULL;
	(void)c;
	(void)request;
	int r = cmd_config(&config, &path, f);
	strlist_release(&config.of);
	config.need = 0;
	if (r == 0)
		r = store_config(&config, path, f);
	config_release(&config);
	return r;
}

static const struct command SHOW = {
    .name = "show", .run = show, .synopsis = "", .summary = "print it"};
static const struct command SET = {.name = "set",
				   .run = set,
				   .min = 2,
				   .max = CMD_MANY,
				   .synopsis = "NEED PEER|KEYID…",
				   .summary = "so many of these must agree"};
static const struct command CLEAR = {
    .name = "clear", .run = clear, .synopsis = "", .summary = "have none"};

const struct command command_quorum = {
    .name = "quorum",
    .verbs = (const struct command *const[]){&SHOW, &SET, &CLEAR, NULL},
    .summary = "show or set how many keys must agree",
};
