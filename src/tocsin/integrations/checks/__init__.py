"""Those who look for `verification`: one folder a kind of check, one line each in `registry`. They decide nothing about
incidents, change nothing, and keep nothing of what they read beyond one sentence.
"""
