"""What tests share: made-up catalogs and media, tiny models, servers and a browser."""
