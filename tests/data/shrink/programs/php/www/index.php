<?php echo 'shop';
