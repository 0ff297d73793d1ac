-- SPDX-License-Identifier: GPL-3.0-or-later
-- How a message becomes a row. What a sender may put into a message must never raise an error: rsyslog repeats a failed
-- statement for ever, and everybody behind it waits. What the machine lacks (a full disk) must raise one: then rsyslog
-- acknowledges nothing. The helpers run with store()'s search path.

-- The time of a record, or null. Only one form: casts know words like "now".
CREATE OR REPLACE FUNCTION vaktpost.record_time(given text) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z$' THEN
        RETURN given::timestamptz;
    END IF;
    RETURN NULL;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

-- A number of a record: null where it is none.
CREATE OR REPLACE FUNCTION vaktpost.record_number(fields jsonb, name text) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN jsonb_typeof(fields -> name) = 'number' AND fields ->> name ~ '^[1-9][0-9]{0,17}$'
                THEN (fields ->> name)::bigint END
$$;

-- The labels of a record: those that are words.
CREATE OR REPLACE FUNCTION vaktpost.record_labels(fields jsonb) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(label #>> '{}'), '{}')
    FROM jsonb_array_elements(CASE jsonb_typeof(fields -> 'labels') WHEN 'array' THEN fields -> 'labels' ELSE '[]' END)
        AS list(label)
    WHERE jsonb_typeof(label) = 'string'
$$;

-- Why this is no record; null: it is one.
CREATE OR REPLACE FUNCTION vaktpost.not_a_record(line text, fields jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN jsonb_typeof(fields) <> 'object' THEN 'no JSON object'
        WHEN left(line, 1) <> '{' OR right(line, 1) <> '}' THEN 'space around the object'
        WHEN line ~ E'[\x01-\x1f\x7f]' THEN 'control character'
        -- The evidence has lines of these names.
        WHEN fields ?| ARRAY['checkpoint', 'head'] THEN 'a name that is not a record''s'
        WHEN coalesce(jsonb_typeof(fields -> 'host'), '') <> 'string' THEN 'no host'
        WHEN length(fields ->> 'host') NOT BETWEEN 1 AND 256 THEN 'length of host'
        WHEN vaktpost.record_number(fields, 'epoch') IS NULL THEN 'no epoch'
        WHEN vaktpost.record_number(fields, 'seq') IS NULL THEN 'no seq'
    END
$$;

-- What RFC 5424 puts around a record is taken off.
CREATE OR REPLACE FUNCTION vaktpost.without_header(message text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN left(message, 1) = '<'
                THEN coalesce(substring(message FROM '^<[0-9]{1,3}>1 (?:[^ ]+ ){5}- (.*)$'), message) ELSE message END
$$;

-- The message as a row, not yet stored. Raises data_exception and the like for what is no record.
CREATE OR REPLACE FUNCTION vaktpost.read_record(message bytea) RETURNS vaktpost.event
LANGUAGE plpgsql STABLE AS $$
DECLARE
    result vaktpost.event;
    fields jsonb;
    why text;
BEGIN
    result.line := vaktpost.without_header(convert_from(message, 'UTF8'));
    fields := result.line::jsonb;
    why := vaktpost.not_a_record(result.line, fields);
    IF why IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = why;
    END IF;
    result.host := fields ->> 'host';
    result.epoch := vaktpost.record_number(fields, 'epoch');
    result.seq := vaktpost.record_number(fields, 'seq');
    result.digest := sha256(convert_to(result.line, 'UTF8'));
    result.stored := clock_timestamp();
    result.time := vaktpost.record_time(fields ->> 'time');
    result.day := coalesce((result.time AT TIME ZONE 'UTC')::date, '-infinity');
    result.type := left(coalesce(fields ->> 'type', ''), 64);
    result.severity := left(coalesce(fields ->> 'severity', ''), 16);
    result.labels := vaktpost.record_labels(fields);
    RETURN result;
END $$;

CREATE OR REPLACE FUNCTION vaktpost.note_head(arrived vaktpost.event) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO vaktpost.head AS known (host, epoch, seq, digest, seen, type, labels)
    VALUES (arrived.host, arrived.epoch, arrived.seq, arrived.digest, arrived.stored, arrived.type, arrived.labels)
    ON CONFLICT (host) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, digest = excluded.digest,
        seen = excluded.seen, type = excluded.type, labels = excluded.labels
    WHERE (known.epoch, known.seq) < (excluded.epoch, excluded.seq)
$$;

-- Heartbeats come at a fixed rate: the smallest of some gaps is the rate, whatever sleep and restarts put between.
CREATE OR REPLACE FUNCTION vaktpost.note_heartbeat(arrived vaktpost.event) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO vaktpost.heartbeat AS known (host, time, gaps, state)
    SELECT arrived.host, arrived.time, '{}', left(arrived.line::jsonb #>> '{data,state}', 64)
    WHERE arrived.time IS NOT NULL
    ON CONFLICT (host) DO UPDATE SET time = excluded.time, state = excluded.state,
        gaps = CASE WHEN excluded.time - known.time BETWEEN '1 second' AND '1 day'
                    THEN (ARRAY[excluded.time - known.time] || known.gaps)[1:4] ELSE known.gaps END
$$;

CREATE OR REPLACE FUNCTION vaktpost.store(message bytea, sender text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    arrived vaktpost.event;
BEGIN
    BEGIN
        arrived := vaktpost.read_record(message);
    -- 22: not UTF-8, no JSON, numbers out of range; 54: nested too deeply.
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
        INSERT INTO vaktpost.refused (received, sender, why, length, message)
        VALUES (clock_timestamp(), sender, left(SQLERRM, 200), length(message), substr(message, 1, 8192));
        RETURN 'OK';
    END;
    INSERT INTO vaktpost.event VALUES (arrived.*) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM vaktpost.note_head(arrived);
        IF arrived.type = 'heartbeat' THEN
            PERFORM vaktpost.note_heartbeat(arrived);
        END IF;
    END IF;
    RETURN 'OK';
END $$;

CREATE OR REPLACE FUNCTION vaktpost.store(message text, sender text DEFAULT NULL) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT vaktpost.store(convert_to(message, 'UTF8'), sender)
$$;
