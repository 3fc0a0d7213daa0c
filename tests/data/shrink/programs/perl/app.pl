#!/usr/bin/perl
use Mojolicious::Lite -signatures;
use Shop::Prices;

app->secrets(['of a test']);
app->log->level('fatal');
get '/' => { text => 'shop' };
get '/price/:name' => sub ($c) { $c->render(text => Shop::Prices->of($c->param('name'))) };
get '/page' => sub ($c) { $c->stash(name => 'Ann'); $c->render('page') };
get '/sql' => sub ($c) {
    require DBI;
    my $store = DBI->connect('dbi:SQLite:dbname=:memory:');
    $c->render(text => $store->selectrow_array('select 6*7'));
};
get '/csv' => sub ($c) {
    my $class = 'Text::' . 'CSV';
    eval "require $class" or die $@;
    my $csv = $class->new;
    $csv->combine(1, 'a b', '"');
    $c->render(text => $csv->string);
};
get '/text' => sub ($c) {
    require Unicode::Normalize; require Encode; require POSIX;
    $c->render(text => length(Unicode::Normalize::NFD("\x{e4}")) . Encode::decode('cp1252', "\xe4") . POSIX::strftime('%Y', gmtime 0));
};
get '/date' => sub ($c) { require Time::Piece; $c->render(text => Time::Piece->strptime('2026-01-02', '%Y-%m-%d')->yday) };
get '/shell' => sub ($c) { $c->render(text => scalar `uname -s | tr a-z A-Z`) };
app->start;
