"""Denials: what a person refuses, and which items hold it, say that they are free of it, or do not say."""

from agent.understand.denials.fields import tells_free
from agent.understand.denials.holding import HoldingTable, holding_rows, silent_rows
from agent.understand.denials.reading import KIDS, denials, refused_back
from agent.understand.denials.taxonomy import Taxonomy, load_taxonomy, taxonomy
from agent.understand.denials.term import DeniedTerm
from agent.understand.denials.traces import FREE, HOLDS, UNSAID, Trace

__all__ = [
    "FREE",
    "HOLDS",
    "KIDS",
    "UNSAID",
    "DeniedTerm",
    "HoldingTable",
    "Taxonomy",
    "Trace",
    "denials",
    "holding_rows",
    "load_taxonomy",
    "refused_back",
    "silent_rows",
    "taxonomy",
    "tells_free",
]
