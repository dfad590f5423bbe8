"""One time limit at a time: how it was worked out, pausing and voiding it; figures of many; and the calendar of those that an agency is to meet."""
