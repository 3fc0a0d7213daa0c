<?php echo mb_strtoupper('äöü'), iconv('UTF-8', 'ISO-8859-15', 'x'), ' ', (new NumberFormatter('de', NumberFormatter::CURRENCY))->formatCurrency(1234.5, 'EUR');
