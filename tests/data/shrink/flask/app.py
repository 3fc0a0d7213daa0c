"""A service whose routes each need a part of Python that an image is easily made without."""

import csv
import datetime
import email.message
import hashlib
import io
import sqlite3
import ssl
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile

from flask import Flask, jsonify, render_template

app = Flask(__name__)


@app.get("/")
def home():
    return render_template("home.html", name="world")


@app.get("/hash")
def hashed():
    return jsonify(sha256=hashlib.sha256(b"x").hexdigest(), blake2=hashlib.blake2b(b"x").hexdigest())


@app.get("/date")
def date():
    return str(datetime.datetime.strptime("2 January 2020", "%d %B %Y"))


@app.get("/db")
def db():
    with tempfile.NamedTemporaryFile() as file, sqlite3.connect(file.name) as connection:
        connection.execute("create table t (a)")
        connection.execute("insert into t values (1)")
        return jsonify(connection.execute("select * from t").fetchall())


@app.get("/encoded")
def encoded():
    return "日本語 ÄÖÜ".encode("shift_jis", "replace").hex()


@app.get("/feed")
def feed():
    root = ElementTree.fromstring("<feed><title>x</title></feed>")
    return ElementTree.tostring(root, encoding="unicode")


@app.get("/mail")
def mail():
    message = email.message.EmailMessage()
    message["Subject"] = "Grüße"
    message.set_content("hello")
    return message.as_string()


@app.get("/zip")
def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "hello" * 100)
    return file.getvalue().hex()


@app.get("/csv")
def listed():
    return "|".join(cell for row in csv.reader(io.StringIO('a,"b c",d')) for cell in row)


@app.get("/tls")
def tls():
    return jsonify(roots=len(ssl.create_default_context().get_ca_certs()) > 10)


@app.get("/wrong")
def wrong():
    raise KeyError("wrong")
