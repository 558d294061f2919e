"""The schemas there are, by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.base import ContactSchema

SCHEMAS: dict[str, str] = {
    "eloqua.contact": "schemas.eloqua:EloquaContact",
    "base_crm.contact": "schemas.base_crm:BaseCrmContact",
    "salesforce.contact": "schemas.salesforce:SalesforceContact",
    "salesforce.lead": "schemas.salesforce:SalesforceLead",
    "hubspot.contact": "schemas.hubspot:HubSpotContact",
    "generic.contact": "schemas.generic:GenericContact",
}
"""Name to `module:class`; in the order in which a tie of header matches is looked at."""

FALLBACK = "generic.contact"
"""The schema of a header that fits no target, or several equally well."""


def load(name: str) -> type[ContactSchema]:
    """Return the schema class of a name.

    Raises:
        KeyError: There is none of that name.
    """
    module, _, attribute = SCHEMAS[name].partition(":")
    found: type[ContactSchema] = getattr(import_module(module), attribute)
    return found
