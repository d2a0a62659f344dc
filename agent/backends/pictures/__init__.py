"""Picture models: describing, labelling and reading pictures."""
