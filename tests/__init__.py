"""A package, so that no installed package that brings tests of its own along is taken for it."""
