"""The guard rails (GRD-1): each well-known mistake a pure rule over the facts of a room.

A rule answers with spells, the times during which it is broken while the facts stay as they are. So what is wrong at an
instant and when that will change next follow from the same answer, and no rule needs to know the time.
"""
