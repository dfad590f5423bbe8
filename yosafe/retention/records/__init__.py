"""How long the record of a young person is kept, who has it held, and its destruction: due by a schedule, proposed by one person and confirmed by
another, done in one transaction, with a certificate."""
