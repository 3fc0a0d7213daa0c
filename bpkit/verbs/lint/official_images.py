"""The names of Docker's official images, those withdrawn among them (hub.docker.com/u/library).

A name without a slash means one of these or an image of the user's own. State of November 2026.
"""

from __future__ import annotations

_NAMES = """
    adminer adoptopenjdk aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall
    arangodb archlinux backdrop bash bonita buildpack-deps busybox caddy cassandra centos chronograf
    cirros clearlinux clefos clojure composer consul convertigo couchbase couchdb crate crux dart
    debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang
    euleros express-gateway fedora flink fluentd friendica gazebo gcc geonetwork ghost glassfish
    golang gradle groovy haproxy haskell haxe hello-seattle hello-world hitch hola-mundo httpd
    hylang ibm-semeru-runtimes ibmjava influxdb iojs irssi java jenkins jetty jobber joomla jruby
    julia kaazing-gateway kapacitor kibana known kong krakend lightstreamer liquibase logstash
    mageia mariadb mariadb-galera matomo maven mediawiki memcached mongo mongo-express monica mono
    mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary nuxeo odoo open-liberty
    openjdk opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver
    phpmyadmin piwik plone postfixadmin postgres printerfacts procedural pypy python r-base rabbitmq
    rails rakudo-star rapidoid razorcms redis redmine registry rethinkdb rocket.chat rockylinux ros
    ruby rust sapmachine satosa scala scratch sentry silverpeas sl solr sonarqube sourcemage
    spark spiped storm sunset swarm swift swipl teamspeak telegraf thrift tomcat tomee traefik
    ubuntu ubuntu-debootstrap ubuntu-upstart unit valkey varnish vault voyage-server
    websphere-liberty wordpress xwiki yourls znc zookeeper
"""
OFFICIAL = frozenset(_NAMES.split())

#: Of these, the ones that Dockerfiles start from most; a slip is near to one of them.
COMMON = (
    *("alpine", "amazonlinux", "archlinux", "busybox", "centos", "debian", "fedora", "ubuntu"),
    *("eclipse-temurin", "golang", "gradle", "httpd", "mariadb", "maven", "mysql", "nginx"),
    *("openjdk", "postgres", "python", "redis", "rockylinux", "scratch", "tomcat"),
)

#: Systems whose images set PATH and nothing else.
PLAIN_SYSTEMS = frozenset(
    {"almalinux", "alpine", "amazonlinux", "archlinux", "busybox", "centos", "debian", "fedora"}
    | {"rockylinux", "ubuntu"}
)

# Of the rest an image starts as another user, or its entry point changes to one.
_ROOT = """
    buildpack-deps caddy clojure composer dart docker eclipse-temurin elixir erlang gcc golang
    gradle groovy haskell httpd ibm-semeru-runtimes ibmjava java jruby julia maven mono nginx node
    openjdk oraclelinux perl php pypy python r-base ros ruby rust sapmachine scala swift swipl
    tomcat amazoncorretto bash opensuse photon
"""
#: Images whose configuration has no USER, and that run what they are given as root.
RUNS_AS_ROOT = PLAIN_SYSTEMS | frozenset(_ROOT.split())
