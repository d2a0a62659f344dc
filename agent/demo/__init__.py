"""The demonstration: 174 public-domain artworks and a few requests in text, picture and speech."""
