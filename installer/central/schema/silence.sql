-- SPDX-License-Identifier: GPL-3.0-or-later
-- Tells of hosts that fell silent, and of those that came back: each once.
CREATE OR REPLACE FUNCTION vaktpost.report_silence() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    RETURN QUERY
        WITH back AS (DELETE FROM vaktpost.silence AS silence USING vaktpost.host AS host
                      WHERE host.host = silence.host AND host.state <> 'silent' RETURNING silence.host, silence.since)
        SELECT format('host %s is heard again, silent since %s', to_json(back.host), back.since) FROM back ORDER BY host;
    RETURN QUERY
        WITH new AS (INSERT INTO vaktpost.silence (host, since)
                     SELECT host, seen FROM vaktpost.silent_host ON CONFLICT DO NOTHING RETURNING host, since)
        SELECT format('host %s is silent: three heartbeats are missing, last heard %s', to_json(new.host), new.since)
        FROM new ORDER BY host;
END $$;
