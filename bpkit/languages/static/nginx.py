"""What all built web sites have in common: nginx serves them, on one port."""

from __future__ import annotations

from bpkit.languages.detected import Detected, Fact, ProjectWishes, Values
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.static.detect import NGINX_BASE, NGINX_PORT, NGINX_VERSION, without_effect


def built_site(
    title: str,
    template: str,
    listing: Listing,
    wishes: ProjectWishes,
    values: Values,
    facts: tuple[Fact, ...],
    notes: tuple[str, ...] = (),
) -> Detected:
    """The site that the template builds, served by nginx."""
    return Detected(
        title,
        template,
        wishes.name or image_name(listing.name),
        wishes.base or NGINX_BASE,
        {**values, "nginx_version": NGINX_VERSION},
        (*facts, Fact("port", NGINX_PORT)),
        NGINX_PORT,
        notes=(*notes, *without_effect(wishes)),
    )
