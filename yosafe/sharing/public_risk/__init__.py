"""Whether a young person is referred to a public protection panel, by the criteria of Appendix F: beside, never instead of, their own protection."""
