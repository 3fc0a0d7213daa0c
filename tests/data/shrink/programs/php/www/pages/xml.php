<?php $d = new DOMDocument(); $d->loadXML('<a><b c="1"/></a>'); echo $d->getElementsByTagName('b')[0]->getAttribute('c'), simplexml_load_string('<a>2</a>');
