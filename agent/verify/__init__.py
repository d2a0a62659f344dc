"""Verify: an answer, read again from nothing but its JSON and the catalog.

What this room does not share is the point of it: it knows nothing of how claims and sentences are made, nor of the
check that they passed. It must stay small enough to be read whole.
"""

from agent.verify.answers import Verified, verify
from agent.verify.signature import sign, signature_of

__all__ = ["Verified", "sign", "signature_of", "verify"]
