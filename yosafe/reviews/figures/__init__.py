"""How joint reviews work, in figures that name no child: for those who run them, and, with small numbers hidden, for those who inspect."""
