"""Where the tests find the checkout and the projects and texts that they read."""

from __future__ import annotations

from pathlib import Path

#: The top of the checkout.
ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
