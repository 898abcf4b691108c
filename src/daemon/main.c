/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/path.h"
#include "base/sys.h"
#include "daemon/config.h"
#include "daemon/control.h"
#include "daemon/job.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/outbox.h"
#include "daemon/plan_check.h"
#include "daemon/public.h"
#include "daemon/schedule.h"
#include "daemon/trigger.h"
#include "sandbox/sandbox.h"
#include "store/store.h"

#define SECOND      INT64_C(1000000000)
#define CONFIG_FILE "/etc/boot-hurd/config.json"

enum {
	LOOK_MS = 100,     /* while draining: how often to look whether jobs have ended */
	GRACE_S = 10,      /* between SIGINT, SIGINT and SIGKILL to jobs that do not end */
	QUIESCE_S = 5,     /* for downloads under way at the end */
	STATUS_MS = 10000, /* systemd hears so often what we do */
	FILES = 65536,     /* open files to ask for */
};

/* The daemon. */
struct daemon {
	const char *file;       /* configuration; NULL: the usual place */
	const char *state;      /* --state, or NULL */
	struct daemon_config c; /* in force */
	char *program;          /* boot-hurd; owned */
	char *jobs_file;        /* what is in force, for jobs; owned */
	struct notify_sockets given;
	int state_lock, control_fd, control_lock, signal_fd;
	struct control_world w; /* jobs, schedule, public, history */
	struct daemon_history *history;
	struct outbox *outbox;
	struct triggers *triggers;
	struct control *control;
	uint64_t files; /* the limit of open files that we were started with */
};

static void usage(void)
{
	puts(
	    "Usage: boot-hurdd [--config FILE] [--state DIR] [--check | --alarm TEXT]\n"
	    "\n"
	    "Runs boot-hurd's commands for clients on a control socket, publishes over HTTP, "
	    "and\n"
	    "builds and verifies by schedule. It stays in the foreground and logs to standard\n"
	    "error.\n"
	    "\n"
	    "  --config FILE   read FILE (default: $BOOT_HURD_CONFIG, else " CONFIG_FILE ")\n"
	    "  --state DIR     keep the store in DIR, whatever the configuration says\n"
	    "  --check         read the configuration, say whether it can be used, and exit\n"
	    "  --alarm TEXT    tell TEXT to every target of alarms, and exit\n"
	    "  --help          print this and exit\n"
	    "  --version       print the version and exit\n"
	    "\n"
	    "man boot-hurdd tells more.");
}

/* Reads the configuration afresh. */
static int read_config(const struct daemon *d, struct daemon_config *ret, struct fault *f)
{
	const char *env = getenv("BOOT_HURD_CONFIG");
	if (d->file)
		return daemon_config_read(d->file, false, d->state, ret, f);
	if (env && *env)
		return daemon_config_read(env, false, d->state, ret, f);
	return daemon_config_read(CONFIG_FILE, true, d->state, ret, f);
}

/* Finds boot-hurd: configured, else beside this program. */
static int find_program(struct daemon *d, struct fault *f)
{
	FREE_PTR char *exe = sys_program();
	if (d->c.program) {
		d->program = strdup(d->c.program);
	} else if (exe) {
		char *slash = strrchr(exe, '/');
		if (slash)
			*slash = '\0';
		d->program = path_join(exe, "boot-hurd");
	}
	if (!d->program)
		return fault_set(f, ERR_CONFIG, "cannot find boot-hurd");
	if (access(d->program, X_OK) < 0)
		return fault_set(f, -errno, "cannot run %s:", d->program);
	return 0;
}

/*
 * Writes C where jobs read peers and quorum. So they see what is in force, not what somebody is
 * changing or what was refused.
 */
static int put_config(const struct daemon *d, const struct daemon_config *c, struct fault *f)
{
	return file_write_atomic(d->jobs_file, c->text, strlen(c->text), 0600, f);
}

