"""Fit: how likely it is that a person with a request would call an item right."""

from agent.retrieve.fit.evidence import FitEvidence
from agent.retrieve.fit.ground import FitGround, Sought
from agent.retrieve.fit.judging import fits_of
from agent.retrieve.fit.model import FitModel, fit_model

__all__ = ["FitEvidence", "FitGround", "FitModel", "Sought", "fit_model", "fits_of"]
