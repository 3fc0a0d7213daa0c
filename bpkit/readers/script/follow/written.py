"""A command of the script, rewritten to give the same result outside it.

A tag such as ``app:$(git describe)`` is printed with its command. Whatever the command takes from
the script (variables, functions, the working directory) is filled in; if that isn't possible, only
the script itself can compute the value.
"""

from __future__ import annotations

import re

from bpkit.core import quote
from bpkit.readers.script.model.state import ShellState
from bpkit.readers.script.model.values import Default, Symbol, Value, host_path, value

_PIECES = re.compile(
    r"""(?P<single>'[^']*') | (?P<escape>\\.) | (?P<double>")
      | \$ (?: (?P<plain>[A-Za-z_]\w*|[0-9@*\#?!-]) | \{ (?P<braced>[A-Za-z_]\w*|[0-9@*\#?!-]) (?P<rest>[^}]*) \} )
    """,  # noqa: E501
    re.VERBOSE | re.DOTALL,
)


def outside_script(text: str, state: ShellState) -> str | None:
    """``$(text)`` for a shell that runs in the project; None if that isn't possible."""
    if any(
        re.search(rf"(?<![\w.$/-]){re.escape(name)}(?![\w-])", text) for name in state.functions
    ):
        return None
    done: list[str] = []
    at = 0
    in_double = False
    for found in _PIECES.finditer(text):
        done.append(text[at : found.start()])
        at = found.end()
        name = found["plain"] or found["braced"]
        if found["double"]:
            in_double = not in_double
        if name is None:
            if found["single"] and in_double:
                # Quotes within quotes are plain characters; the text in them is expanded.
                done.append("'")
                inside = outside_script(found["single"][1:-1], state)
                if inside is None:
                    return None
                done.append(inside.removeprefix("$(").removesuffix(")") + "'")
            else:
                done.append(found.group())
            continue
        new = _variable(name, found["rest"] or "", state, in_double=in_double)
        if new is None:
            return None
        done.append(found.group() if new == "" else new)
    done.append(text[at:])
    where = _place(state)
    return None if where is None else f"$({where}{''.join(done).strip()})"


def _variable(name: str, rest: str, state: ShellState, *, in_double: bool) -> str | None:
    """What replaces a variable of the script; "" if the text may stay, None if nothing can."""
    if name == "0":
        return quote(state.frame.file)
    if name in {"@", "*", "#", "?", "!", "-"}:
        return None
    known: object = state.variables.get(name)
    if name.isdigit():
        number = int(name)
        if number > len(state.frame.arguments):
            return None if state.frame.in_function else ""
        known = state.frame.arguments[number - 1]
    if known is None:
        return ""
    if rest or not isinstance(known, Value):
        return None
    if known.is_open:
        return None if known.unwritable else known.word.strip('"')
    text = known.text or ""
    if re.fullmatch(r"[\w./:@%+=,-]+", text):
        return text
    return re.sub(r'(["$`\\])', r"\\\1", text) if in_double else None


def _place(state: ShellState) -> str | None:
    """The command that takes a shell from the project to the script's working directory."""
    at = host_path(value("."), state.directory)
    if not at.in_project:
        return None
    return "" if at.path == "." else f"cd {quote(at.path)} && "


def edited(found: Value, operator: str, argument: str) -> str | None:
    """``${NAME<operator><argument>}`` of a value, in a shell of its own; None if not possible."""
    if found.unwritable or any(d.shell is None for d in found.defaults):
        return None
    if re.search(r"""["'`$\\}]""", argument):
        return None
    only = found.parts[0] if len(found.parts) == 1 else None
    if isinstance(only, Symbol) and only.shell is None and only.words is not None:
        name = only.words.removeprefix("${").removesuffix("}")
        if re.fullmatch(r"\w+", name):
            return f"${{{name}{operator}{argument}}}"
    return f'$(v={found.word}; printf %s "${{v{operator}{argument}}}")'


def settable(name: str, operator: str, chosen: Value, state: ShellState, line: int) -> Value:
    """``${NAME:-chosen}`` if nothing sets NAME: ``chosen``, which the user may still change."""
    from_run = all(s.words is not None and s.shell != "" for s in chosen.symbols)
    inside = chosen.word.strip('"') if chosen.is_open else ""
    if chosen.text is not None:
        if not chosen.is_open:
            return value(_default(chosen.text, name, operator))
        shell = f"${{{name}{operator}{inside}}}" if all(d.shell for d in chosen.defaults) else None
        return value(Default(chosen.text, name, shell))
    if not from_run or any(
        s.origin.value in {"project", "temporary directory"} for s in chosen.symbols
    ):
        return chosen
    symbol = Symbol(
        chosen.symbols[0].origin,
        f"{name}{operator}{chosen}",
        state.place(line),
        f"${{{name}{operator}{inside}}}",
        name if not name.isdigit() else "",
    )
    return value(symbol)


def _default(text: str, name: str, operator: str) -> Default:
    plain = not re.search(r"""["'`$\\}\n]""", text)
    return Default(text, name, f"${{{name}{operator}{text}}}" if plain else None)
