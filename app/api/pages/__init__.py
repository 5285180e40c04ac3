"""The pages: Jinja on the server, Dutch, readable and usable without JavaScript."""
