"""The papers that come with a young person, or do not; what is missing is asked for until it comes."""
