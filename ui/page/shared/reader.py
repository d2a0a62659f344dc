"""Who reads a page."""

from __future__ import annotations

from dataclasses import dataclass

from agent.language.beside import field_note
from agent.language.messages import in_language
from ui.page.shared.words import Words
from ui.shop.settings import NO_SHOP, ShopSettings


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page.

    Attributes:
        words: Of their language.
        shop: Whose page it is.
        operator: Whether they run the server: to others no model, no machine and no command is named.
    """

    words: Words
    shop: ShopSettings = NO_SHOP
    operator: bool = True

    def price(self, amount: float, currency: str = "") -> str:
        """A price as the shop writes it."""
        return self.shop.price(amount, currency)

    def field(self, name: str) -> str:
        """What a field of the catalog is called."""
        (told,) = in_language([field_note(name)], self.words.language)
        return told
