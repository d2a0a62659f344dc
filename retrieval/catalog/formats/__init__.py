"""Known exports of shops, museums and data sets, each described by a file, and how their cells are taken apart."""
