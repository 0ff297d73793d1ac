-- SPDX-License-Identifier: GPL-3.0-or-later
-- Takes a host out of service: it is not called silent any more. Whatever it sends afterwards puts it back.
CREATE OR REPLACE FUNCTION vaktpost.retire(name text, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM vaktpost.head WHERE host = name) THEN
        RAISE EXCEPTION 'no record has ever come from a host %', to_json(name);
    END IF;
    IF coalesce(btrim(why), '') = '' THEN
        RAISE EXCEPTION 'reviewers want to know why host % is taken out of service', to_json(name);
    END IF;
    INSERT INTO vaktpost.retired (host, since, reason, by_role) VALUES (name, now(), why, session_user)
    ON CONFLICT (host) DO UPDATE SET since = excluded.since, reason = excluded.reason, by_role = excluded.by_role;
END $$;

-- Tells of hosts that fell silent, and of those that are silent no more: each once.
CREATE OR REPLACE FUNCTION vaktpost.report_silence() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    RETURN QUERY
        WITH back AS (DELETE FROM vaktpost.silence AS silence USING vaktpost.host AS host
                      WHERE host.host = silence.host AND host.state <> 'silent'
                      RETURNING silence.host, silence.since, host.state)
        SELECT format('host %s is %s, silent since %s', to_json(back.host),
                      CASE state WHEN 'retired' THEN 'taken out of service' ELSE 'heard again' END, back.since)
        FROM back ORDER BY host;
    RETURN QUERY
        WITH new AS (INSERT INTO vaktpost.silence (host, since)
                     SELECT host, seen FROM vaktpost.silent_host ON CONFLICT DO NOTHING RETURNING host, since)
        SELECT format('host %s is silent: three heartbeats are missing, last heard %s', to_json(new.host), new.since)
        FROM new ORDER BY host;
END $$;
