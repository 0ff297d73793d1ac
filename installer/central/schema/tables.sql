-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the centre keeps. Only functions of this schema write here; see roles.sql.

-- One row a record. An identical record arriving again meets its row; another one with the same number stays beside it,
-- since the digest is part of the key. The day comes from the record itself, so both are looked for in the same partition.
CREATE TABLE IF NOT EXISTS vaktpost.event (
    day date NOT NULL,              -- of the record's own time, UTC; -infinity: that is no time
    host text NOT NULL,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    digest bytea NOT NULL,          -- SHA-256 of the line
    stored timestamptz NOT NULL,    -- by the centre's clock
    time timestamptz,               -- by the host's clock; null: no time
    type text NOT NULL,
    severity text NOT NULL,
    labels text[] NOT NULL,
    line text NOT NULL,             -- the record, exactly as chained
    PRIMARY KEY (host, epoch, seq, digest, day)
) PARTITION BY RANGE (day);
CREATE INDEX IF NOT EXISTS event_finding ON vaktpost.event (type, time) WHERE severity IN ('warning', 'urgent');

-- Days that have no partition: long ago, far ahead, none at all.
CREATE TABLE IF NOT EXISTS vaktpost.event_other PARTITION OF vaktpost.event DEFAULT;

-- The highest number that each host ever stored, and the last sign of life.
CREATE TABLE IF NOT EXISTS vaktpost.head (
    host text PRIMARY KEY,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    digest bytea NOT NULL,
    seen timestamptz NOT NULL,      -- when it was stored, by the centre's clock
    type text NOT NULL,
    labels text[] NOT NULL
) WITH (fillfactor = 50);

-- The last heartbeat of each host.
CREATE TABLE IF NOT EXISTS vaktpost.heartbeat (
    host text PRIMARY KEY,
    time timestamptz NOT NULL,      -- by the host's clock
    gaps interval[] NOT NULL,       -- between the last heartbeats, by the host's clock; at most four
    state text
) WITH (fillfactor = 50);

-- What retention removed: everything of the host up to here, and nothing above.
CREATE TABLE IF NOT EXISTS vaktpost.checkpoint (
    host text PRIMARY KEY,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    digest bytea NOT NULL,
    removed bigint NOT NULL         -- records, in all
);

-- Messages that are no records.
CREATE TABLE IF NOT EXISTS vaktpost.refused (
    received timestamptz NOT NULL,
    sender text,                    -- address of who sent it
    why text NOT NULL,
    length integer NOT NULL,        -- bytes
    message bytea NOT NULL          -- its beginning
);
CREATE INDEX IF NOT EXISTS refused_received ON vaktpost.refused (received);

-- Hosts whose silence has been reported.
CREATE TABLE IF NOT EXISTS vaktpost.silence (
    host text PRIMARY KEY,
    since timestamptz NOT NULL
);

-- Hosts that were taken out of service, so that their silence is no news.
CREATE TABLE IF NOT EXISTS vaktpost.retired (
    host text PRIMARY KEY,
    since timestamptz NOT NULL,
    reason text NOT NULL,
    by_role text NOT NULL           -- who said so
);
