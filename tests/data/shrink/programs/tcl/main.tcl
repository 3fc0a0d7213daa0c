lappend auto_path [file join [file dirname [info script]] lib]
set kind [expr {$argc ? [lindex $argv 0] : "hello"}]
switch -- $kind {
    hello { puts hello }
    json { package require json; puts [dict get [json::json2dict {{"a": 7}}] a] }
    sum { package require sha256; puts [sha2::sha256 -hex a] }
    own { package require shop; puts [shop::price tea] }
    clock { puts [clock format 0 -timezone :Asia/Tokyo -format %H:%M] }
    encoding { puts [string length [encoding convertfrom cp1252 \xe4]] }
    default { source [file join lib $kind.tcl] }
}
