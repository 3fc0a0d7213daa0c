"""BPK228: packages for development ship."""

from bpkit.verbs.lint.rules import dev_dependencies
from bpkit.verbs.lint.subject import Context
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    dev_dependencies.RULE,
    fails=(
        "FROM node:24 // COPY package*.json ./ // RUN npm ci",
        "FROM node:24 // COPY package*.json ./ // RUN npm install",
        "FROM node:24 // COPY . . // ENV NODE_ENV=development // RUN yarn",
        "FROM php:8.4 // COPY composer.json composer.lock ./ // RUN composer install",
    ),
    passes=(
        "FROM node:24 // COPY . . // RUN npm ci --omit=dev",
        # Of what another program made, package.json in the context says nothing.
        "FROM debian:13 // RUN haraka -i /srv // COPY config/plugins.ini /srv/ // RUN npm install",
        "FROM node:24 // ENV NODE_ENV=production // RUN npm ci",
        "FROM node:24 // RUN NODE_ENV=production npm ci",
        "FROM node:24 // RUN npm ci && npm run build && npm prune --omit=dev",
        "FROM node:24 AS b // RUN npm ci // FROM scratch // COPY --from=b /a /",
        "FROM node:24 // RUN npm install express",
        "FROM node:24 // RUN npm install -g serve",
        "FROM php:8.4 // RUN composer install --no-dev",
        "FROM node:24 AS dev // RUN npm ci",
        'FROM node:24 // RUN npm ci // CMD ["npm", "run", "dev"]',
        "FROM node:24 // RUN yarn install // CMD nodemon app.js",
    ),
)


def test_what_the_package_json_says_decides() -> None:
    line = "FROM node:24 // COPY package*.json ./ // RUN npm ci"
    assert found(line, "BPK228", context=Context(has_dev_packages=False)) == []
    (sure,) = found(line, "BPK228", context=Context(has_dev_packages=True))
    (unsure,) = found(line, "BPK228")
    assert "if there are any" not in sure.message
    assert "if there are any" in unsure.message
