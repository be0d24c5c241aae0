"""What is kept from paging for a while: the list, one silence, and the form that sets it (ALR-7)."""
