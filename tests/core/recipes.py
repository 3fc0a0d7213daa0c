"""Recipes for tests, made of others."""

from __future__ import annotations

from dataclasses import replace

from bpkit.core import Image, Recipe


def with_image(recipe: Recipe, new: Image) -> Recipe:
    """The recipe with ``new`` for the image of its name."""
    images = tuple(new if image.name == new.name else image for image in recipe.images)
    return replace(recipe, images=images)