/* Opens the store once, which makes or sweeps it, and takes the lock that one daemon has. */
static int take_state(struct daemon *d, struct fault *f)
{
	struct store *s = NULL;
	FREE_PTR char *dir = path_join(d->c.state, "daemon");
	FREE_PTR char *lock = dir ? path_join(dir, "lock") : NULL;
	if (!lock)
		return fault_set(f, -ENOMEM, "cannot take %s:", d->c.state);
	int r = store_open(d->c.state, STORE_CREATE, &s, f);
	store_close(s);
	if (r == 0)
		r = file_mkdirs(dir, f);
	if (r < 0)
		return r;
	r = lock_file(lock, 0644, false, &d->state_lock, f);
	if (r > 0)
		return fault_set(f, ERR_EXISTS, "another boot-hurdd manages %s", d->c.state);
	if (r < 0)
		return r;
	d->jobs_file = path_join(dir, "config.json");
	return d->jobs_file ? put_config(d, &d->c, f)
			    : fault_set(f, -ENOMEM, "cannot take %s:", d->c.state);
}

/* Blocks the signals that are read from a descriptor, for all threads to come. */
static int take_signals(struct daemon *d, struct fault *f)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	d->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return d->signal_fd < 0 ? fault_set(f, -errno, "cannot take signals:") : 0;
}

/* Many clients need many descriptors. */
static void raise_files(struct daemon *d)
{
	struct rlimit l;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0)
		return;
	d->files = l.rlim_cur;
	if (l.rlim_cur < FILES)
		l.rlim_cur = l.rlim_max < FILES ? l.rlim_max : FILES;
	setrlimit(RLIMIT_NOFILE, &l);
}

static int start(struct daemon *d, struct fault *f)
{
	int r = read_config(d, &d->c, f);
	if (r < 0 || (r = notify_sockets(&d->given, f)) < 0 || (r = take_signals(d, f)) < 0)
		return r;
	raise_files(d);
	/* While nobody else is in our group. */
	const char *group = sandbox_cgroup_take();
	if (group)
		daemon_log(LOG_LEVEL_INFO, "builds have control groups below %s", group);
	if ((r = find_program(d, f)) < 0 || (r = take_state(d, f)) < 0)
		return r;
	if (d->given.control < 0)
		r = control_listen(d->c.socket, d->c.mode, &d->control_fd, &d->control_lock, f);
	struct jobs_options o = {.program = d->program,
				 .state = d->c.state,
				 .file = d->jobs_file,
				 .max = d->c.jobs,
				 .files = d->files};
	if (r == 0)
		r = daemon_history_new(d->c.state, &d->history, f);
	o.history = d->history;
	if (r == 0 && jobs_new(&o, &d->w.jobs) < 0)
		r = fault_set(f, -ENOMEM, "cannot start:");
	d->w.state = d->c.state;
	d->w.history = d->history;
	if (r < 0 || (r = outbox_start(d->history, &d->c, &d->outbox, f)) < 0)
		return r;
	const struct schedule_world world = {d->w.jobs, d->history, d->outbox};
	if ((r = schedule_new(&world, &d->c, &d->w.schedule, f)) < 0 ||
	    (r = public_start(&d->c, d->given.public, d->given.npublic, NULL, d->w.schedule,
			      &d->w.public, f)) < 0 ||
	    (r = control_start(d->given.control >= 0 ? d->given.control : d->control_fd, &d->w,
			       &d->control, f)) < 0 ||
	    (r = schedule_start(d->w.schedule, f)) < 0)
		return r;
	const struct triggers_world triggers = {.history = d->history,
						.program = d->program,
						.state = d->c.state,
						.file = d->jobs_file,
						.fire = schedule_fire,
						.ctx = d->w.schedule};
	return triggers_start(&triggers, &d->c, &d->triggers, f);
}

/* Returns whether A and B are the same text, or both none. */
static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Reads the configuration again and takes it over, or keeps the old one. */
static void reload(struct daemon *d)
{
	struct fault f = FAULT_INIT;
	struct daemon_config c = {0};
	char text[64];
	snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
		 sys_monotonic_ns() / 1000);
	notify_send(text);
	int r = read_config(d, &c, &f);
	if (r == 0 && (!same(c.state, d->c.state) || !same(c.socket, d->c.socket) ||
		       !same(c.program, d->c.program) || c.mode != d->c.mode))
		r = fault_set(&f, ERR_CONFIG,
			      "state, program and control.socket change by a restart only");
	struct public *old = d->w.public, *fresh = NULL;
	if (r == 0)
		r = public_start(&c, d->given.public, d->given.npublic, d->w.public,
				 d->w.schedule, &fresh, &f);
	if (r == 0)
		r = put_config(d, &c, &f);
	if (r == 0) {
		r = schedule_reload(d->w.schedule, &c, &f);
		if (r == 0)
			r = outbox_reload(d->outbox, &c, &f);
		if (r == 0)
			r = triggers_reload(d->triggers, &c, &f);
		if (r < 0)
			put_config(d, &d->c, NULL);
	}
	if (r < 0) {
		public_free(fresh);
		daemon_log_fault("the configuration stays as it was", &f);
		daemon_config_release(&c);
	} else {
		/* Both accept for a moment: no client is turned away. */
		d->w.public = fresh;
		control_update(d->control, &d->w);
		public_quiesce(old, QUIESCE_S);
		public_free(old);
		jobs_set_max(d->w.jobs, c.jobs);
		/* The jobs have this one from the old one. */
		free(c.state);
		c.state = d->c.state;
		d->c.state = NULL;
		daemon_config_release(&d->c);
		d->c = c;
		daemon_log(LOG_LEVEL_INFO, "the configuration was read again");
	}
	notify_send("READY=1");
}

