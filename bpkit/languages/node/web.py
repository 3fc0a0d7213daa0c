"""Node.js web frameworks, and the health check of their servers."""

from __future__ import annotations

from bpkit.languages.dockerfile_words import argv

_CHECK = (
    "require('net').connect({port}, '127.0.0.1')"
    ".on('connect', () => process.exit(0)).on('error', () => process.exit(1))"
)
WEB_FRAMEWORKS = (
    "express",
    "fastify",
    "koa",
    "@hapi/hapi",
    "hapi",
    "@nestjs/core",
    "hono",
    "restify",
    "polka",
    "next",
    "nuxt",
    "socket.io",
    "apollo-server",
    "@apollo/server",
    "ws",
    "@adonisjs/core",
    "@strapi/strapi",
    "moleculer-web",
    "sails",
    "@feathersjs/feathers",
    "elysia",
    "h3",
    "micro",
    "graphql-yoga",
    "probot",
    "json-server",
)


def connect_check(program: str, port: str) -> str:
    """The health check in which ``program``, node or bun, connects to the port."""
    return argv(program, "-e", _CHECK.format(port=port))
