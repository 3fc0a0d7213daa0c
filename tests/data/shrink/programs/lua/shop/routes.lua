return {
  index = function() return "shop" end,
  json = function() return require("cjson").encode({ 1, 2 }) end,
  files = function() local n = 0 for f in require("lfs").dir("/app/shop") do n = n + 1 end return n end,
  parse = function() local l = require("lpeg") return (l.R("az") ^ 1):match("tea3") end,
  url = function() return require("socket.url").parse("http://a/b").path end,
  plug = function() return require("shop." .. "pl" .. "ug").name end,
}
