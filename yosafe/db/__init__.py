"""The database: engine, embedded server, migrations, pages of rows."""
