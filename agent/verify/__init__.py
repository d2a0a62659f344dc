"""Verify: an answer, read again from nothing but its JSON and the catalog, by no code that makes or checks reasons."""

from agent.verify.answers import Verified, verify
from agent.verify.signature import sign, signature_of

__all__ = ["Verified", "sign", "signature_of", "verify"]
