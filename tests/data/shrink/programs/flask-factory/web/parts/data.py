import io

from flask import Blueprint, current_app

blueprint = Blueprint("data", __name__)


@blueprint.get("/")
def index():
    return "shop"


@blueprint.get("/sql")
def sql():
    import sqlalchemy

    with sqlalchemy.create_engine(current_app.config["SQL"]).connect() as connection:
        return str(connection.scalar(sqlalchemy.text("select 6*7")))


@blueprint.get("/table")
def table():
    import pandas

    frame = pandas.read_csv(io.StringIO("a,b\n1,2\n3,4"))
    return frame.describe().round(2).to_json() + frame.to_html()


@blueprint.get("/zone")
def zone():
    import pandas

    return str(pandas.Timestamp("2026-07-01", tz="Europe/Berlin").utcoffset())


@blueprint.get("/image")
def image():
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (40, 20))
    ImageDraw.Draw(picture).text((1, 1), "a", font=ImageFont.load_default())
    sizes = []
    for kind in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "PDF"):
        out = io.BytesIO()
        picture.save(out, kind)
        sizes.append(bool(out.tell()))
    return str(sizes)
