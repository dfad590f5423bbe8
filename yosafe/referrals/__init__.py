"""Child-protection referrals, decisions and their clocks."""
