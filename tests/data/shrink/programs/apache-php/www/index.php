<?php echo 'shop ', htmlspecialchars($_GET['name'] ?? '');
