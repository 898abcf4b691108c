/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_MAIL_H
#define NET_MAIL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/vec.h"
#include "base/view.h"

/* Sending one mail by SMTP (RFC 5321), by libcurl, whose types stay inside mail.c. */

enum mail_tls {
	MAIL_TLS_TRY,      /* when the server offers it */
	MAIL_TLS_REQUIRED, /* or not at all */
	MAIL_TLS_NONE,
};

struct mail {
	const char *server;       /* "smtp://HOST:PORT" or "smtps://…" */
	enum mail_tls tls;        /* of smtp: */
	const char *user;         /* NULL: who we are is not said */
	const char *password;     /* with user; or NULL */
	const char *from;         /* address */
	const struct strlist *to; /* addresses: all get it, or none */
	struct view text;         /* headers, an empty line, the body; lines end in CR LF */
	/* Asked again and again; non-zero breaks off. May be NULL. */
	int (*progress)(void *ctx);
	void *ctx;
};

/* Returns whether ADDRESS can stand where an address of mail is meant: user@host, nothing around it. */
bool mail_is_address(const char *address);
/* Returns whether URL names a server for mail. */
bool mail_is_server(const char *url);
/* Hands M over to the server. 0: it has it; ERR_NET: it said no, or did not answer; ERR_CANCELLED. */
int mail_send(const struct mail *m, struct fault *f);

#endif
