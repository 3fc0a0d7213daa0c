say "starting $TITLE"