/* Returns the next signal, waiting up to WAIT_MS (-1: as long as it takes), or 0. */
static int next_signal(const struct daemon *d, int wait_ms)
{
	struct signalfd_siginfo info;
	struct pollfd p = {d->signal_fd, POLLIN, 0};
	if (poll(&p, 1, wait_ms) <= 0)
		return 0;
	return read(d->signal_fd, &info, sizeof info) == (ssize_t)sizeof info
		   ? (int)info.ssi_signo
		   : 0;
}

/*
 * Starts no more jobs and waits for those that run; after drain_s, or at a second signal, they are
 * interrupted, and a while later they are interrupted again, which kills their builds, and killed.
 */
static void drain(struct daemon *d)
{
	int64_t until = sys_monotonic_ns() + (int64_t)d->c.drain_s * SECOND;
	int step = 0;
	notify_send("STOPPING=1");
	daemon_log(LOG_LEVEL_INFO, "stopping: %zu jobs run, they have %" PRIu64 " s",
		   jobs_running(d->w.jobs), d->c.drain_s);
	schedule_stop(d->w.schedule);
	jobs_drain(d->w.jobs);
	d->w.draining = true;
	control_update(d->control, &d->w);
	while (jobs_running(d->w.jobs)) {
		notify_send("WATCHDOG=1");
		int sig = next_signal(d, LOOK_MS);
		bool again = sig == SIGTERM || sig == SIGINT;
		if (!again && sys_monotonic_ns() < until)
			continue;
		static const int signals[] = {SIGINT, SIGINT, SIGKILL};
		daemon_log(LOG_LEVEL_WARNING, "%zu jobs still run: %s", jobs_running(d->w.jobs),
			   step < 2 ? "SIGINT" : "SIGKILL");
		jobs_signal(d->w.jobs, signals[step]);
		step += step < 2;
		until = sys_monotonic_ns() + GRACE_S * SECOND;
	}
	public_quiesce(d->w.public, QUIESCE_S);
}

static void stop(struct daemon *d)
{
	control_free(d->control);
	triggers_free(d->triggers);
	public_free(d->w.public);
	schedule_free(d->w.schedule);
	outbox_free(d->outbox);
	jobs_free(d->w.jobs);
	daemon_history_free(d->history);
	/* A socket that was handed to us belongs to who made it. */
	if (d->control_fd >= 0)
		unlink(d->c.socket);
	file_close_fd(&d->control_fd);
	file_close_fd(&d->control_lock);
	file_close_fd(&d->state_lock);
	file_close_fd(&d->signal_fd);
	daemon_config_release(&d->c);
	free(d->program);
	free(d->jobs_file);
}

/* Says on standard error why there is nothing to do. */
static void complain(const struct fault *f)
{
	struct buf text = BUF_INIT;
	escape_addf(&text, "boot-hurdd: %s\n", f->what);
	fputs(buf_str(&text), stderr);
	buf_release(&text);
}

/* Reads the configuration, for a run that does not stay. Says why not when it cannot be used. */
static int read_once(const struct daemon *d, struct daemon_config *ret)
{
	struct fault f = FAULT_INIT;
	int r = read_config(d, ret, &f);
	if (r < 0)
		complain(&f);
	return r;
}

static int check_config(struct daemon *d)
{
	struct fault f = FAULT_INIT;
	if (read_once(d, &d->c) < 0)
		return 1;
	int bad = find_program(d, &f) < 0;
	if (bad)
		complain(&f);
	else
		bad = plan_check(&d->c, d->program) > 0;
	daemon_config_release(&d->c);
	free(d->program);
	return bad;
}

