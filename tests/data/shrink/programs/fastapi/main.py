import asyncio
import importlib
from datetime import date
from enum import Enum

from fastapi import FastAPI, Form, HTTPException, Request, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel

app = FastAPI(title="Shop")
pages = Jinja2Templates(directory="pages")


class Kind(str, Enum):
    tea = "tea"
    oil = "oil"


class Item(BaseModel):
    name: str
    kind: Kind
    day: date


@app.get("/")
async def index(request: Request):
    return pages.TemplateResponse(request, "index.html", {"name": "Ann"})


@app.get("/item/{name}")
async def item(name: str) -> Item:
    return Item(name=name, kind=Kind.tea, day=date(2026, 1, 2))


@app.post("/form")
async def form(name: str = Form()):
    return {"name": name}


@app.get("/stream")
async def stream():
    async def parts():
        for number in range(3):
            await asyncio.sleep(0)
            yield f"{number}\n"

    return StreamingResponse(parts())


@app.get("/codec/{name}")
def codec(name: str):
    try:
        return {"text": b"\xe4".decode(name)}
    except LookupError as error:
        raise HTTPException(404, str(error)) from None


@app.get("/module/{name}")
def module(name: str):
    return {"file": bool(importlib.import_module(f"email.mime.{name}").__name__)}


@app.get("/run")
async def run():
    process = await asyncio.create_subprocess_exec("date", "-u", "-d", "@0", stdout=-1)
    return {"said": (await process.communicate())[0].decode()}
