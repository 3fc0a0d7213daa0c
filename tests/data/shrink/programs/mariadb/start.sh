#!/bin/bash
set -eu
if [ ! -d /var/lib/mysql/mysql ]; then
    mkdir -p /run/mysqld && chown mysql: /run/mysqld
    mariadb-install-db --user=mysql --skip-test-db --auth-root-authentication-method=normal >/dev/null
    echo "CREATE USER shop@'%' IDENTIFIED BY 'tea'; CREATE DATABASE shop; GRANT ALL ON shop.* TO shop@'%';" > /tmp/init.sql
    set -- "$@" --init-file=/tmp/init.sql
fi
exec "$@"
