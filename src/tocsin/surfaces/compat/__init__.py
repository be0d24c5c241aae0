"""APIs of other products that their clients bring along; each in its own folder, none knows the others."""