/* Tells TEXT to all that are told anything. */
static int alarm_all(const struct daemon *d, const char *text)
{
	struct daemon_config c;
	if (read_once(d, &c) < 0)
		return 1;
	size_t bad = outbox_tell_all(&c, text);
	daemon_config_release(&c);
	return bad ? 1 : 0;
}

static int touch_history(void *ctx, struct store *s)
{
	(void)ctx;
	(void)s;
	return 0;
}

/*
 * Tells systemd what we do, and that we do it. Each thing that threads of ours share is asked: when one is
 * held for good this does not come back, and the watchdog learns of it.
 */
static void say_alive(struct daemon *d)
{
	struct schedule_counts n;
	struct buf b = BUF_INIT;
	char at[32];
	schedule_count(d->w.schedule, &n);
	size_t jobs = jobs_running(d->w.jobs);
	daemon_history_with(d->history, touch_history, NULL);
	control_update(d->control, &d->w);
	buf_addf(&b, "WATCHDOG=1\nSTATUS=%zu %s", jobs, jobs == 1 ? "job runs" : "jobs run");
	if (n.waiting)
		buf_addf(&b, ", %zu %s", n.waiting,
			 n.waiting == 1 ? "plan waits" : "plans wait");
	if (n.next != INT64_MAX) {
		struct tm tm;
		time_t t = (time_t)n.next;
		gmtime_r(&t, &tm);
		strftime(at, sizeof at, "%Y-%m-%d %H:%M UTC", &tm);
		buf_addf(&b, "; next: %s at %s", n.name, at);
	}
	buf_addc(&b, '\n');
	if (buf_failed(&b) == 0)
		notify_send(buf_str(&b));
	buf_release(&b);
}

static int run(struct daemon *d)
{
	struct fault f = FAULT_INIT;
	int r = start(d, &f);
	if (r < 0) {
		daemon_log_fault("cannot start", &f);
		stop(d);
		return 1;
	}
	daemon_log(LOG_LEVEL_INFO, "boot-hurdd %s manages %s", BOOT_HURD_VERSION, d->c.state);
	if (d->c.overridden)
		daemon_log(LOG_LEVEL_WARNING, "--state wins: the configuration names %s",
			   d->c.overridden);
	notify_send("READY=1");
	int64_t alive = 0;
	int look_ms = notify_watchdog_ms();
	look_ms = look_ms >= 0 && look_ms < STATUS_MS ? look_ms : STATUS_MS;
	for (;;) {
		int64_t now = sys_monotonic_ns();
		if (getenv("NOTIFY_SOCKET") && now - alive >= (int64_t)look_ms * 1000000) {
			say_alive(d);
			alive = now;
		}
		int sig = next_signal(d, getenv("NOTIFY_SOCKET") ? look_ms : -1);
		if (sig == SIGHUP)
			reload(d);
		else if (sig == SIGTERM || sig == SIGINT)
			break;
	}
	drain(d);
	stop(d);
	daemon_log(LOG_LEVEL_INFO, "stopped");
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
						{"state", required_argument, NULL, 's'},
						{"check", no_argument, NULL, 'k'},
						{"alarm", required_argument, NULL, 'a'},
						{"help", no_argument, NULL, 'h'},
						{"version", no_argument, NULL, 'v'},
						{0}};
	struct daemon d = {.given = {.control = -1},
			   .state_lock = -1,
			   .control_fd = -1,
			   .control_lock = -1,
			   .signal_fd = -1};
	bool check = false;
	const char *alarm = NULL;
	int c;
	if (sys_settle() < 0)
		return 1;
	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			d.file = optarg;
			break;
		case 's':
			d.state = optarg;
			break;
		case 'k':
			check = true;
			break;
		case 'a':
			alarm = optarg;
			break;
		case 'h':
			usage();
			return 0;
		case 'v':
			puts("boot-hurdd " BOOT_HURD_VERSION);
			return 0;
		default:
			fputs("boot-hurdd --help lists the options\n", stderr);
			return 1;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "boot-hurdd: '%s' is one operand too many\n", argv[optind]);
		return 1;
	}
	if (alarm)
		return alarm_all(&d, alarm);
	return check ? check_config(&d) : run(&d);
}
