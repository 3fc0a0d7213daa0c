"""Makefiles: recipes are expanded as make expands them, and the target that builds is found."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.readers import read_build_file
from bpkit.readers.makefile.expand import Expander
from bpkit.readers.makefile.read import read_makefile
from bpkit.readers.makefile.rules import collect
from bpkit.readers.script.follow.start import initial_state
from bpkit.readers.script.model.docker_actions import BuildImage
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import ScriptSurroundings
from tests.readers.script.script_summary import actions_of, fates_of

EXPANSIONS = [
    "A = x\nall:\n\t@echo $(A) ${A} $$HOME $$$$\n",
    "A = $(B)\nB = late\nall:\n\techo $(A)\n",
    "B = early\nA := $(B)\nB = late\nall:\n\techo $(A)\n",
    "A ?= given\nA ?= not\nA += more\nall:\n\t-echo $(A)\n",
    "A = a.c b.c\nall:\n\techo $(A:.c=.o) $(A:%.c=out/%.o) $(patsubst %.c,%.d,$(A))\n",
    "A = dir/one.go dir/two.go\nall:\n\techo $(notdir $(A)) $(dir $(A)) $(basename $(A))\n",
    "all: one two\n\techo $@ $< $^\none two:\n\techo making $@\n",
    "A = b\nifeq ($(A),b)\nC = yes\nelse\nC = no\nendif\nall:\n\techo $(C)\n",
    "ifdef NOPE\nC = yes\nelse ifneq (a,b)\nC = other\nendif\nall:\n\techo $(C)\n",
    "all: x/app\nx/app: x/main\n\techo $(@D) $(@F) $(<F)\nx/main:\n\techo main\n",
    "all: a.tar\n%.tar: %.in\n\techo $* $@ $<\na.in:\n\techo in\n",
    "f = $(1)-$(2)\nall:\n\techo $(call f,a,b) $(foreach x,p q,$(x)!) $(if ,t,e)\n",
    "all: V = own\nall:\n\techo $(V) $(words a b c) $(filter %.a,x.a y.b)\n",
    "A = one \\\n  two\nall:\n\techo $(A) \\\n\t  three\n",
    "A = x # a comment\nall: ; echo $(A)$(strip   b   c )\n",
    "define M\none\nendef\nall:\n\techo $(M) $(subst a,b,banana) $(firstword u v)\n",
]


def _commands(lines: list[str]) -> list[str]:
    return sorted(" ".join(line.split()) for line in lines)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not there to compare with")
@pytest.mark.parametrize("text", EXPANSIONS)
def test_recipes_are_expanded_to_the_commands_that_make_runs(text: str, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(text)
    done = subprocess.run(
        ["make", "-n", "--no-print-directory", "all"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    reading = read_makefile(text, "Makefile", goals=("all",))
    ours = [line.text for line in reading.lines if line.text.startswith("echo")]
    assert _commands(ours) == _commands(done.stdout.replace("\\\n", " ").splitlines())


def test_variables_with_no_value_stay_symbols_in_the_reading() -> None:
    expander = Expander(initial_state("Makefile", ScriptSurroundings()))
    collect("V = $(shell git describe)\nall:\n", "Makefile", expander)
    text = expander.expand("app:$(V) $(V)")
    first, second = text.split()
    assert first == f"app:{second}"
    assert expander.as_written(text) == "app:$(git describe) $(git describe)"


PATTERN = """\
IMAGE ?= shop/till
TAG := $(shell git rev-parse --short HEAD)
.PHONY: all test build release clean

all: release

test:
\tgo test ./...

build: Dockerfile.build
\t@docker build --build-arg http_proxy=$(http_proxy) -t $(IMAGE)-build -f $< .
\t@id=$$(docker create $(IMAGE)-build) && \\
\t  docker cp $$id:/till ./till && \\
\t  docker rm $$id

release: build
\tdocker build -t $(IMAGE):$(TAG) .
\t-docker rmi $(IMAGE)-build

