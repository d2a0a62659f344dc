"""Errors as the web tells them: problem documents and refusals."""
