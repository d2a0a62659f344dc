"""How well true sentences about items are told from false ones: by the check of explanations, and by `verify`."""
