#!/usr/bin/perl
use JSON::PP; use POSIX qw(strftime);
print "Content-Type: text/plain\n\n", JSON::PP->new->canonical->encode({a=>1}), "\n";
