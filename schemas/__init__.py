"""What a good contact file is: rules, kinds, fields and one Pandera schema for each target.

A leaf: it imports nothing of `pipeline`. The classes load on first use, so that `import schemas` is cheap::

    from schemas import EloquaContact
    clean = EloquaContact.validate(frame_of_raw_text, lazy=True)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.base import ContactSchema
    from schemas.base_crm import BaseCrmContact
    from schemas.eloqua import EloquaContact
    from schemas.generic import GenericContact
    from schemas.hubspot import HubSpotContact
    from schemas.salesforce import SalesforceContact, SalesforceLead

OWNER = "contactprep"
"""The distribution that this package belongs to: `schemas` is a common name, and an impostor lacks the mark."""

_LAZY = {
    "ContactSchema": "schemas.base",
    "EloquaContact": "schemas.eloqua",
    "BaseCrmContact": "schemas.base_crm",
    "GenericContact": "schemas.generic",
    "HubSpotContact": "schemas.hubspot",
    "SalesforceContact": "schemas.salesforce",
    "SalesforceLead": "schemas.salesforce",
}

__all__ = [
    "OWNER",
    "BaseCrmContact",
    "ContactSchema",
    "EloquaContact",
    "GenericContact",
    "HubSpotContact",
    "SalesforceContact",
    "SalesforceLead",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'schemas' has no attribute {name!r}")
