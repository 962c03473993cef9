"""The records of an office: one schema for SQLite and PostgreSQL. The only importer of SQLAlchemy and Alembic."""
