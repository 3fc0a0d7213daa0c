<?php echo shell_exec('echo tea | tr a-z A-Z');
