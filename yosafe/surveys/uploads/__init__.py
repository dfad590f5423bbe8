"""Files of surveys that someone has sent: kept until they are confirmed, then read and stored by a worker."""
