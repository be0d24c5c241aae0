"""One module a part of the file: from the fields of one entry to its value, noting every problem."""
