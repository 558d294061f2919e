"""Rules for faults: read from JSON, written, and when they fire."""

import dataclasses
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sandbox.faults import checks
from pipeline.sandbox.faults.acts import ACTS, FORMS, Change, Delay, Reset
from pipeline.sandbox.faults.bodies import change, reshape
from pipeline.sandbox.faults.calls import call_of
from pipeline.sandbox.faults.choosing import Faults
from pipeline.sandbox.faults.parsing import FaultsError, parse_rules, read_rules, write_rule
from pipeline.sandbox.faults.rules import CALLS, Rule


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("{}", "must be a JSON list of objects"),
        ("[1]", "rule 1 must be an object"),
        ('[{"do": "reset"}]', "rule 1: 'call' is missing"),
        ('[{"call": "create"}]', "rule 1: 'do' is missing"),
        ('[{"call": "creat", "do": "reset"}]', "rule 1: 'call' must be one of create, status, errors, jobs"),
        ('[{"call": "create", "do": "rst"}]', "rule 1: 'do' must be one of reset, silence, answer"),
        (
            '[{"call": "create", "do": "reset"}, {"call": "load", "do": "reset"}]',
            "rule 2: 'reset' is nothing that 'load'",
        ),
        ('[{"call": "create", "do": "sign"}]', "'sign' is nothing that 'create' can do, but callback"),
        ('[{"call": "create", "do": "reset", "take": true}]', "rule 1: 'reset' has no option 'take'; it has call, do"),
        ('[{"call": "create", "do": "reset", "taken": "yes"}]', "rule 1: 'taken' must be true or false"),
        ('[{"call": "create", "do": "reset", "from": 0}]', "'from' must be a whole number from 1"),
        ('[{"call": "create", "do": "reset", "times": true}]', "'times' must be a whole number from 1"),
        ('[{"call": "status", "do": "reset", "job": 1234}]', "'job' must be a text"),
        ('[{"call": "create", "do": "silence", "seconds": 1e9}]', "'seconds' must be seconds from 0 to 3600"),
        ('[{"call": "create", "do": "silence", "seconds": NaN}]', "'seconds' must be seconds from 0 to 3600"),
        ('[{"call": "create", "do": "answer", "status": 99}]', "'status' must be a whole number from 100 to 599"),
        (
            '[{"call": "create", "do": "answer", "headers": {"A": "b\\r\\nC: d"}}]',
            "'headers' must be an object of header",
        ),
        (
            '[{"call": "create", "do": "answer", "headers": {"A b": "c"}}]',
            "'headers' must be an object of header names",
        ),
        ('[{"call": "create", "do": "change", "set": []}]', "'set' must be an object"),
        ('[{"call": "create", "do": "change", "remove": ["a", 1]}]', "'remove' must be a list of texts"),
        ('[{"call": "create", "do": "form", "how": "xml"}]', "'how' must be one of bom, utf-16"),
        ('[{"call": "load", "do": "refuse", "records": [0]}]', "'records' must be a list of record numbers, from 1"),
        ('[{"call": "load", "do": "end", "status": "COMPLETED"}]', "'status' must be one of ABORTED, ERROR, CANCELLED"),
    ],
)
def test_what_is_wrong_is_said(text, words):
    """Each error names the rule, the option, and what may stand there, on one line."""
    with pytest.raises(FaultsError) as caught:
        parse_rules(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_is_named(tmp_path):
    """Errors of a file begin with its path."""
    path = tmp_path / "faults.json"
    with pytest.raises(FaultsError, match=r"faults\.json: cannot be read"):
        read_rules(path)
    path.write_text('[{"call": "create"}]')
    with pytest.raises(FaultsError, match=r"faults\.json: rule 1: 'do' is missing"):
        read_rules(path)
    path.write_text('[{"call": "create", "do": "reset"}]')
    assert read_rules(path) == (Rule("create", Reset()),)


@given(st.sampled_from([(call, act) for act in ACTS.values() for call in act.calls]), st.data())
def test_a_rule_is_read_as_it_is_written(chosen, data):
    """Every act of every call comes back from its JSON with all its options and their defaults."""
    call, act = chosen
    times = data.draw(st.none() | st.integers(1, 99))
    rule = Rule(call, act(), data.draw(st.integers(1, 99)), times, data.draw(st.none() | st.text()))
    assert parse_rules(json.dumps([write_rule(rule)])) == (rule,)


def test_every_option_is_checked_and_described():
    """No option without a check and a description; its default passes its check."""
    for act in ACTS.values():
        assert act.__doc__
        for option in dataclasses.fields(act):
            assert option.metadata["says"]
            default = getattr(act(), option.name)
            shape = list(default) if isinstance(default, tuple) else default
            assert option.metadata["check"](shape) == default


@given(st.integers(1, 6), st.none() | st.integers(1, 4), st.integers(0, 12))
def test_when_a_rule_fires(first, times, calls):
    """It fires from its first time on, so many times, and counts every call that fits."""
    faults = Faults([Rule("status", Reset(), first, times, job="7")])
    fired = [faults.take("status", "7") is not None for _ in range(calls)]
    last = calls if times is None else first + times - 1
    assert fired == [first <= number <= last for number in range(1, calls + 1)]
    assert faults.take("status", "8") is None
    assert faults.take("create") is None
    assert faults.fired() == [(faults.fired()[0][0], calls, sum(fired))]


def test_the_first_rule_that_is_due_fires():
    """Of two that fit, the second has its turn when the first is over; both count."""
    faults = Faults([Rule("create", Reset(), times=2), Rule("create", Delay(), first=2, times=None)])
    assert [type(faults.take("create")).__name__ for _ in range(4)] == ["Reset", "Reset", "Delay", "Delay"]
    assert [(seen, fired) for _, seen, fired in faults.fired()] == [(4, 2), (4, 2)]
    faults.clear()
    assert faults.take("create") is None


@pytest.mark.parametrize(
    ("method", "path", "call"),
    [
        ("GET", "/objects", ("objects", None)),
        ("GET", "/hubs/marketing/objects/contact/metadata", ("metadata", None)),
        ("GET", "/hubs/marketing/bulk/jobs", ("jobs", None)),
        ("POST", "/hubs/marketing/bulk/contact", ("create", None)),
        ("POST", "/bulk/query", None),
        ("GET", "/bulk/7/status", ("status", "7")),
        ("GET", "/bulk/..%2F7%0D%0A/errors", ("errors", "../7\r\n")),
        ("PUT", "/bulk/7/cancel", ("cancel", "7")),
        ("GET", "/bulk/7/cancel", None),
        ("GET", "/contact", None),
    ],
)
def test_calls(method, path, call):
    """A request is one call, with the id of its job unquoted, or none."""
    assert call_of(method, path) == call


def test_calls_are_those_of_the_acts():
    """Every call can do something, and nothing is for a call that there is not."""
    assert {call for act in ACTS.values() for call in act.calls} == set(CALLS)


STATUS = b'{"id":"7","status":"RUNNING","recordsCount":3}'
ENTRIES = b'[{"status":"bad"},{"status":"worse"}]'


def test_change_of_objects_and_lists():
    """Members are set and left out; in a list, of each entry."""
    act = Change(set={"status": "x{id}", "recordsCount": None}, remove=("gone",))
    assert json.loads(change(STATUS, act)) == {"id": "7", "status": "x7", "recordsCount": None}
    assert json.loads(change(ENTRIES, Change(remove=("status",)))) == [{}, {}]
    assert change(b"3", act) == b"3"


@pytest.mark.parametrize("body", [STATUS, ENTRIES, b"[]"])
@pytest.mark.parametrize("how", FORMS)
def test_every_form_differs(how, body):
    """Each form of each body differs from it, or has it where it must."""
    found, headers = reshape(body, how, 1 << 21)
    if how == "packed":
        assert headers == {"content-encoding": "gzip"}
        assert gzip.decompress(found).startswith(body)
        assert len(found) < 10_000 < len(gzip.decompress(found))
    elif how == "huge":
        assert json.loads(found) == json.loads(body)
        assert len(found) == 1 << 21
    elif how == "nan":
        assert b"NaN" in found
        assert type(json.loads(found)) is type(json.loads(body))
    elif how == "strings":
        assert all(isinstance(entry, str) for entry in json.loads(found))
    elif how == "deep":
        with pytest.raises(RecursionError):
            json.loads(found)
    elif how == "array":
        assert isinstance(json.loads(found), list)
    elif how not in ("empty",):
        assert found != body


def test_numbers_of_checks():
    """Numbers are numbers, and not truth values."""
    for value in (True, "1", 1.5, None, -1):
        with pytest.raises(ValueError, match="must be a whole number from 0 to 9"):
            checks.whole(0, 9)(value)
