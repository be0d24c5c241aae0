"""What texts and calls share: the API of Twilio, any HTTP gateway by a template, and the signatures of callbacks."""
