-module(shop).
-export([start/0, do/1]).
-include_lib("inets/include/httpd.hrl").

start() ->
    ok = inets:start(),
    {ok, _} = inets:start(httpd, [
        {port, 8080}, {server_name, "shop"}, {server_root, "/tmp"}, {document_root, "/app"},
        {bind_address, any}, {modules, [shop]}
    ]).

do(Mod) ->
    Text = case Mod#mod.request_uri of
        "/" -> "shop";
        "/hash" -> _ = application:ensure_all_started(crypto), binary_to_list(binary:encode_hex(crypto:hash(sha256, "a")));
        "/re" -> {match, [M]} = re:run("tea 42", "[0-9]+", [{capture, first, list}]), M;
        "/time" -> calendar:system_time_to_rfc3339(0, [{offset, "Z"}]);
        "/zip" -> integer_to_list(byte_size(zlib:compress("aaaaaaaaaaaaaaaaaaaa")));
        "/os" -> os:cmd("echo tea");
        _ -> "nothing"
    end,
    {proceed, [{response, {200, Text}}]}.