push: release
\tdocker push $(IMAGE):$(TAG)
"""


def test_the_default_goal_is_followed_through_what_it_needs() -> None:
    assert actions_of(PATTERN, "Makefile") == [
        "build shop/till-build -f Dockerfile.build ./. http_proxy=${http_proxy}",
        "create shop/till-build as $(container 1)",
        "cp $(container 1):/till to till",
        "rm container $(container 1)",
        "build shop/till:$(git rev-parse --short HEAD) -f Dockerfile ./.",
        "rm image shop/till-build",
    ]


def test_every_line_of_a_makefile_has_a_fate() -> None:
    reading = read_makefile(PATTERN, "Makefile")
    fates = fates_of(reading)
    told = {n for n, line in enumerate(PATTERN.split("\n"), 1) if line}
    assert set(fates) == told
    assert {n for n, fate in fates.items() if fate is Fate.CARRIED} == {11, 12, 13, 17}


def test_the_text_of_an_action_is_the_makefile_s_own() -> None:
    reading = read_makefile(PATTERN, "Makefile")
    assert reading.actions[-2].source.text == (
        "docker build -t $(IMAGE):$(git rev-parse --short HEAD) ."
    )


GOALS = [
    "default:\n\tgo build\nimage:\n\tdocker build -t x .\n",
    "image:\n\tdocker build -t x .\nother:\n\tdocker build -t y .\n",
    "all: image\nimage:\n\tdocker build -t x .\n",
    ".DEFAULT_GOAL := image\nother:\n\tgo test\nimage:\n\tdocker build -t x .\n",
    "N = x\nimage: ; docker build -t $(N) .\n",
    "all:\n\t$(MAKE) image N=x\nimage:\n\tdocker build -t $(N) .\n",
    "all:\n\tcd sub && cd .. && docker build -t x .\n",
    "D = docker\nall:\n\t@-$(D) build -t x .\n",
    "all: N = x\nall: image\nimage:\n\tdocker build -t $(N) .\n",
    "all: x.image\n%.image: Dockerfile\n\tdocker build -t $* .\n",
    "include rest.mk\n",
    "define go\ndocker build -t $(1) .\nendef\nall:\n\t$(call go,x)\n",
    "all:\n\tdocker build -t $(shell basename /a/x) $(CURDIR)\n",
]


@pytest.mark.parametrize("text", GOALS)
def test_the_target_that_builds_is_found(text: str) -> None:
    files = {"Makefile": text, "rest.mk": "image:\n\tdocker build -t x .\n"}
    reading = read_makefile(text, "Makefile", files=files)
    assert [str(action.tags[0]) for action in reading.actions] == ["x"]  # type: ignore[union-attr]
    assert not reading.refusals


def test_following_a_goal_other_than_the_default_is_reported() -> None:
    reading = read_makefile("default:\n\tgo build\nimage:\n\tdocker build -t x .\n", "Makefile")
    assert [a.message for a in reading.assumptions] == ["the images are made by 'make image'"]


def test_each_line_of_a_recipe_starts_in_the_makefile_s_directory() -> None:
    text = "all:\n\tcd a\n\tdocker build -t x .\n\tcd b; docker build -t y .\n"
    assert actions_of(text, "Makefile") == [
        "build x -f Dockerfile ./.",
        "build y -f b/Dockerfile b/.",
    ]


def test_a_recipe_line_that_can_t_be_read_is_refused_with_its_line() -> None:
    reading = read_makefile("all:\n\techo it's\n", "Makefile", goals=("all",))
    assert [str(refusal.place) for refusal in reading.refusals] == ["Makefile:2"]


@pytest.mark.parametrize(
    "goal", ["again", "$(MAKE)", "a.b"], ids=["itself", "the default goal", "another"]
)
def test_a_recipe_that_calls_make_for_what_is_being_made_ends(goal: str) -> None:
    call = "$(MAKE)" if goal == "$(MAKE)" else f"$(MAKE) {goal}"
    text = f"all:\n\t$(MAKE) again\nagain:\n\t{call}\n\tdocker build -t x .\na.b: again\n"
    found = read_build_file(text, "Makefile", files={"Makefile": text})
    assert [action for action in found.actions if isinstance(action, BuildImage)]


def test_very_many_runs_of_make_within_each_other_are_refused() -> None:
    rules = (f"t{number}:\n\t$(MAKE) t{number + 1}\n" for number in range(40))
    text = f"{''.join(rules)}t40:\n\tdocker build -t x .\n"
    with pytest.raises(InputError, match="make is called more than 20 deep"):
        read_build_file(text, "Makefile", files={"Makefile": text})
