import importlib
import pkgutil

from flask import Flask


def create_app():
    app = Flask(__name__)
    app.config.from_object("web.settings")
    from web import parts

    for part in pkgutil.iter_modules(parts.__path__):
        app.register_blueprint(importlib.import_module(f"web.parts.{part.name}").blueprint)
    return app
