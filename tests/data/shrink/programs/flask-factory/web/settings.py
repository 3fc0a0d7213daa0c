SQL = "sqlite+pysqlite:///:memory:"
