"""Significant events: entries of a chronology that a professional marked, with one sentence of why."""
