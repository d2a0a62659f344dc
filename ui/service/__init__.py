"""The service: what the page, the API and the tools share."""
