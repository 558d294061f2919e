"""A batch that was judged is let go of: memory must not grow with the file."""

from __future__ import annotations

import gc
import weakref

import pandas as pd
import pytest

from pipeline.contracts import Policy, judge, load_contract


@pytest.mark.parametrize("email", ["ann@acme.com", "no address"])
def test_a_judged_frame_is_held_by_nobody(email: str) -> None:
    """Not by the exception either that says which records were refused."""
    contract = load_contract("eloqua.contact")
    judge(
        contract, pd.DataFrame({"C_EmailAddress": ["a@b.com"]}, dtype="str"), Policy()
    )  # what is loaded at first stays
    gc.collect()
    gc.disable()
    try:
        frame = pd.DataFrame({"C_EmailAddress": [email] * 200, "C_BusPhone": ["12"] * 200}, dtype="str")
        held = weakref.ref(frame)
        refused = judge(contract, frame, Policy()).refused(200)
        del frame
        assert refused.all()
        assert held() is None
    finally:
        gc.enable()
