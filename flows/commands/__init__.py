"""The commands, one a module: each a plain function from its arguments to an exit status."""
