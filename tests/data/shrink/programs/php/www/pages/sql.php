<?php
$store = new PDO('sqlite::memory:');
echo $store->query("select group_concat(x) from (select 1 x union select 2)")->fetchColumn();
