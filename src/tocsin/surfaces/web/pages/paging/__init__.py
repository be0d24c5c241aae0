"""The page behind the link of a message."""
