-- SPDX-License-Identifier: GPL-3.0-or-later
-- What reviewers read. The views read with their owner's rights: a reader needs none on the tables.

-- For `vaktpost log verify`: SELECT line … ORDER BY host, epoch, seq. A record cannot look like the two other kinds of
-- line, store() refuses it.
CREATE OR REPLACE VIEW vaktpost.evidence AS
    SELECT host, epoch, seq, line FROM vaktpost.event
    UNION ALL
    SELECT host, epoch, seq, format('{"checkpoint":{"host":%s,"epoch":%s,"seq":%s,"digest":"%s","removed":%s}}',
                                    to_json(host), epoch, seq, encode(digest, 'hex'), removed)
    FROM vaktpost.checkpoint
    UNION ALL
    SELECT host, epoch, seq, format('{"head":{"host":%s,"epoch":%s,"seq":%s,"digest":"%s"}}',
                                    to_json(host), epoch, seq, encode(digest, 'hex'))
    FROM vaktpost.head;

-- The latest state of each host. `silent`: three heartbeats are missing; a host that said that it stops or sleeps is not
-- silent but `off`, one that was taken out of service and has sent nothing since is `retired`. The rate is what the host's
-- own heartbeats show, and 15 minutes until two have come.
CREATE OR REPLACE VIEW vaktpost.host AS
    SELECT head.host, head.labels, head.epoch, head.seq, head.seen, head.type AS last_type,
           heartbeat.time AS heartbeat, heartbeat.state AS heartbeat_state, rate.every AS heartbeat_every,
           CASE WHEN head.seen + 3 * rate.every > now() THEN 'heard'
                WHEN retired.since >= head.seen THEN 'retired'
                WHEN head.type IN ('agent.stopping', 'host.sleeping') THEN 'off'
                ELSE 'silent' END AS state
    FROM vaktpost.head AS head LEFT JOIN vaktpost.heartbeat AS heartbeat USING (host)
    LEFT JOIN vaktpost.retired AS retired USING (host)
    CROSS JOIN LATERAL (SELECT coalesce((SELECT min(gap) FROM unnest(heartbeat.gaps) AS list(gap)), '15 minutes')
                        AS every) AS rate;

CREATE OR REPLACE VIEW vaktpost.silent_host AS
    SELECT host, labels, seen, last_type, heartbeat_every FROM vaktpost.host WHERE state = 'silent';

-- Who took which host out of service and why; `state` tells of one that has come back.
CREATE OR REPLACE VIEW vaktpost.retired_host AS
    SELECT host, labels, since, reason, by_role, seen, state FROM vaktpost.retired JOIN vaktpost.host USING (host);

-- Blocks and bypasses: what was kept out, and what got past or tried to.
CREATE OR REPLACE VIEW vaktpost.block AS
    SELECT host, labels, time, type, severity, line::jsonb ->> 'outcome' AS outcome, line::jsonb ->> 'rule' AS rule,
           line::jsonb -> 'data' AS data, epoch, seq
    FROM vaktpost.event
    WHERE severity IN ('warning', 'urgent')
        AND type IN ('usb.blocked', 'media.blocked', 'media.bypass', 'media.changed', 'agent.tampered',
                     'network.second_uplink', 'network.sharing');

-- Locks that no witness confirmed.
CREATE OR REPLACE VIEW vaktpost.unconfirmed_lock AS
    SELECT host, labels, time, line::jsonb -> 'data' AS data, epoch, seq
    FROM vaktpost.event
    WHERE severity IN ('warning', 'urgent') AND type = 'session.lock_unconfirmed';

-- Gaps that the workstations themselves report.
CREATE OR REPLACE VIEW vaktpost.reported_gap AS
    SELECT host, labels, time, line::jsonb -> 'data' AS data, epoch, seq, type
    FROM vaktpost.event
    WHERE severity IN ('warning', 'urgent') AND type IN ('log.gap', 'log.epoch');

-- Numbers that are missing here, explained or not; `vaktpost log verify` tells which.
CREATE OR REPLACE VIEW vaktpost.hole AS
    SELECT host, numbered.epoch, before + 1 AS first, numbered.seq - 1 AS last
    FROM (SELECT host, epoch, seq, coalesce(lag(seq) OVER (PARTITION BY host, epoch ORDER BY seq), 0) AS before
          FROM (SELECT host, epoch, seq FROM vaktpost.event
                UNION ALL SELECT host, epoch, seq FROM vaktpost.checkpoint
                UNION ALL SELECT host, epoch, seq FROM vaktpost.head) AS known) AS numbered
    LEFT JOIN vaktpost.checkpoint AS checkpoint USING (host)
    WHERE numbered.seq > before + 1
        AND (checkpoint.host IS NULL OR (numbered.epoch, numbered.seq) > (checkpoint.epoch, checkpoint.seq));

-- Two different records with one number: a forged record, a copied disk, or two hosts with one name.
CREATE OR REPLACE VIEW vaktpost.fork AS
    SELECT host, epoch, seq, count(*) AS records FROM vaktpost.event GROUP BY host, epoch, seq HAVING count(*) > 1;

-- How much of what on which day, by label: a ward for example.
CREATE OR REPLACE VIEW vaktpost.label_day AS
    SELECT label, day, type, severity, count(*) AS records, count(DISTINCT host) AS hosts
    FROM vaktpost.event CROSS JOIN LATERAL unnest(labels) AS list(label)
    GROUP BY label, day, type, severity;

-- Messages that were no records.
CREATE OR REPLACE VIEW vaktpost.refusal AS
    SELECT received, sender, why, length, message FROM vaktpost.refused;
