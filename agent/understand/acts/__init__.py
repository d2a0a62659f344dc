"""Acts: what a turn does, told by a small classifier over the multilingual encoder and by words that leave no doubt."""

from agent.understand.acts.act import ACTS, Act, TurnContext
from agent.understand.acts.turn import ActReader, Clause, TurnActs

__all__ = ["ACTS", "Act", "ActReader", "Clause", "TurnActs", "TurnContext"]
