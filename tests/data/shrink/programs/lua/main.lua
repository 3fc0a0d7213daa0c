local route = require("shop.routes")
local handler = route[arg[1] or "index"]
if not handler then io.stderr:write("nothing\n") os.exit(3) end
print(handler())
