"""What burns, the room of an incident, and everything pressed there."""
