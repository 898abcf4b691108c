-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The tables of the store's database. The file is a list of migrations, each begun by a line
-- "-- migration N: WHAT". Opening a store applies those it lacks, in order, each in one transaction;
-- PRAGMA user_version holds the number of the last one applied. A migration that was published is
-- never edited: changes go into a new one at the end. What the tables mean on disk is told in
-- FORMAT.md.
--
-- Hashes are BLOBs of 32 bytes. Times are nanoseconds since the epoch.

-- migration 1: the first tables

-- A file tree below objects/.
CREATE TABLE objects (
	hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of its NAR
	nar_size INTEGER NOT NULL,                       -- bytes of the NAR
	file_size INTEGER NOT NULL,                      -- bytes in its files
	files INTEGER NOT NULL,                          -- files, folders and links
	added_ns INTEGER NOT NULL,
	used_ns INTEGER NOT NULL                         -- last use known, to the day
) WITHOUT ROWID;

-- What an object mentions at run time. A target may be absent (quarantined, to be built again).
CREATE TABLE refs (
	id INTEGER PRIMARY KEY,                          -- newer rows have higher ones
	object BLOB NOT NULL REFERENCES objects (hash) ON DELETE CASCADE,
	name TEXT NOT NULL,                              -- stands at /opt/boot-hurd/NAME
	target BLOB NOT NULL CHECK (length(target) = 32),
	UNIQUE (object, name, target)
);

-- Derivations and actions, by the SHA-256 of their canonical JSON.
CREATE TABLE derivations (
	id BLOB PRIMARY KEY CHECK (length(id) = 32),
	name TEXT NOT NULL,
	json TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE actions (
	id BLOB PRIMARY KEY CHECK (length(id) = 32),
	json TEXT NOT NULL
) WITHOUT ROWID;

-- Which actions a derivation was resolved to.
CREATE TABLE resolutions (
	id INTEGER PRIMARY KEY,                          -- the newest has the highest
	drv BLOB NOT NULL REFERENCES derivations (id),
	action BLOB NOT NULL REFERENCES actions (id),
	UNIQUE (drv, action)
);
CREATE INDEX resolutions_by_drv ON resolutions (drv, id);
CREATE INDEX resolutions_by_action ON resolutions (action);

-- What builders said about actions. The object may have been collected since.
CREATE TABLE realisations (
	id INTEGER PRIMARY KEY,                          -- the newest has the highest
	statement BLOB NOT NULL UNIQUE CHECK (length(statement) = 32), -- SHA-256 of its file
	action BLOB NOT NULL REFERENCES actions (id),
	drv BLOB NOT NULL REFERENCES derivations (id),
	object BLOB CHECK (length(object) = 32),         -- NULL when it failed
	outcome INTEGER NOT NULL,                        -- 0 built, 1 failed, 2 substituted
	builder TEXT NOT NULL,                           -- '' = this store
	name TEXT NOT NULL,                              -- of the derivation
	recorded_ns INTEGER NOT NULL,
	started_ns INTEGER NOT NULL,
	ended_ns INTEGER NOT NULL,
	wall_ns INTEGER NOT NULL,
	user_ns INTEGER NOT NULL,
	sys_ns INTEGER NOT NULL,
	max_rss INTEGER NOT NULL,                        -- bytes
	log TEXT NOT NULL,                               -- below the store's folder; '' = none
	attestable INTEGER NOT NULL
);
CREATE INDEX realisations_by_action ON realisations (action, id);
CREATE INDEX realisations_by_drv ON realisations (drv, id);
CREATE INDEX realisations_by_name ON realisations (name, id);
CREATE INDEX realisations_by_object ON realisations (object);

-- Which object a pinned source is.
CREATE TABLE sources (
	pin TEXT PRIMARY KEY,
	uri TEXT NOT NULL,                               -- where it came from
	object BLOB NOT NULL REFERENCES objects (hash) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX sources_by_object ON sources (object);

-- What collection must keep.
CREATE TABLE roots (
	name TEXT PRIMARY KEY,
	object BLOB NOT NULL CHECK (length(object) = 32),
	added_ns INTEGER NOT NULL
) WITHOUT ROWID;
