"""One form of a recipe into the other: several images into one with stages, and back.

Pure functions from recipes to recipes. ``multi_stage`` has the way there, ``builder`` the way
back, ``outcome`` what both have to say besides the result.
"""
