-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The tables of the history, in the store's database: what boot-hurdd and commands did, and what came of
-- it. Migrations as in schema.sql, but the number of the last one applied is in the table
-- history_format, since these tables are nobody else's: a program that does not know them can use the
-- store all the same. They are made when something is first recorded.
--
-- Times are nanoseconds since the epoch.

-- migration 1: the first tables

-- A run: a plan carried out once, or what somebody asked for.
CREATE TABLE runs (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	plan TEXT NOT NULL,                              -- '' = none: somebody asked
	cause TEXT NOT NULL,                             -- "clock", "client", "retry of run 7", ...
	attempt INTEGER NOT NULL,                        -- 1 = the first; retries count up
	state TEXT NOT NULL,                             -- history.h has the words
	reason TEXT NOT NULL,                            -- why it ended so, or ''
	recipes TEXT NOT NULL,                           -- their folder, or ''
	revision TEXT NOT NULL,                          -- their commit, or ''
	owner TEXT NOT NULL,                             -- lease: the process that carries it out
	started_ns INTEGER NOT NULL,
	ended_ns INTEGER NOT NULL                        -- 0 while it runs
);
CREATE INDEX runs_by_plan ON runs (plan, id);

-- A command of a run.
CREATE TABLE jobs (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
	command TEXT NOT NULL,                           -- JSON: list of arguments
	directory TEXT NOT NULL,                         -- where it ran, or ''
	config TEXT NOT NULL,                            -- its configuration file, or ''
	state TEXT NOT NULL,
	status INTEGER NOT NULL,                         -- exit status, 128 + signal; -1 = none
	log TEXT NOT NULL,                               -- below the store's folder, or ''
	started_ns INTEGER NOT NULL,
	ended_ns INTEGER NOT NULL
);
CREATE INDEX jobs_by_run ON jobs (run, id);

-- What a job found out about an output.
CREATE TABLE results (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
	mode TEXT NOT NULL,                              -- "build", "rebuild" or "peers"
	output TEXT NOT NULL,                            -- name of the derivation
	verdict TEXT NOT NULL,                           -- "running" until there is one
	drv BLOB NOT NULL CHECK (length(drv) = 32),
	action BLOB CHECK (length(action) = 32),
	object BLOB CHECK (length(object) = 32),         -- what the store has
	other BLOB CHECK (length(other) = 32),           -- what differs from it
	started_ns INTEGER NOT NULL,
	ended_ns INTEGER NOT NULL,
	wall_ns INTEGER NOT NULL,
	detail TEXT NOT NULL,                            -- the report's JSON about it, or '{}'
	UNIQUE (job, mode, output)
);
CREATE INDEX results_by_output ON results (output, mode, id);

-- The newest verdict on each output, which no retention takes.
CREATE TABLE standing (
	mode TEXT NOT NULL,
	output TEXT NOT NULL,
	result INTEGER NOT NULL REFERENCES results (id),
	verdict TEXT NOT NULL,
	PRIMARY KEY (mode, output)
) WITHOUT ROWID;
CREATE INDEX standing_by_result ON standing (result);

-- A standing verdict changed.
CREATE TABLE changes (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	run INTEGER NOT NULL,
	result INTEGER NOT NULL,
	mode TEXT NOT NULL,
	output TEXT NOT NULL,
	was TEXT NOT NULL,                               -- '' = there was none
	now TEXT NOT NULL,
	at_ns INTEGER NOT NULL
);
CREATE INDEX changes_by_run ON changes (run);

-- How many outputs had which standing verdict when a run had ended.
CREATE TABLE trend (
	run INTEGER NOT NULL,
	at_ns INTEGER NOT NULL,
	mode TEXT NOT NULL,
	counts TEXT NOT NULL,                            -- JSON: { VERDICT: NUMBER, ... }
	PRIMARY KEY (run, mode)
) WITHOUT ROWID;

-- What recipes say to people about a derivation.
CREATE TABLE about (
	drv BLOB PRIMARY KEY CHECK (length(drv) = 32),
	output TEXT NOT NULL,
	detail TEXT NOT NULL                             -- JSON: summary, homepage, license, file, uris
) WITHOUT ROWID;

-- What is to be told to somebody: a message for each run whose changes a plan notifies of, and target.
CREATE TABLE messages (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	run INTEGER NOT NULL,
	target TEXT NOT NULL,                            -- name in the configuration
	body TEXT NOT NULL,                              -- '': it is made of the changes when it is sent
	state TEXT NOT NULL,                             -- history.h has the words
	attempts INTEGER NOT NULL,
	next_ns INTEGER NOT NULL,                        -- not tried before
	error TEXT NOT NULL,                             -- of the last attempt, or ''
	made_ns INTEGER NOT NULL,
	UNIQUE (run, target)
);

-- migration 2: what starts plans beside the clock

-- What a plan watches, and what was seen there.
CREATE TABLE triggers (
	plan TEXT NOT NULL,
	watch TEXT NOT NULL,                             -- "git URL BRANCH", "peer NAME", "sources TARGET ..."
	seen TEXT NOT NULL,                              -- what the newest run began with; '' = nothing yet
	pending TEXT NOT NULL,                           -- what was seen since, and no run has begun with; or ''
	cause TEXT NOT NULL,                             -- in words, of PENDING, else of SEEN
	asked_ns INTEGER NOT NULL,                       -- when it was last asked for
	failures INTEGER NOT NULL,                       -- answers that did not come since the last one that did
	error TEXT NOT NULL,                             -- why not, or ''
	PRIMARY KEY (plan, watch)
) WITHOUT ROWID;
