"""What the world fixes: places, days, rules, codes and words. Small data files with their sources, read once when first asked for; no database."""
