"""What every list has: declared columns, an order by column, pages by key, a file of all of it."""
