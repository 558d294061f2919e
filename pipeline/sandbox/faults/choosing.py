"""Which rule fires, and how often each has."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.sandbox.faults.acts import Act
from pipeline.sandbox.faults.rules import Rule


@dataclass(slots=True)
class _Ordered:
    rule: Rule
    seen: int = 0
    fired: int = 0


class Faults:
    """The rules that are ordered now. May be called from any thread."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._lock = threading.Lock()
        self._ordered = [_Ordered(rule) for rule in rules]
        self._withheld: dict[str, str] = {}

    def order(self, rules: Sequence[Rule]) -> None:
        """Adds rules after those that are there."""
        with self._lock:
            self._ordered += [_Ordered(rule) for rule in rules]

    def clear(self) -> None:
        """Forgets all rules; what they did stays done."""
        with self._lock:
            self._ordered.clear()

    def fired(self) -> list[tuple[Rule, int, int]]:
        """Returns the rules in order: each with how many calls it counted and how often it fired."""
        with self._lock:
            return [(entry.rule, entry.seen, entry.fired) for entry in self._ordered]

    def take(self, call: str, job: str | None = None) -> Act | None:
        """Returns what to do at a call, or None for what is right.

        Every rule that fits counts the call; the first one that is due fires.
        """
        chosen: Act | None = None
        with self._lock:
            for entry in self._ordered:
                if not entry.rule.fits(call, job):
                    continue
                entry.seen += 1
                if chosen is None and entry.rule.due(entry.seen):
                    entry.fired += 1
                    chosen = entry.rule.act
        return chosen

    def withhold(self, request_id: str, act: Act) -> None:
        """Notes that the right answer to a request was not given as it is."""
        with self._lock:
            self._withheld[request_id] = act.name

    def answer_to(self, request_id: str) -> str:
        """Returns `given` if the right answer to a request was given, else the name of what was done instead."""
        with self._lock:
            return self._withheld.get(request_id, "given")
