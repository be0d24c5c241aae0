"""The pages: what a person sees and presses in a browser.

`pages/<capability>/<action>.py` turns a request into a use case and its outcome into a frozen view;
`templates/<capability>/<action>.html` shows that view. Every page works without script; `frontend/` adds what is live.
"""
