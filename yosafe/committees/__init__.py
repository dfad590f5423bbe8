"""Area committees: who sits on them for which agency, when they met and who came, and the protocols that they signed."""
