-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes the database and its roles, once more without harm. As PostgreSQL's superuser:
--   psql --no-psqlrc --dbname postgres --file database.sql
\set ON_ERROR_STOP on

-- No passwords: who is vaktpost_writer on the machine is it in the database (peer, as Debian sets it up).
SELECT format('CREATE ROLE %I %s', wanted.name, wanted.may)
FROM (VALUES ('vaktpost_owner', 'NOLOGIN'), ('vaktpost_writer', 'LOGIN'), ('vaktpost_reader', 'LOGIN'))
    AS wanted(name, may)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) \gexec

SELECT 'CREATE DATABASE vaktpost OWNER vaktpost_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'vaktpost') \gexec

\connect vaktpost
REVOKE ALL ON DATABASE vaktpost FROM PUBLIC;
GRANT CONNECT ON DATABASE vaktpost TO vaktpost_writer, vaktpost_reader;
-- What is acknowledged must be on the disk, whatever the server's own setting says.
ALTER ROLE vaktpost_writer SET synchronous_commit = 'on';
ALTER ROLE vaktpost_reader SET default_transaction_read_only = 'on';
\ir schema.sql
