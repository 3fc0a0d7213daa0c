CONFIG=$(mktemp /tmp/config.XXXXXX)
render conf/app.ini.in "$CONFIG"
