"""The shop that the page is part of: its name, colours and prices, as its settings give them."""
