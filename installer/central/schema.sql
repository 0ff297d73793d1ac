-- SPDX-License-Identifier: GPL-3.0-or-later
-- Everything in the database `vaktpost`, once more without harm. database.sql makes the database and calls this.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET ROLE vaktpost_owner;
BEGIN;
CREATE SCHEMA IF NOT EXISTS vaktpost;
\ir schema/tables.sql
\ir schema/store.sql
\ir schema/views.sql
\ir schema/silence.sql
\ir schema/retention.sql
\ir schema/roles.sql
COMMIT;
-- The coming days' partitions; removes nothing, it is a hundred years.
SELECT vaktpost.retain(36500) AS removed \gset
RESET ROLE;
