psql -q -d shop -c "CREATE EXTENSION IF NOT EXISTS pg_trgm"
