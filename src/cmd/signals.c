/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "engine/engine.h"

enum { KILLED = 130 }; /* exit status of what SIGINT ends */

static struct builder *volatile stopped;
static volatile sig_atomic_t signals;
static volatile sig_atomic_t silent;

static void on_signal(int sig)
{
	(void)sig;
	signals++;
	struct builder *b = stopped;
	if (b) {
		static const char first[] = "boot-hurd: stopping when the running builds have "
					    "ended; once more kills them\n";
		if (signals == 1 && !silent &&
		    write(STDERR_FILENO, first, sizeof first - 1) < 0)
			signals = 1; /* nobody reads it: stop all the same */
		builder_stop(b, signals > 1 ? 2 : 1);
	}
	if (signals > 2)
		_exit(KILLED);
}

bool signals_interrupted(void)
{
	return signals > 0;
}

int signals_count(void)
{
	return signals;
}

void signals_catch(void)
{
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

void signals_silent(bool on)
{
	silent = on;
}

void signals_stop(struct builder *b)
{
	stopped = b;
}
