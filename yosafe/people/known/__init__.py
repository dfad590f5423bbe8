"""Who knew when: of each entry of a chronology, when it was written down, and when other agencies came to know of it (docs/adr/0021)."""
