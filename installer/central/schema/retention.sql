-- SPDX-License-Identifier: GPL-3.0-or-later
-- Days come and go as whole partitions.

-- Makes the partition of a day. Records of that day that came before it had one move over.
CREATE OR REPLACE FUNCTION vaktpost.make_day(wanted date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text := 'event_' || to_char(wanted, 'YYYYMMDD');
BEGIN
    IF to_regclass('vaktpost.' || name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE vaktpost.%I (LIKE vaktpost.event INCLUDING ALL)', name);
    EXECUTE format('WITH moved AS (DELETE FROM vaktpost.event_other WHERE day = %L RETURNING *) '
                   'INSERT INTO vaktpost.%I SELECT * FROM moved', wanted, name);
    EXECUTE format('ALTER TABLE vaktpost.event ATTACH PARTITION vaktpost.%I FOR VALUES FROM (%L) TO (%L)',
                   name, wanted, wanted + 1);
END $$;

-- Adds removed records to the checkpoints: the highest of each host, and how many.
CREATE OR REPLACE FUNCTION vaktpost.note_removed(host text, epoch bigint, seq bigint, digest bytea, count bigint)
RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO vaktpost.checkpoint AS known (host, epoch, seq, digest, removed)
    VALUES (note_removed.host, note_removed.epoch, note_removed.seq, note_removed.digest, count)
    ON CONFLICT (host) DO UPDATE SET removed = known.removed + excluded.removed,
        (epoch, seq, digest) = (SELECT place.* FROM (VALUES (known.epoch, known.seq, known.digest),
            (excluded.epoch, excluded.seq, excluded.digest)) AS place(epoch, seq, digest)
            ORDER BY place.epoch DESC, place.seq DESC LIMIT 1)
$$;

-- Removes what vaktpost.leaving holds, but for what stands above a record of the same host that stays: with a wrong clock
-- a later record can bear an earlier day. A checkpoint claims everything below it, so only that may go. What stays here goes
-- back into vaktpost.event, where no partition takes its day: to event_other.
CREATE OR REPLACE FUNCTION vaktpost.remove_leaving() RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    total bigint;
BEGIN
    CREATE TEMPORARY TABLE staying ON COMMIT DROP AS
        SELECT hosts.host, lowest.epoch, lowest.seq
        FROM (SELECT DISTINCT host FROM vaktpost.leaving) AS hosts
        CROSS JOIN LATERAL (SELECT epoch, seq FROM vaktpost.event AS event WHERE event.host = hosts.host
                            ORDER BY epoch, seq LIMIT 1) AS lowest;
    WITH back AS (
        DELETE FROM vaktpost.leaving AS leaving USING pg_temp.staying AS staying
        WHERE staying.host = leaving.host AND (leaving.epoch, leaving.seq) >= (staying.epoch, staying.seq)
        RETURNING leaving.*)
    INSERT INTO vaktpost.event SELECT * FROM back;
    PERFORM vaktpost.note_removed(host, epoch, seq, digest, count) FROM (
        SELECT DISTINCT ON (host) host, epoch, seq, digest, count(*) OVER (PARTITION BY host) AS count
        FROM vaktpost.leaving ORDER BY host, epoch DESC, seq DESC, stored) AS highest;
    SELECT count(*) INTO total FROM vaktpost.leaving;
    DROP TABLE pg_temp.staying, vaktpost.leaving;
    RETURN total;
END $$;

-- The daily work: makes the partitions of the coming days, and removes the records of days that are more than so many
-- days ago. Records without a day of their own go so many days after they came. Returns how many were removed.
CREATE OR REPLACE FUNCTION vaktpost.retain(days integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '30s' AS $$
DECLARE
    oldest date := current_date - days;     -- that stays
    partition text;
    total bigint := 0;
BEGIN
    IF days IS NULL OR days < 1 THEN
        RAISE EXCEPTION 'retention of less than a day';
    END IF;
    -- All at once and first, so that nothing waits for this one while it waits for that.
    LOCK TABLE vaktpost.event IN ACCESS EXCLUSIVE MODE;
    PERFORM vaktpost.make_day(day::date)
    FROM generate_series(greatest(oldest, current_date - 7), current_date + 7, interval '1 day') AS day;
    FOR partition IN
        SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = pg_class.oid
        WHERE inhparent = 'vaktpost.event'::regclass AND relname ~ '^event_[0-9]{8}$'
            AND relname < 'event_' || to_char(oldest, 'YYYYMMDD')
        ORDER BY relname
    LOOP
        EXECUTE format('ALTER TABLE vaktpost.event DETACH PARTITION vaktpost.%I', partition);
        EXECUTE format('ALTER TABLE vaktpost.%I RENAME TO leaving', partition);
        total := total + vaktpost.remove_leaving();
    END LOOP;
    CREATE TABLE vaktpost.leaving (LIKE vaktpost.event);
    WITH old AS (DELETE FROM vaktpost.event_other WHERE stored < oldest RETURNING *)
    INSERT INTO vaktpost.leaving SELECT * FROM old;
    total := total + vaktpost.remove_leaving();
    DELETE FROM vaktpost.refused WHERE received < oldest;
    RETURN total;
END $$;
