"""Contacts: how somebody can be reached is known, and no name of a maker is taken for it."""

from __future__ import annotations

import pytest

from retrieval.text.contacts import holds_address, holds_contact, without_contacts
from tests.support.sellers import sentences_of
from tests.support.sellers.attacks import CONTACTS


@pytest.mark.parametrize("text", [*CONTACTS, "Tel. 030 1234567", "Ring (555) 123-4567", "电话：010 88886666"])
def test_a_contact_is_known(text: str) -> None:
    assert holds_address(text)


@pytest.mark.parametrize(
    "text", ["1874-1876, 100 x 200 cm", "ISO 9001, 12.5 kg + lid", "USB 3.0, 5-10 Gbit/s", "Act 3, scene 4"]
)
def test_numbers_are_no_contact(text: str) -> None:
    assert not holds_contact(text)


def test_a_maker_may_be_called_as_an_address_is() -> None:
    assert not holds_contact("A cable by Tech.com.", "Tech.com cable")
    assert holds_contact("A cable by Tech.com.", "A cable")


def test_sentences_with_a_contact_go_and_honest_ones_stay() -> None:
    assert without_contacts(f"A scarf. {CONTACTS[0]} It is warm.\n{CONTACTS[1]}") == "A scarf. It is warm."
    honest = " ".join(sentences_of("honest"))
    assert without_contacts(honest) is honest
