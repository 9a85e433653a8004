"""Studies of more than one training: records and iterators, no charts."""
