from flask import Blueprint

blueprint = Blueprint("words", __name__)


@blueprint.get("/xml")
def xml():
    from lxml import etree, html

    sheet = etree.XSLT(etree.XML('<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"><x:template match="/"><b/></x:template></x:stylesheet>'))
    return str(sheet(etree.XML("<a/>"))) + html.fromstring("<p>x").text


@blueprint.get("/money/<code>")
def money(code):
    from babel.numbers import format_currency

    return format_currency(1234.5, "EUR", locale=code)


@blueprint.get("/yaml")
def yaml():
    import yaml

    return yaml.safe_dump(yaml.load("a: [1, 2]", Loader=yaml.CSafeLoader))
