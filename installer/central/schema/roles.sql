-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who may do what: the writer calls store(), the reader reads the views, nobody else anything.
-- Everything belongs to vaktpost_owner, as whom nobody logs in.
REVOKE ALL ON ALL TABLES IN SCHEMA vaktpost FROM PUBLIC, vaktpost_writer, vaktpost_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vaktpost FROM PUBLIC, vaktpost_writer, vaktpost_reader;
GRANT USAGE ON SCHEMA vaktpost TO vaktpost_writer, vaktpost_reader;

GRANT EXECUTE ON FUNCTION vaktpost.store(bytea, text), vaktpost.store(text, text) TO vaktpost_writer;

GRANT SELECT ON vaktpost.evidence, vaktpost.host, vaktpost.silent_host, vaktpost.retired_host, vaktpost.block,
    vaktpost.unconfirmed_lock, vaktpost.reported_gap, vaktpost.hole, vaktpost.fork, vaktpost.label_day, vaktpost.refusal
    TO vaktpost_reader;
