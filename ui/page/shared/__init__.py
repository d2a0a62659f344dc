"""What all pages share: frame, theme, words, templates, and the panel of long work."""
