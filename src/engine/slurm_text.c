/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/slurm_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

static const char MARK[] = "|boot-hurd:";

/* Reads V, the number of a job. */
static int get_number(struct view v, uint64_t *ret)
{
	return view_number(v, ret) && *ret ? 0 : ERR_SYNTAX;
}

int slurm_parse_id(struct view text, uint64_t *ret)
{
	struct view line;
	if (!view_line(&text, &line) || text.len)
		return ERR_SYNTAX;
	const char *semicolon = line.len ? memchr(line.ptr, ';', line.len) : NULL;
	if (semicolon)
		line.len = (size_t)(semicolon - line.ptr);
	return get_number(line, ret);
}

static enum slurm_state state_of(const char *word, const char *reason)
{
	static const char *const queued[] = {"PENDING",      "REQUEUED",     "CONFIGURING",
					     "REQUEUE_FED",  "REQUEUE_HOLD", "SPECIAL_EXIT",
					     "POWER_UP_NODE"};
	static const char *const ended[] = {
	    "BOOT_FAIL", "CANCELLED",     "COMPLETED", "DEADLINE", "FAILED",
	    "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED",  "TIMEOUT"};
	for (size_t i = 0; i < sizeof ended / sizeof *ended; i++)
		if (strcmp(word, ended[i]) == 0)
			return SLURM_ENDED;
	for (size_t i = 0; i < sizeof queued / sizeof *queued; i++)
		if (strcmp(word, queued[i]) == 0)
			return strncmp(reason, "launch", 6) == 0 ? SLURM_STUCK : SLURM_QUEUED;
	return SLURM_RUNNING;
}

/* Takes the field before the next '|' off LINE, cut to what fits into RET of ROOM bytes. */
static int get_field(struct view *line, char *ret, size_t room)
{
	const char *bar = line->len ? memchr(line->ptr, '|', line->len) : NULL;
	if (!bar)
		return ERR_SYNTAX;
	size_t n = (size_t)(bar - line->ptr), keep = n < room ? n : room - 1;
	for (size_t i = 0; i < keep; i++)
		ret[i] = line->ptr[i] < ' ' || line->ptr[i] > '~' ? '?' : line->ptr[i];
	ret[keep] = '\0';
	line->ptr += n + 1;
	line->len -= n + 1;
	return 0;
}

/* Reads a line of ours: COMMENT is what stands behind the mark. */
static int get_job(struct view line, struct view comment, struct slurm_job *ret)
{
	char id[24];
	int r = get_field(&line, id, sizeof id);
	if (r == 0)
		r = get_number(view_of(id), &ret->id);
	if (r == 0)
		r = get_field(&line, ret->word, sizeof ret->word);
	if (r == 0)
		r = get_field(&line, ret->reason, sizeof ret->reason);
	if (r == 0)
		r = get_field(&line, ret->node, sizeof ret->node);
	/* what is left is the comment, whose mark begins with the bar */
	if (r < 0 || line.ptr + sizeof MARK - 2 != comment.ptr)
		return ERR_SYNTAX;
	if (comment.len < DIGEST_HEX + 2 || comment.len > DIGEST_HEX + 1 + ATTEMPT_LEN ||
	    comment.ptr[DIGEST_HEX] != ':' ||
	    hex_parse((struct view){comment.ptr, DIGEST_HEX}, ret->action.b, DIGEST_LEN) < 0)
		return ERR_SYNTAX;
	size_t n = comment.len - DIGEST_HEX - 1;
	memcpy(ret->attempt, comment.ptr + DIGEST_HEX + 1, n);
	ret->attempt[n] = '\0';
	ret->state = state_of(ret->word, ret->reason);
	return strlen(ret->attempt) == n && realise_attempt_ok(ret->attempt) ? 0 : ERR_SYNTAX;
}

int slurm_parse_queue(struct view text, struct slurm_job **ret, size_t *ret_n, struct fault *f)
{
	struct slurm_job *jobs = NULL;
	size_t n = 0, cap = 0, number = 0;
	struct view line;
	int r = 0;
	while (r == 0 && text.len) {
		number++;
		if (!view_line(&text, &line)) {
			r = ERR_SYNTAX;
			break;
		}
		const char *mark =
		    line.len ? memmem(line.ptr, line.len, MARK, sizeof MARK - 1) : NULL;
		if (!mark)
			continue;
		struct slurm_job *p = vec_grow(jobs, &cap, n + 1, sizeof *p);
		if (!p) {
			r = -ENOMEM;
			break;
		}
		jobs = p;
		p[n] = (struct slurm_job){.id = 0};
		const char *at = mark + sizeof MARK - 1;
		r = get_job(line, (struct view){at, (size_t)(line.ptr + line.len - at)}, &p[n]);
		n++;
	}
	if (r < 0) {
		free(jobs);
		return fault_set(f, r,
				 r == ERR_SYNTAX ? "squeue: line %zu is not as it should be"
						 : "squeue, line %zu:",
				 number);
	}
	*ret = jobs;
	*ret_n = n;
	return 0;
}

bool slurm_passes(struct view said)
{
	static const char *const texts[] = {
	    "temporarily",   "try again",         "job submit limit",
	    "SubmitJob",     "MaxSubmit",         "queue full",
	    "timed out",     "Unable to contact", "Zero Bytes",
	    "standby",       "not responding",    "onnection refused",
	    "not connected", "Connection reset",  "Unexpected message received",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (said.len && memmem(said.ptr, said.len, texts[i], strlen(texts[i])))
			return true;
	return false;
}
