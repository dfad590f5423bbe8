"""Time out: away from the establishment for a time, at court or in hospital, while the placement goes on."""
