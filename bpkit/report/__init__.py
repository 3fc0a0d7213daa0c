"""How bpkit speaks: headings and notes while it works, tables, bars and JSON at the end."""
