#!/bin/sh
# Run once by the image of the database when its folder is empty: an ordinary account that owns the records.
# The planner must not sign in as a superuser: row level security binds owners here, but nobody binds a superuser.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
\set password \`cat "${PLANNER_DATABASE_PASSWORD_FILE:-/run/secrets/planner_database}"\`
CREATE ROLE planner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE records OWNER planner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE records FROM PUBLIC;
\connect records
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO planner;
CREATE EXTENSION IF NOT EXISTS postgis;
SQL
