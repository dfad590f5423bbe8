"""What becomes of the actions of joint reviews: done with what shows it, handed over, or cancelled by two people."""
