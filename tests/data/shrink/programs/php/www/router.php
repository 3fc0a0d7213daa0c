<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path === '/') { require 'index.php'; return true; }
$file = __DIR__ . '/pages' . $path . '.php';
if (is_file($file)) { require $file; return true; }
http_response_code(404);
echo 'nothing';
