echo 'Content-Type: text/plain'; echo; uname -s; sort </srv/www/index.html | tr a-z A-Z
