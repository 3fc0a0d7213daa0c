<?php echo (new SQLite3(':memory:'))->querySingle('select 6*7'); session_start(); echo session_status();
