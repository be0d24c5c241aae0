"""Services: who owns them, whose ladder is climbed, what they depend on, and what burns."""
