"""Standing panels for joint review: who chairs, which agencies should come, how often they meet, how many cases they can see, what is quorate."""
