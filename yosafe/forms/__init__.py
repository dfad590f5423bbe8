"""Questions as data, reading what was typed, flows of steps, drafts."""
