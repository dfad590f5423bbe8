"""Where and when harm is recorded, how soon it comes again, and whether self-harm comes in clusters."""
