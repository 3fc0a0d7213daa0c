require 'sinatra'

set :environment, :production
set :server, :webrick

get('/') { 'shop' }
get('/page') { @name = 'Ann'; erb :page }
get('/sql') { require 'sqlite3'; SQLite3::Database.new(':memory:').execute('select 6*7').inspect }
get('/xml') { require 'nokogiri'; Nokogiri::XML('<a b="1"/>').at('a')['b'] }
get('/json') { require 'json'; JSON.pretty_generate('a' => [1, 2]) }
get('/yaml') { require 'yaml'; { 'a' => 1 }.to_yaml }
get('/digest') { require 'openssl'; OpenSSL::Digest.hexdigest('SHA256', 'a') + `echo tea`.strip }
get('/encoding') { "\xe4".dup.force_encoding('Windows-1252').encode('UTF-8') + 'x'.encode('EUC-JP').encoding.name }
get('/csv') { require 'csv'; CSV.parse("a,b\n1,2", headers: true).first['b'] }
get('/broken') { raise 'broken' }
