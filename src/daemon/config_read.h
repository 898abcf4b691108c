/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_CONFIG_READ_H
#define DAEMON_CONFIG_READ_H

#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "json/value.h"

struct daemon_config;

/* What the readers of the configuration's parts share. Each refuses what it cannot take, naming it. */

/* What is being read, for faults. */
struct config_reader {
	const char *file;
	struct fault *f;
};

/* Refuses: "FILE: daemon.FIELD: WHAT". */
int config_refuse(const struct config_reader *r, const char *field, const char *what);
/* Refuses members of the object V other than NAMES. */
int config_check_object(const struct config_reader *r, const struct json_value *v,
			const char *field, const char *const *names);
/* These read V into RET; when it is NULL, RET stays as it is. A text replaces the one before. */
int config_get_text(const struct config_reader *r, const struct json_value *v,
		    const char *field, char **ret);
int config_get_path(const struct config_reader *r, const struct json_value *v,
		    const char *field, char **ret);
/* Seconds, or a text "NUMBER UNIT". */
int config_get_seconds(const struct config_reader *r, const struct json_value *v,
		       const char *field, uint64_t *ret);
int config_get_bytes(const struct config_reader *r, const struct json_value *v,
		     const char *field, uint64_t *ret);
int config_get_count(const struct config_reader *r, const struct json_value *v,
		     const char *field, unsigned *ret);
int config_get_texts(const struct config_reader *r, const struct json_value *v,
		     const char *field, struct strlist *ret);

struct config;
/* Refuses triggers of C's plans that name a peer which ALL does not have. */
int config_check_triggers(const struct config_reader *r, const struct daemon_config *c,
			  const struct config *all);
/* Reads the plan V behind C's others. */
int config_read_plan(const struct config_reader *r, const struct json_value *v,
		     struct daemon_config *c);

#endif
