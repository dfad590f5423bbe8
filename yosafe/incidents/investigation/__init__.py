"""How an incident is looked into: the plan, who was spoken to, what is kept as evidence, and who was told what came of it."""
