"""The store on SQL: worlds as chains of layers in generic tables, on SQLite and PostgreSQL."""
