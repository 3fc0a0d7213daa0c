"""``bpkit convert``: a project in one form becomes a project in the other."""

from __future__ import annotations

from bpkit.verbs.convert.request import MULTI_STAGE, ConvertRequest
from bpkit.verbs.convert.result import Conversion
from bpkit.verbs.convert.to_builder import to_builder
from bpkit.verbs.convert.to_multi_stage import to_multi_stage


def convert(request: ConvertRequest) -> Conversion:
    """The project in the other form. Raises InputError that lists all obstacles."""
    return to_multi_stage(request) if request.to == MULTI_STAGE else to_builder(request)
